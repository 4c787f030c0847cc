//! What a continuous job can be asked, and what it answers.

use serde::{Deserialize, Serialize};

use crate::{
    JobKind, Timestamp,
    json::{json_fields, json_names, json_variants},
    wire::{CallType, Json, RunOutcome, Status},
};

/// A call of a continuous job.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is the client method of its name")]
pub enum ContinuousCall {
    Start {
        state: Json,
        answer: StartAnswer,
    },
    SetState {
        state: Json,
        expected: Option<u64>,
        then: Then,
    },
    Trigger,
    Pause {
        until: Option<Timestamp>,
    },
    Resume,
    Stop {
        reason: String,
    },
    Terminate {
        reason: String,
    },
    Status,
    State,
    History {
        limit: u32,
    },
}
json_variants!(ContinuousCall {
    "start" => Start { state, answer },
    "set_state" => SetState { state, expected: default, then },
    "trigger" => Trigger,
    "pause" => Pause { until: default },
    "resume" => Resume,
    "stop" => Stop { reason },
    "terminate" => Terminate { reason },
    "status" => Status,
    "state" => State,
    "history" => History { limit },
});

impl CallType for ContinuousCall {
    const KIND: JobKind = JobKind::Continuous;

    fn only_reads(&self) -> bool {
        matches!(self, Self::Status | Self::State | Self::History { .. })
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Start { state, .. } | Self::SetState { state, .. } => state.0.len(),
            _ => 0,
        }
    }

    /// The state waits beside the run that it comes behind.
    fn waits_in_memory(&self) -> bool {
        matches!(
            self,
            Self::SetState {
                then: Then::Wait,
                ..
            }
        )
    }
}

/// When `start` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartAnswer {
    /// Once the instance is durable.
    Created,
    /// Once its first run has ended.
    FirstRun,
}
json_names!(StartAnswer {
    "created" => Created,
    "first_run" => FirstRun,
});

/// What a new state is followed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The run that is due next, at its time.
    Wait,
    /// A run at once.
    Trigger,
}
json_names!(Then {
    "wait" => Wait,
    "trigger" => Trigger,
});

/// The answer of `set_state` and `update_state`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StateSet {
    /// Whether there was an instance that took the state. One that has stopped takes none.
    pub updated: bool,
    /// What the instance does now.
    pub status: Status,
    /// How the run after it ended, if one was asked for and made.
    pub outcome: Option<RunOutcome>,
}
json_fields!(StateSet {
    updated,
    status,
    outcome: default,
});

/// The answer of `start`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Started {
    /// Whether this call made the instance. If not, it changed nothing.
    pub created: bool,
    /// The readable name, such as `continuous:TokenRefresher:user-123`.
    pub instance_id: String,
    /// What the instance does now.
    pub status: Status,
    /// How the first run ended, for `start_and_wait` on a new instance.
    pub outcome: Option<RunOutcome>,
}
json_fields!(Started {
    created,
    instance_id,
    status,
    outcome: default,
});

/// The answer of `stop`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Stopped {
    /// Whether there was something to stop.
    pub stopped: bool,
    /// The reason of the stop; `not_found` or `already_stopped` if there was nothing to stop.
    pub reason: String,
    /// What the instance does now: `stopped` if its state is kept, `not_found` if nothing is, `retrying` while
    /// `on_stop` is tried again.
    pub status: Status,
}
json_fields!(Stopped {
    stopped,
    reason,
    status,
});

/// The answer of `status`: `waiting`, `running`, `retrying`, `paused`, `parked`, `stopped` or `not_found`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ContinuousStatus {
    /// What the instance does now.
    pub status: Status,
    /// Runs begun in this life.
    pub run_count: u64,
    /// When the next run or attempt is due.
    pub next_run_at: Option<Timestamp>,
    /// When the last attempt began.
    pub last_run_at: Option<Timestamp>,
    /// The attempt that is out or due next, from 1.
    pub attempt: u32,
    /// The error of the last failed attempt.
    pub last_error: Option<String>,
    /// Runs in a row that failed for good.
    pub consecutive_failures: u32,
    /// Why it was stopped.
    pub stop_reason: Option<String>,
}
json_fields!(ContinuousStatus {
    status,
    run_count,
    next_run_at: default,
    last_run_at: default,
    attempt,
    last_error: default,
    consecutive_failures,
    stop_reason: default,
});
