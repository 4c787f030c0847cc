//! What a debounce job can be asked, and what it answers.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::Which;
use crate::{
    JobKind, Timestamp,
    json::{json_fields, json_names, json_variants},
    wire::{CallType, Json, Status},
};

/// A call of a debounce job.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is the client method of its name")]
pub enum DebounceCall {
    Add { event: NewEvent },
    AddMany { events: Vec<NewEvent> },
    Flush,
    Resume,
    Clear,
    Reset,
    RetryDead { which: Which },
    PurgeDead { which: Which },
    Terminate { reason: String },
    Status,
    State,
    DeadLetters { limit: u32 },
    FlushHistory { limit: u32 },
}
json_variants!(DebounceCall {
    "add" => Add { event },
    "add_many" => AddMany { events },
    "flush" => Flush,
    "resume" => Resume,
    "clear" => Clear,
    "reset" => Reset,
    "retry_dead" => RetryDead { which },
    "purge_dead" => PurgeDead { which },
    "terminate" => Terminate { reason },
    "status" => Status,
    "state" => State,
    "dead_letters" => DeadLetters { limit },
    "flush_history" => FlushHistory { limit },
});

impl CallType for DebounceCall {
    const KIND: JobKind = JobKind::Debounce;

    fn only_reads(&self) -> bool {
        matches!(
            self,
            Self::Status | Self::State | Self::DeadLetters { .. } | Self::FlushHistory { .. }
        )
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Add { event } => event.event.0.len(),
            Self::AddMany { events } => events.iter().map(|event| event.event.0.len()).sum(),
            _ => 0,
        }
    }
}

/// One event on its way in.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// The event as JSON.
    pub event: Json,
    /// The caller's id for it: a second event of this id is left out.
    pub event_id: Option<Arc<str>>,
}
json_fields!(NewEvent {
    event,
    event_id: default,
});

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
    /// Whether the event was a repetition of one whose id is known. It was left out, unless it was `updated`.
    pub duplicate: bool,
    /// Whether it took the place of the one that it repeats.
    pub updated: bool,
    /// Whether it was left out because it did not fold and `on_reducer_error` said so.
    pub skipped: bool,
    /// Events dropped for want of room: of the batch, or this one.
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
    /// How many were repetitions and took the place of the event that they repeat.
    pub updated: u64,
    /// How many were left out because they did not fold and `on_reducer_error` said so.
    pub skipped: u64,
    /// Events dropped for want of room: of the batch, or of these.
    pub dropped: u64,
}
json_fields!(AddedMany {
    created: default,
    event_count,
    will_flush_at: default,
    duplicates: default,
    updated: default,
    skipped: default,
    dropped: default,
});

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
json_fields!(Flushed {
    flushed,
    event_count,
    reason,
    retry_scheduled: default,
});

/// The answer of `clear`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cleared {
    /// Whether there was an instance.
    pub cleared: bool,
    /// Events thrown away.
    pub discarded_events: u64,
}
json_fields!(Cleared {
    cleared,
    discarded_events,
});

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
    /// Batches that were set aside.
    pub dead_letters: u64,
    /// Events of batches that `on_error` has dropped in this life.
    pub dropped_events: u64,
}
json_fields!(DebounceStatus {
    status,
    event_count,
    started_at: default,
    last_event_at: default,
    will_flush_at: default,
    buffered_bytes: default,
    attempt: default,
    last_error: default,
    flush_count: default,
    dead_letters: default,
    dropped_events: default,
});

/// The answer of `reset`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reset {
    /// Whether there was an instance.
    pub reset: bool,
    /// Events thrown away.
    pub discarded_events: u64,
}
json_fields!(Reset {
    reset,
    discarded_events,
});

/// A flush that has ended, as `flush_history` tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FlushRecord {
    /// Names the flush: what `ctx.flush_id()` said in all its attempts.
    pub flush_id: String,
    /// What made the batch due.
    pub reason: FlushReason,
    /// How many events it held.
    pub event_count: u64,
    /// When the last attempt began.
    pub started_at: Timestamp,
    /// How long the last attempt took.
    pub duration_ms: u64,
    /// How many attempts there were.
    pub attempts: u32,
    /// How it ended.
    pub outcome: FlushOutcome,
    /// The error of the last attempt, if it failed.
    pub error: Option<String>,
}
json_fields!(FlushRecord {
    flush_id,
    reason,
    event_count,
    started_at,
    duration_ms,
    attempts,
    outcome,
    error: default,
});

/// How a flush ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FlushOutcome {
    /// `execute` succeeded.
    Flushed,
    /// It failed for good; the batch is kept and waits for `resume`.
    Parked,
    /// It failed for good; the batch is a dead letter.
    DeadLettered,
    /// It failed, and `on_error` had the batch dropped.
    Dropped,
}
json_names!(FlushOutcome {
    "flushed" => Flushed,
    "parked" => Parked,
    "dead_lettered" => DeadLettered,
    "dropped" => Dropped,
});

/// What made a batch due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FlushReason {
    /// Its window ended: `flush_after`.
    FlushAfter,
    /// No event had come for as long as `quiet` says.
    Quiet,
    /// It had collected for as long as `max_wait` says.
    MaxWait,
    /// It had `max_events` events.
    MaxEvents,
    /// It had `max_bytes` bytes.
    MaxBytes,
    /// `flush_on` said so.
    FlushOn,
    /// Somebody called `flush`, or had a dead letter tried again.
    Manual,
    /// Its first event came after a quiet period, and the job has `leading`.
    Leading,
    /// It was as full as `max_buffered` allows, and the job has `overflow = "flush"`.
    Overflow,
    /// Nothing: there was no event to flush.
    Empty,
}
json_names!(FlushReason {
    "flush_after" => FlushAfter,
    "quiet" => Quiet,
    "max_wait" => MaxWait,
    "max_events" => MaxEvents,
    "max_bytes" => MaxBytes,
    "flush_on" => FlushOn,
    "manual" => Manual,
    "leading" => Leading,
    "overflow" => Overflow,
    "empty" => Empty,
});

impl fmt::Display for FlushReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FlushAfter => "flush_after",
            Self::Quiet => "quiet",
            Self::MaxWait => "max_wait",
            Self::MaxEvents => "max_events",
            Self::MaxBytes => "max_bytes",
            Self::FlushOn => "flush_on",
            Self::Manual => "manual",
            Self::Leading => "leading",
            Self::Overflow => "overflow",
            Self::Empty => "empty",
        })
    }
}
