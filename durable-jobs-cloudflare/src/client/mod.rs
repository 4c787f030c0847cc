//! The way from a Worker to the objects of its jobs.

mod binding;
mod exchange;
mod host;
mod transport;

#[cfg(feature = "testing")]
pub(crate) use self::exchange::{exchange, on_their_way};
pub use self::host::Host;
