//! The embedded host of durable-jobs: one process, one SQLite file.
//!
//! [`Host::open`] names the file, the builder takes services and jobs, [`HostBuilder::start`] opens
//! the file, takes up what an earlier process left and begins to run what is due.
//!
//! Four threads do what blocks, however many instances there are: one writes (many steps share one
//! `COMMIT` and one sync), one releases answers after each commit, one reads instances, one watches
//! timers. Handlers run on the tokio runtime that `start` was called in. An idle instance is a row
//! in the file and nothing else.

#![forbid(unsafe_code)]

pub mod clock;
mod error;
mod file;
mod host;
mod observe;
mod reader;
mod store;
mod timer;
mod writer;

pub use crate::{
    error::OpenError,
    host::{Host, HostBuilder, RunsAtShutdown, ShutdownReport},
    observe::TracingObserver,
};
#[doc(hidden)]
pub use crate::writer::CommitStatistics;
