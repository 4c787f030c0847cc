//! What a debounce job can be asked, and what it answers.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    wire::{Json, Status},
};

/// A call of a debounce job.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is the client method of its name")]
pub enum DebounceCall {
    Add { event: NewEvent },
    AddMany { events: Vec<NewEvent> },
    Flush,
    Resume,
    Clear,
    Terminate { reason: String },
    Status,
    State,
}

/// One event on its way in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewEvent {
    /// The event as JSON.
    pub event: Json,
    /// The caller's id for it: a second event of this id is left out.
    pub event_id: Option<Arc<str>>,
}

/// The answer of `add`. The event is durable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Added {
    /// Whether this call made the instance.
    pub created: bool,
    /// Events in the batch that collects now.
    pub event_count: u64,
    /// When that batch is due.
    pub will_flush_at: Option<Timestamp>,
    /// Whether the event was a repetition and was left out.
    pub duplicate: bool,
    /// Events dropped to make room.
    pub dropped: u64,
}

/// The answer of `add_many`. The events are durable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AddedMany {
    /// Whether this call made the instance.
    pub created: bool,
    /// Events in the batch that collects now.
    pub event_count: u64,
    /// When that batch is due.
    pub will_flush_at: Option<Timestamp>,
    /// How many of the events were repetitions and were left out.
    pub duplicates: u64,
    /// Events dropped to make room.
    pub dropped: u64,
}

/// The answer of `flush`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Flushed {
    /// Whether `execute` has succeeded.
    pub flushed: bool,
    /// Events in the batch.
    pub event_count: u64,
    /// What made the batch due.
    pub reason: FlushReason,
    /// When the next attempt is due, if this one failed and another follows.
    pub retry_scheduled: Option<Timestamp>,
}

/// The answer of `clear`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cleared {
    /// Whether there was an instance.
    pub cleared: bool,
    /// Events thrown away.
    pub discarded_events: u64,
}

/// The answer of `status`: `debouncing`, `flushing`, `retrying`, `parked`, `idle` or `not_found`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DebounceStatus {
    /// What the instance does now.
    pub status: Status,
    /// Events that no successful flush has taken yet.
    pub event_count: u64,
    /// When the first event of the oldest batch arrived.
    pub started_at: Option<Timestamp>,
    /// When the last event arrived.
    pub last_event_at: Option<Timestamp>,
    /// When the next flush or attempt is due.
    pub will_flush_at: Option<Timestamp>,
    /// Bytes of JSON of those events.
    pub buffered_bytes: u64,
    /// The attempt that is out or due next, from 1.
    pub attempt: u32,
    /// The error of the last failed attempt.
    pub last_error: Option<String>,
    /// Batches processed in this life.
    pub flush_count: u64,
}

/// What made a batch due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FlushReason {
    /// Its window ended.
    FlushAfter,
    /// It had `max_events` events.
    MaxEvents,
    /// It had `max_bytes` bytes.
    MaxBytes,
    /// Somebody called `flush`.
    Manual,
    /// Nothing: there was no event to flush.
    Empty,
}

impl fmt::Display for FlushReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FlushAfter => "flush_after",
            Self::MaxEvents => "max_events",
            Self::MaxBytes => "max_bytes",
            Self::Manual => "manual",
            Self::Empty => "empty",
        })
    }
}
