//! What the handlers of a task can ask and do.

use std::{fmt, time::Duration};

use serde::Serialize;

use super::Task;
use crate::{
    Timestamp,
    driver::{Scope, shared_context_methods},
    telemetry::LogLevel,
};

/// Which handler failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorSource {
    /// `on_event`, or `on_idle` after it.
    Event,
    /// `execute`, or `on_idle` after it.
    Execute,
}

/// The context of one handler of a task.
pub struct TaskContext<'run, J: Task> {
    pub(super) env: &'run J::Env,
    pub(super) scope: Scope,
    pub(super) facts: TaskFacts,
    pub(super) wishes: Wishes,
}

/// What is known of the task when a handler begins.
#[derive(Clone, Debug)]
pub(crate) struct TaskFacts {
    pub(crate) handled_before: u64,
    pub(crate) event_count: u64,
    pub(crate) execute_count: u64,
    pub(crate) created_at: Timestamp,
}

/// What a handler wants done with its commit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wishes {
    pub(crate) scheduled_at: Option<Timestamp>,
    pub(crate) terminate: Option<String>,
}

impl<'run, J: Task> TaskContext<'run, J> {
    shared_context_methods!(Task);

    /// Sets the timer: `execute` runs after `delay`. Replaces the time set before.
    pub fn schedule(&mut self, delay: Duration) {
        self.schedule_at(self.now() + delay);
    }

    /// Sets the timer: `execute` runs at `time`, at once when it has passed. Replaces the time set before.
    pub fn schedule_at(&mut self, time: Timestamp) {
        self.wishes.scheduled_at = Some(time);
    }

    /// Clears the timer.
    pub fn cancel_schedule(&mut self) {
        self.wishes.scheduled_at = None;
    }

    /// When `execute` is due, as this handler has left it so far.
    pub fn scheduled_at(&self) -> Option<Timestamp> {
        self.wishes.scheduled_at
    }

    /// Deletes the instance with its state once the handler returns `Ok`; the call succeeds.
    pub fn terminate(&mut self, reason: impl Into<String>) {
        self.wishes.terminate = Some(reason.into());
    }

    /// Whether this handler is that of the first event: none has been accepted before.
    pub fn is_first_event(&self) -> bool {
        self.facts.handled_before == 0
    }

    /// Events handled in this life, the present one included.
    pub fn event_count(&self) -> u64 {
        self.facts.event_count
    }

    /// Runs of `execute` that succeeded before.
    pub fn execute_count(&self) -> u64 {
        self.facts.execute_count
    }

    /// When the instance was created.
    pub fn created_at(&self) -> Timestamp {
        self.facts.created_at
    }
}

impl<J: Task> fmt::Debug for TaskContext<'_, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskContext")
            .field("execution_id", &self.execution_id())
            .finish()
    }
}
