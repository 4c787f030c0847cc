//! What `#[task]` declares, as data.

use std::time::Duration;

use crate::{
    OnExhausted, RetryPolicy,
    setters::{event_setters, run_setters},
    telemetry::LogLevel,
};

/// What `#[task]` declares.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TaskSpec {
    /// The stored name of the job.
    pub name: &'static str,
    /// How long an event id is remembered.
    pub dedup_window: Duration,
    /// How failed attempts are repeated; `None` means not at all.
    pub retry: Option<RetryPolicy>,
    /// How long one attempt may take.
    pub timeout: Option<Duration>,
    /// What happens when the attempts are used up.
    pub on_exhausted: OnExhausted,
    /// How many attempts are kept for `history`.
    pub history: u32,
    /// From which level on lines of `ctx.log` are let through; `None` means none.
    pub log: Option<LogLevel>,
    /// The version of the state.
    pub version: u32,
}

impl TaskSpec {
    /// A task with the defaults: event ids kept for an hour, the standard retries, then parked.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            dedup_window: crate::core::DEDUP_WINDOW,
            retry: Some(RetryPolicy::standard()),
            timeout: None,
            on_exhausted: OnExhausted::Park,
            history: 0,
            log: Some(LogLevel::Error),
            version: 1,
        }
    }

    /// Keeps the last `most` attempts of runs for `history`.
    #[must_use]
    pub const fn history(mut self, most: u32) -> Self {
        self.history = most;
        self
    }

    run_setters!("Sets the version of the state.");
    event_setters!();
}
