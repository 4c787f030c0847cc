//! What an advance of the clock made run.

use std::sync::Arc;

use durable_jobs_runtime::{
    Timestamp,
    telemetry::{Happening, Telemetry, WillRetry},
};
use serde::Serialize;

/// One attempt that ended while the clock was moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Ran {
    /// When the timer that woke the instance was due.
    pub due_at: Timestamp,
    /// The readable name of the instance, such as `continuous:TokenRefresher:user-123`.
    pub instance: String,
    /// Which attempt of its run it was, from 1.
    pub attempt: u32,
    /// How it ended.
    pub outcome: RanOutcome,
}

impl Ran {
    /// Whether the attempt succeeded.
    pub fn succeeded(&self) -> bool {
        self.outcome == RanOutcome::Succeeded
    }
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RanOutcome {
    /// Its handler returned `Ok`.
    Succeeded,
    /// Its handler returned `Err`, panicked or took too long, or the host died under it.
    Failed {
        /// The error's text.
        error: Arc<str>,
        /// Whether another attempt of the run follows.
        will_retry: WillRetry,
    },
}

/// The attempt that an event tells of, if it tells of the end of one. `due_at` is when its instance was last woken.
pub(crate) fn told_by(event: &Telemetry, due_at: Option<Timestamp>) -> Option<Ran> {
    let (attempt, outcome) = match &event.happening {
        Happening::Executed { attempt, .. } => (*attempt, RanOutcome::Succeeded),
        Happening::Failed {
            error,
            will_retry,
            attempt,
        } => (
            *attempt,
            RanOutcome::Failed {
                error: error.clone(),
                will_retry: *will_retry,
            },
        ),
        _ => return None,
    };
    let due_at = due_at.unwrap_or(event.timestamp);
    Some(Ran {
        due_at,
        instance: event.instance_id.clone(),
        attempt,
        outcome,
    })
}
