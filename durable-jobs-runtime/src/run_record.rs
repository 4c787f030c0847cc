//! What `history` tells of runs.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Address, Timestamp, core::Life, json::json_fields, wire::RunOutcome};

/// One attempt of a run that has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunRecord {
    /// Names the attempt: what `ctx.execution_id()` was in it.
    pub execution_id: String,
    /// The stored name of the timer that a task ran for; `None` where timers have no names, and in a run that
    /// was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timer: Option<Arc<str>>,
    /// When the run was due.
    pub scheduled_for: Timestamp,
    /// When the attempt began.
    pub started_at: Timestamp,
    /// When it ended, or when it was found to be cut off.
    pub ended_at: Timestamp,
    /// Which attempt of the run it was, from 1.
    pub attempt: u32,
    /// What followed.
    pub outcome: RunOutcome,
    /// The error's text, if it failed.
    pub error: Option<Arc<str>>,
}
json_fields!(RunRecord {
    execution_id,
    timer: default,
    scheduled_for,
    started_at,
    ended_at,
    attempt,
    outcome,
    error: default,
});

/// The record of an attempt that is out.
#[derive(Clone, Debug)]
pub(crate) struct OpenRecord {
    execution_id: String,
    scheduled_for: Timestamp,
    started_at: Timestamp,
    attempt: u32,
    timer: Option<Arc<str>>,
}

impl OpenRecord {
    /// The attempt of this life that is out.
    pub(crate) fn of(address: &Address, life: &Life) -> Option<Self> {
        let run = life.run.as_ref()?;
        Some(Self {
            execution_id: run.execution_id(address, life.incarnation),
            scheduled_for: run.scheduled_for,
            started_at: run.started_at()?,
            attempt: run.attempt,
            timer: None,
        })
    }

    /// The same, of a run that stands for a timer with a name.
    pub(crate) fn for_timer(self, timer: Option<Arc<str>>) -> Self {
        Self { timer, ..self }
    }

    /// The whole record, of an attempt that has ended.
    pub(crate) fn end(
        self,
        ended_at: Timestamp,
        outcome: RunOutcome,
        error: Option<Arc<str>>,
    ) -> RunRecord {
        let Self {
            execution_id,
            scheduled_for,
            started_at,
            attempt,
            timer,
        } = self;
        RunRecord {
            execution_id,
            timer,
            scheduled_for,
            started_at,
            ended_at,
            attempt,
            outcome,
            error,
        }
    }
}
