//! What `#[debounce(..)]` declares, as data.

use std::time::Duration;

use super::FlushReason;
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
    /// How long after its last event a batch is due.
    pub quiet: Option<Duration>,
    /// How long after its first event a batch is due, if `quiet` has not ended it before.
    pub max_wait: Option<Duration>,
    /// Whether the first event after a quiet period is flushed at once.
    pub leading: Leading,
    /// How many events make a batch due.
    pub max_events: Option<u64>,
    /// How many bytes of JSON make a batch due.
    pub max_bytes: Option<u64>,
    /// How many events a batch may hold.
    pub max_buffered: u64,
    /// What is done about an event for which there is no room.
    pub overflow: Overflow,
    /// How many events in a batch are told as a warning.
    pub warn_at: Option<u64>,
    /// What is done about an event whose id is known.
    pub on_duplicate: OnDuplicate,
    /// What the next batch begins with, unless the job's `after_flush` says otherwise.
    pub after_flush: AfterFlush,
    /// What becomes of a batch whose attempts are used up, unless the instance is terminated.
    pub exhausted_batch: BatchFate,
    /// How many dead letters are kept.
    pub max_dead_letters: u64,
    /// How many flushes are remembered.
    pub history: u32,
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
            quiet: None,
            max_wait: None,
            leading: Leading::Off,
            max_events: None,
            max_bytes: None,
            max_buffered: 10_000,
            overflow: Overflow::Reject,
            warn_at: None,
            on_duplicate: OnDuplicate::Ignore,
            after_flush: AfterFlush::Reset,
            exhausted_batch: BatchFate::Kept,
            max_dead_letters: 100,
            history: 0,
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

    /// Makes a batch due this long after its last event.
    #[must_use]
    pub const fn quiet(mut self, period: Duration) -> Self {
        self.quiet = Some(period);
        self
    }

    /// Makes a batch due this long after its first event, however many follow.
    #[must_use]
    pub const fn max_wait(mut self, window: Duration) -> Self {
        self.max_wait = Some(window);
        self
    }

    /// Flushes the first event after a quiet period at once.
    #[must_use]
    pub const fn leading(mut self) -> Self {
        self.leading = Leading::On;
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

    /// Sets what is done about an event for which there is no room.
    #[must_use]
    pub const fn overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = overflow;
        self
    }

    /// Has a warning told when a batch holds this many events.
    #[must_use]
    pub const fn warn_at(mut self, events: u32) -> Self {
        self.warn_at = Some(events as u64);
        self
    }

    /// Sets what is done about an event whose id is known.
    #[must_use]
    pub const fn on_duplicate(mut self, on_duplicate: OnDuplicate) -> Self {
        self.on_duplicate = on_duplicate;
        self
    }

    /// Sets what the next batch begins with.
    #[must_use]
    pub const fn after_flush(mut self, after_flush: AfterFlush) -> Self {
        self.after_flush = after_flush;
        self
    }

    /// Sets a batch aside as a dead letter when its attempts are used up.
    #[must_use]
    pub const fn dead_letter(mut self) -> Self {
        self.exhausted_batch = BatchFate::DeadLetter;
        self
    }

    /// Sets how many dead letters are kept.
    #[must_use]
    pub const fn max_dead_letters(mut self, batches: u32) -> Self {
        self.max_dead_letters = batches as u64;
        self
    }

    /// Sets how many flushes are remembered.
    #[must_use]
    pub const fn history(mut self, flushes: u32) -> Self {
        self.history = flushes;
        self
    }

    /// How long after its first event a batch is due at the latest, and the reason that this is.
    pub(crate) fn window(&self) -> Option<(Duration, FlushReason)> {
        let after = self
            .flush_after
            .map(|window| (window, FlushReason::FlushAfter));
        let wait = self.max_wait.map(|window| (window, FlushReason::MaxWait));
        after
            .into_iter()
            .chain(wait)
            .min_by_key(|(window, _)| *window)
    }

    /// After how long without an event the next one is flushed at once, if any is.
    pub(crate) fn leading_after(&self) -> Option<Duration> {
        let window = || self.window().map(|(window, _)| window);
        let period = self.quiet.or_else(window);
        period.filter(|_| self.leading == Leading::On)
    }

    run_setters!("Sets the version of the events.");
    event_setters!();
}

/// Whether the first event after a quiet period is flushed at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leading {
    /// It waits like any other.
    Off,
    /// It is.
    On,
}

/// What is done about an event for which there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Overflow {
    /// The call is refused.
    Reject,
    /// The oldest events of the batch are dropped.
    DropOldest,
    /// The event is dropped.
    DropNewest,
    /// The batch is flushed, and the event begins the next one.
    Flush,
}

/// What is done about an event whose id is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnDuplicate {
    /// It is left out.
    Ignore,
    /// It takes the place of the first one, if that is still in the batch that collects.
    Update,
    /// The call is refused.
    Reject,
}

/// What the next batch begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AfterFlush {
    /// The default.
    Reset,
    /// The state as `execute` has left it.
    Keep,
}

/// What becomes of a batch that has failed for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BatchFate {
    /// It is kept, and the next one waits behind it.
    Kept,
    /// It is deleted.
    Dropped,
    /// It is set aside, and the next one goes on.
    DeadLetter,
}
