//! What the handlers of a queue can ask and do.

use std::{fmt, sync::Arc};

use serde::Serialize;

use super::Queue;
use crate::{
    Timestamp,
    driver::{Scope, shared_context_methods},
    telemetry::LogLevel,
};

/// The context of one attempt to process a message.
pub struct QueueContext<'run, J: Queue> {
    pub(super) env: &'run J::Env,
    pub(super) scope: Scope,
    pub(super) facts: MessageFacts,
}

/// What is known of a message that is being processed.
#[derive(Clone, Debug)]
pub(crate) struct MessageFacts {
    pub(crate) event_id: Option<Arc<str>>,
    pub(crate) priority: i32,
    pub(crate) enqueued_at: Timestamp,
    pub(crate) partition: u32,
}

impl<'run, J: Queue> QueueContext<'run, J> {
    shared_context_methods!(Queue);

    /// The caller's id for the message, if one was given.
    pub fn event_id(&self) -> Option<&str> {
        self.facts.event_id.as_deref()
    }

    /// How much the message matters in its partition.
    pub fn priority(&self) -> i32 {
        self.facts.priority
    }

    /// When the message was enqueued.
    pub fn enqueued_at(&self) -> Timestamp {
        self.facts.enqueued_at
    }

    /// The partition of the message, from 0.
    pub fn partition(&self) -> u32 {
        self.facts.partition
    }
}

impl<J: Queue> fmt::Debug for QueueContext<'_, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueueContext")
            .field("execution_id", &self.execution_id())
            .finish()
    }
}
