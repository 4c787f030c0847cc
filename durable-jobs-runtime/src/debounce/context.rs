//! What the handlers of a debounce job can ask and do.

use std::{fmt, sync::Arc, time::Duration};

use serde::Serialize;

use super::{Debounce, FlushReason};
use crate::{
    Timestamp,
    core::debounce::Tally,
    driver::{Scope, shared_context_methods},
    telemetry::LogLevel,
};

/// What a fold may know about an event: what is stored with it, so that folding again gives the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventContext {
    pub(super) event_id: Option<Arc<str>>,
    pub(super) arrived_at: Timestamp,
}

impl EventContext {
    /// What an event without an id has that was added at this time, for tests of a fold.
    pub fn new(arrived_at: Timestamp) -> Self {
        let event_id = None;
        Self {
            event_id,
            arrived_at,
        }
    }

    /// The event's id: the caller's, or else the one that the job's `event_id` has found in it.
    pub fn event_id(&self) -> Option<&str> {
        self.event_id.as_deref()
    }

    /// When the event was added.
    pub fn arrived_at(&self) -> Timestamp {
        self.arrived_at
    }
}

/// The context of one attempt to flush a batch.
pub struct DebounceContext<'run, J: Debounce> {
    pub(super) env: &'run J::Env,
    pub(super) scope: Scope,
    pub(super) batch: BatchFacts,
}

/// What is known of a batch that is being flushed.
#[derive(Clone, Debug)]
pub(crate) struct BatchFacts {
    pub(crate) tally: Tally,
    pub(crate) reason: FlushReason,
    pub(crate) total_events: u64,
    pub(crate) flush_count: u64,
}

impl<'run, J: Debounce> DebounceContext<'run, J> {
    shared_context_methods!(Debounce);

    /// Events in this batch.
    pub fn event_count(&self) -> u64 {
        self.batch.tally.event_count
    }

    /// What made the batch due.
    pub fn flush_reason(&self) -> FlushReason {
        self.batch.reason
    }

    /// When the batch was begun: the arrival of its first event.
    pub fn debounce_started_at(&self) -> Timestamp {
        self.batch.tally.first_event_at
    }

    /// When the first event of the batch arrived.
    pub fn first_event_at(&self) -> Timestamp {
        self.batch.tally.first_event_at
    }

    /// When the last event of the batch arrived.
    pub fn last_event_at(&self) -> Timestamp {
        self.batch.tally.last_event_at
    }

    /// How long the batch had collected when this attempt began.
    pub fn buffered_for(&self) -> Duration {
        let first = self.batch.tally.first_event_at;
        self.scope.started_at.since(first)
    }

    /// Bytes of JSON of the events in this batch.
    pub fn buffered_bytes(&self) -> u64 {
        self.batch.tally.bytes
    }

    /// Names the flush: the same for all its attempts, also of a dead letter that is tried again. The
    /// [idempotency key](Self::idempotency_key).
    pub fn flush_id(&self) -> String {
        self.idempotency_key()
    }

    /// Events of all batches in this life, this one included.
    pub fn total_events(&self) -> u64 {
        self.batch.total_events
    }

    /// Batches processed in this life before this one.
    pub fn flush_count(&self) -> u64 {
        self.batch.flush_count
    }
}

impl<J: Debounce> fmt::Debug for DebounceContext<'_, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DebounceContext")
            .field("execution_id", &self.execution_id())
            .finish()
    }
}
