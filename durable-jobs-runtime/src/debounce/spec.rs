//! What `#[debounce(..)]` declares, as data.

use std::time::Duration;

use crate::{
    OnExhausted, RetryPolicy,
    setters::{event_setters, run_setters},
    telemetry::LogLevel,
};

/// What `#[debounce(..)]` declares.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct DebounceSpec {
    /// The stored name of the job.
    pub name: &'static str,
    /// How long after its first event a batch is due.
    pub flush_after: Option<Duration>,
    /// How many events make a batch due.
    pub max_events: Option<u64>,
    /// How many bytes of JSON make a batch due.
    pub max_bytes: Option<u64>,
    /// How many events a batch may hold; more are refused.
    pub max_buffered: u64,
    /// How long an event id is remembered.
    pub dedup_window: Duration,
    /// How failed attempts are repeated; `None` means not at all.
    pub retry: Option<RetryPolicy>,
    /// How long one attempt may take.
    pub timeout: Option<Duration>,
    /// What happens when the attempts are used up.
    pub on_exhausted: OnExhausted,
    /// From which level on lines of `ctx.log` are let through; `None` means none.
    pub log: Option<LogLevel>,
    /// The version of the events.
    pub version: u32,
}

impl DebounceSpec {
    /// A batch that nothing makes due yet, with the defaults: 10,000 events, event ids kept for an
    /// hour, the standard retries, then parked.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            flush_after: None,
            max_events: None,
            max_bytes: None,
            max_buffered: 10_000,
            dedup_window: crate::core::DEDUP_WINDOW,
            retry: Some(RetryPolicy::standard()),
            timeout: None,
            on_exhausted: OnExhausted::Park,
            log: Some(LogLevel::Error),
            version: 1,
        }
    }

    /// Makes a batch due this long after its first event.
    #[must_use]
    pub const fn flush_after(mut self, window: Duration) -> Self {
        self.flush_after = Some(window);
        self
    }

    /// Makes a batch due when it holds this many events.
    #[must_use]
    pub const fn max_events(mut self, events: u32) -> Self {
        self.max_events = Some(events as u64);
        self
    }

    /// Makes a batch due when the JSON of its events has this many bytes.
    #[must_use]
    pub const fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// Sets how many events a batch may hold.
    #[must_use]
    pub const fn max_buffered(mut self, events: u32) -> Self {
        self.max_buffered = events as u64;
        self
    }

    run_setters!("Sets the version of the events.");
    event_setters!();
}
