//! What a continuous job can be asked, and what it answers.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    wire::{Json, RunOutcome, Status},
};

/// A call of a continuous job.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is the client method of its name")]
pub enum ContinuousCall {
    Start { state: Json, answer: StartAnswer },
    Trigger,
    Pause { until: Option<Timestamp> },
    Resume,
    Stop { reason: String },
    Terminate { reason: String },
    Status,
    State,
}

/// When `start` answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartAnswer {
    /// Once the instance is durable.
    Created,
    /// Once its first run has ended.
    FirstRun,
}

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

/// The answer of `stop`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Stopped {
    /// Whether there was something to stop.
    pub stopped: bool,
    /// The reason given by the caller, or `not_found`.
    pub reason: String,
}

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
