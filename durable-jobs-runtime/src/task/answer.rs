//! What a task can be asked, and what it answers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::PendingTimers;
use crate::{
    JobKind, Timestamp,
    debounce::NewEvent,
    json::{json_fields, json_variants},
    wire::{CallType, Status},
};

/// A call of a task.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is the client method of its name")]
pub enum TaskCall {
    Send { event: NewEvent },
    Trigger,
    Resume,
    Terminate { reason: String },
    Status,
    State,
    History { limit: u32 },
}
json_variants!(TaskCall {
    "send" => Send { event },
    "trigger" => Trigger,
    "resume" => Resume,
    "terminate" => Terminate { reason },
    "status" => Status,
    "state" => State,
    "history" => History { limit },
});

impl CallType for TaskCall {
    const KIND: JobKind = JobKind::Task;

    fn only_reads(&self) -> bool {
        matches!(self, Self::Status | Self::State | Self::History { .. })
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Send { event } => event.event.0.len(),
            _ => 0,
        }
    }

    /// An event is stored with what its handler has made of it.
    fn waits_in_memory(&self) -> bool {
        matches!(self, Self::Send { .. })
    }
}

/// The answer of `send`. The event was handled and what it changed is durable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sent {
    /// Whether this call made the instance.
    pub created: bool,
    /// The readable name, such as `task:Order:order-7`.
    pub instance_id: String,
    /// When `execute` is due by its first timer.
    pub scheduled_at: Option<Timestamp>,
    /// Whether the event was a repetition and was left out.
    pub duplicate: bool,
}
json_fields!(Sent {
    created: default,
    instance_id,
    scheduled_at: default,
    duplicate: default,
});

/// The answer of `status`: `active`, `idle`, `running`, `retrying`, `parked` or `not_found`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskStatus {
    /// What the instance does now.
    pub status: Status,
    /// When `execute`, or another attempt of it, is due.
    pub scheduled_at: Option<Timestamp>,
    /// The timers with names that are set. Those that are due wait for the run that is out or retried.
    #[serde(default)]
    pub timers: PendingTimers,
    /// The stored name of the timer that the run stands for that is out or retried, if it is that of a named one.
    pub timer: Option<Arc<str>>,
    /// When the instance was created.
    pub created_at: Option<Timestamp>,
    /// Events handled in this life.
    pub event_count: u64,
    /// Runs of `execute` that succeeded in this life.
    pub execute_count: u64,
    /// The attempt that is out or due next, from 1.
    pub attempt: u32,
    /// The error of the last failed attempt.
    pub last_error: Option<String>,
}
json_fields!(TaskStatus {
    status,
    scheduled_at: default,
    timers: default,
    timer: default,
    created_at: default,
    event_count: default,
    execute_count: default,
    attempt: default,
    last_error: default,
});
