//! What names a job and one of its instances.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{ClientError, hex::shown_in_hex};

/// The kinds of job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JobKind {
    /// Recurring work on a schedule.
    Continuous,
    /// Events folded into a batch that is flushed.
    Debounce,
    /// A state machine driven by events and timers.
    Task,
    /// So many permits in a time.
    RateLimit,
    /// So many permits at a time.
    Semaphore,
    /// Messages processed by a bounded number of workers.
    Queue,
}

impl JobKind {
    /// The kind as it stands in an instance's readable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Continuous => "continuous",
            Self::Debounce => "debounce",
            Self::Task => "task",
            Self::RateLimit => "rate_limit",
            Self::Semaphore => "semaphore",
            Self::Queue => "queue",
        }
    }

    /// The kind of this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        const ALL: [JobKind; 6] = [
            JobKind::Continuous,
            JobKind::Debounce,
            JobKind::Task,
            JobKind::RateLimit,
            JobKind::Semaphore,
            JobKind::Queue,
        ];
        ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for JobKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The caller's name for one instance: 1 to 512 bytes, any characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceId(Arc<str>);

impl InstanceId {
    /// The longest id, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 512;

    /// Checks and keeps `id`.
    pub fn new(id: &str) -> Result<Self, InvalidId> {
        match id.len() {
            0 => Err(InvalidId::Empty),
            1..=Self::MAX_BYTES => Ok(Self(id.into())),
            bytes => Err(InvalidId::TooLong { bytes }),
        }
    }

    /// The id as the caller gave it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a string cannot be an instance id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum InvalidId {
    /// It has no characters.
    Empty,
    /// It is longer than [`InstanceId::MAX_BYTES`].
    TooLong {
        /// Its length in bytes of UTF-8.
        bytes: usize,
    },
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("an instance id must have at least 1 byte"),
            Self::TooLong { bytes } => write!(
                f,
                "an instance id may have {} bytes, this one has {bytes}: use a shorter key, or a hash of it",
                InstanceId::MAX_BYTES
            ),
        }
    }
}

impl std::error::Error for InvalidId {}

/// One instance of one job, for example `continuous:TokenRefresher:user-123`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The job's kind.
    pub kind: JobKind,
    /// The job's stored name.
    pub job: &'static str,
    /// The caller's id.
    pub id: InstanceId,
}

impl Address {
    /// The readable name, such as `continuous:TokenRefresher:user-123`. It is what `Display` shows, made with less work.
    pub fn name(&self) -> String {
        readable_name(self.kind, self.job, &self.id)
    }

    /// The error of a call that is meant for another kind. Typed clients cannot make it.
    pub(crate) fn wrong_kind(&self) -> ClientError {
        ClientError::Validation {
            job: self.job.to_owned(),
            id: self.id.as_str().to_owned(),
            field: None,
            reason: format!(
                "`{}` is a {} job, and the call is for another kind",
                self.job, self.kind
            ),
        }
    }
}

/// The readable name of an instance.
pub(crate) fn readable_name(kind: JobKind, job: &str, id: &InstanceId) -> String {
    [kind.as_str(), job, id.as_str()].join(":")
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// One life of an instance id: drawn at random when it is created, gone when it is erased.
///
/// It is part of every idempotency key, so that the next life of the same id repeats none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Incarnation(pub u64);
shown_in_hex!(Incarnation);
