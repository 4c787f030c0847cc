//! Starts, stops and kills real workerd for tests, without a shell and without Node.
//!
//! `cargo xtask workerd` installs workerd, builds the Workers, and runs the tests that use this crate; the environment
//! variables [`TOOLS`] and [`WORKERS`] tell where both are.
//!
//! ```no_run
//! use durable_jobs_workerd::{Namespace, Workerd, get, worker};
//!
//! # fn main() -> Result<(), durable_jobs_workerd::WorkerdError> {
//! let mut workerd = Workerd::builder(worker("counter")?)
//!     .namespace(Namespace::new("Counter"))
//!     .text("GREETING", "hello")
//!     .start()?;
//! assert_eq!(get(&workerd.url())?.status, 200);
//! workerd.kill()?;
//! workerd.start()?; // the same stored objects, another port
//! # Ok(())
//! # }
//! ```
//!
//! # Taking objects out of memory
//!
//! workerd evicts an object by itself after ten idle seconds, unless its namespace says [`Namespace::never_evicted`].
//! A test need not wait: beside the Worker runs a small one of this crate, on a socket of its own, which calls the built-in module
//! `workerd:unsafe` (compatibility flag `unsafe_module`, and `--experimental` on the command line).
//!
//! | method | what happens to the object | calls in flight | stubs |
//! |---|---|---|---|
//! | [`Workerd::evict`] | leaves memory, as if it had been idle | awaited first | keep working |
//! | [`Workerd::evict_all`] | the same for all that run | awaited first | keep working |
//! | [`Workerd::abort_all`] | breaks at once, as in a crash of the object | fail | fail; new ones work |
//!
//! Storage and alarms stay in all three. None touches a namespace that is never evicted. The isolate, and with it what a Rust Worker
//! keeps in statics, lives on: only [`Workerd::kill`] and [`Workerd::stop`] end that. Miniflare's `unsafeEvictDurableObject` is
//! a call of the same `evict`.

#![forbid(unsafe_code)]

mod builder;
mod config;
mod control;
mod error;
mod http;
mod installed;
mod log;
mod namespace;
mod process;
mod workerd;

pub use builder::Builder;
pub use control::Eviction;
pub use error::WorkerdError;
pub use http::{Answer, get, post};
pub use installed::{TOOLS, WORKERS, tool, worker};
pub use namespace::Namespace;
pub use workerd::Workerd;
