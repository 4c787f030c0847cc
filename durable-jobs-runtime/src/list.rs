//! Finding the instances of a job.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, storage::InstanceRow, wire::Status};

/// Which instances to list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListQuery {
    /// The stored name of the job.
    pub job: String,
    /// Only those that are in this status.
    pub status: Option<Status>,
    /// Only those behind this id, in the order of ids.
    pub after: Option<String>,
    /// At most so many.
    pub limit: u32,
}

/// Some instances of a job, in the order of their ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page {
    /// The instances.
    pub instances: Vec<Listed>,
    /// What to list the next page after; `None` when there is no more.
    pub next: Option<String>,
}

impl Page {
    /// How many instances a page has at most.
    pub const LIMIT: u32 = 100;

    pub(crate) fn new(instances: Vec<Listed>, limit: u32) -> Self {
        let full = instances.len() >= limit as usize;
        let next = instances
            .last()
            .filter(|_| full)
            .map(|last| last.id.clone());
        Self { instances, next }
    }
}

/// What the store shows of one instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Listed {
    /// The caller's id.
    pub id: String,
    /// What it does.
    pub status: Status,
    /// When something is due for it; while a run is out, since when.
    pub due_at: Option<Timestamp>,
    /// Runs begun in its life.
    pub run_count: u64,
    /// The error of the last failed attempt.
    pub last_error: Option<String>,
    /// When it was last saved.
    pub updated_at: Timestamp,
}

impl Listed {
    /// What a row shows.
    pub fn new(id: &str, row: &InstanceRow) -> Self {
        Self {
            id: id.to_owned(),
            status: row.status,
            due_at: row.wake_at,
            run_count: row.run_count,
            last_error: row.last_error.as_deref().map(str::to_owned),
            updated_at: row.updated_at,
        }
    }
}
