//! What the handlers of a task can ask and do.

use std::{fmt, sync::Arc, time::Duration};

use serde::Serialize;

use super::{OnlyTimer, PendingTimers, Task, TaskTimer, UnnamedTimer};
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
    /// The stored name of the timer that the run stands for.
    pub(crate) timer: Option<Arc<str>>,
}

/// What a handler wants done with its commit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wishes {
    pub(crate) timers: PendingTimers,
    pub(crate) terminate: Option<String>,
}

impl Wishes {
    /// Whether nothing is to follow.
    pub(crate) fn are_none(&self) -> bool {
        self.timers.is_empty() && self.terminate.is_none()
    }
}

impl<'run, J: Task> TaskContext<'run, J> {
    shared_context_methods!(Task);

    /// Sets the timer: `execute` runs after `delay`. Replaces the time set before.
    pub fn schedule(&mut self, delay: Duration)
    where
        J::Timer: OnlyTimer,
    {
        self.set(UnnamedTimer::NAME, self.now() + delay);
    }

    /// Sets the timer: `execute` runs at `time`, at once when it has passed. Replaces the time set before.
    pub fn schedule_at(&mut self, time: Timestamp)
    where
        J::Timer: OnlyTimer,
    {
        self.set(UnnamedTimer::NAME, time);
    }

    /// Clears the timer.
    pub fn cancel_schedule(&mut self)
    where
        J::Timer: OnlyTimer,
    {
        self.wishes.timers.clear(UnnamedTimer::NAME);
    }

    /// When `execute` is due, as this handler has left it so far.
    pub fn scheduled_at(&self) -> Option<Timestamp>
    where
        J::Timer: OnlyTimer,
    {
        self.wishes.timers.at(UnnamedTimer::NAME)
    }

    /// Sets one of several timers: `execute` runs for it after `delay`. Replaces the time set for it before.
    pub fn schedule_timer(&mut self, timer: J::Timer, delay: Duration) {
        self.set(timer.name(), self.now() + delay);
    }

    /// Sets one of several timers: `execute` runs for it at `time`, at once when it has passed. Replaces the
    /// time set for it before.
    pub fn schedule_timer_at(&mut self, timer: J::Timer, time: Timestamp) {
        self.set(timer.name(), time);
    }

    /// Clears one of several timers.
    pub fn cancel_timer(&mut self, timer: J::Timer) {
        self.wishes.timers.clear(timer.name());
    }

    /// When `execute` is due for one of several timers, as this handler has left it so far.
    pub fn timer_scheduled_at(&self, timer: J::Timer) -> Option<Timestamp> {
        self.wishes.timers.at(timer.name())
    }

    /// The timer that this run of [`execute`](Task::execute) stands for. `None` in a run that
    /// [`trigger`](super::TaskClient::trigger) asked for, and while an event is handled.
    pub fn timer(&self) -> Option<J::Timer> {
        J::Timer::from_name(self.facts.timer.as_deref()?)
    }

    fn set(&mut self, name: &str, at: Timestamp) {
        self.wishes.timers.set(name, at);
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
