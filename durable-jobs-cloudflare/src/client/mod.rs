//! The way from a Worker to the objects of its jobs.

mod binding;
mod host;
mod transport;

pub use self::host::Host;
