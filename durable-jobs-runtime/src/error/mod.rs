//! What can go wrong, by who meets it: handlers, callers, hosts.

mod client;
mod job;
mod registry;
mod storage;

pub use client::ClientError;
pub use job::{ErrorAction, ErrorClass, JobError, JobErrorExt, JobResult};
pub use registry::RegistryError;
pub use storage::{StorageError, StorageFault};
