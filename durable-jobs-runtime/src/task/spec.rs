//! What `#[task]` declares, as data.

use std::time::Duration;

use crate::{OnExhausted, RetryPolicy};

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
            version: 1,
        }
    }

    /// Sets how long an event id is remembered.
    #[must_use]
    pub const fn dedup_window(mut self, window: Duration) -> Self {
        self.dedup_window = window;
        self
    }

    /// Sets how failed attempts are repeated.
    #[must_use]
    pub const fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Lets a failed attempt be the last one.
    #[must_use]
    pub const fn no_retry(mut self) -> Self {
        self.retry = None;
        self
    }

    /// Bounds one attempt, and the handling of one event.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets what happens when the attempts are used up.
    #[must_use]
    pub const fn on_exhausted(mut self, on_exhausted: OnExhausted) -> Self {
        self.on_exhausted = on_exhausted;
        self
    }

    /// Sets the version of the state.
    #[must_use]
    pub const fn version(mut self, version: u32) -> Self {
        self.version = version;
        self
    }
}
