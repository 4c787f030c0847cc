//! The file: whose it is, who has it open, what is in it.

mod connection;
mod header;
mod lock;
mod schema;

use std::path::{Path, PathBuf};

use durable_jobs_runtime::{Registry, Timestamp};
use rusqlite::Connection;

pub(crate) use self::{connection::Limits, lock::FileLock};
use crate::{
    OpenError,
    store::{ChangedJob, changed_jobs, forget_expired},
};

/// An opened file: this process alone has it, and its tables are ours.
pub(crate) struct JobFile {
    pub(crate) writer: Connection,
    pub(crate) instances: Connection,
    pub(crate) lookups: Connection,
    pub(crate) timers: Connection,
    pub(crate) lock: FileLock,
}

impl JobFile {
    /// Opens the file, or creates it. A file that is refused is not written to.
    pub(crate) fn open(path: &Path, limits: &Limits) -> Result<Self, OpenError> {
        let path = absolute(path)?;
        header::check(&path)?;
        let lock = FileLock::take(&path)?;
        let writer = connection::open_writer(&path, limits)?;
        let instances = connection::open_reader(&path)?;
        let lookups = connection::open_reader(&path)?;
        let timers = connection::open_reader(&path)?;
        Ok(Self {
            writer,
            instances,
            lookups,
            timers,
            lock,
        })
    }

    /// The jobs whose schedules the instances in the file do not know yet.
    pub(crate) fn changed_jobs(
        &self,
        path: &Path,
        registry: &Registry,
    ) -> Result<Vec<ChangedJob>, OpenError> {
        changed_jobs(&self.instances, registry).map_err(connection::refused(path))
    }
}

impl JobFile {
    /// Deletes what the file keeps for a time that has passed.
    pub(crate) fn forget_expired(&self, path: &Path, now: Timestamp) -> Result<(), OpenError> {
        forget_expired(&self.writer, now).map_err(connection::refused(path))
    }
}

/// So that SQLite takes no name, such as `:memory:`, for more than a file's.
fn absolute(path: &Path) -> Result<PathBuf, OpenError> {
    std::path::absolute(path).map_err(|source| OpenError::Io {
        path: path.to_owned(),
        source,
    })
}
