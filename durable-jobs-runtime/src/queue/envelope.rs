//! A message with what belongs to it on its way in.

use std::{sync::Arc, time::Duration};

use super::{Due, NewMessage, Queue};
use crate::{Timestamp, time::whole_millis, wire::Json};

/// A message with an id, a delay or a priority of its own. A message alone becomes one by itself.
///
/// ```ignore
/// emails.enqueue("outgoing", Envelope::new(email).id("order-7").delay(Duration::from_mins(5))).await?;
/// ```
#[derive(Clone, Debug)]
pub struct Envelope<J> {
    pub(super) message: J,
    pub(super) event_id: Option<Arc<str>>,
    pub(super) due: Option<Due>,
    pub(super) priority: Option<i32>,
}

impl<J> Envelope<J> {
    /// A message that may be processed at once.
    pub const fn new(message: J) -> Self {
        Self {
            message,
            event_id: None,
            due: None,
            priority: None,
        }
    }

    /// Names the message: another one of this id is left out as long as it is in the queue, and for the
    /// `dedup_window` after it was enqueued. [`cancel`](super::QueueClient::cancel) finds it by this id.
    #[must_use]
    pub fn id(mut self, event_id: &str) -> Self {
        self.event_id = Some(event_id.into());
        self
    }

    /// Lets the message wait before it may be processed. The last one of `delay` and [`at`](Self::at) counts.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.due = Some(Due::AfterMillis(whole_millis(delay)));
        self
    }

    /// Lets the message wait until `time`, by the host's clock; at once when it has passed.
    #[must_use]
    pub fn at(mut self, time: Timestamp) -> Self {
        self.due = Some(Due::At(time));
        self
    }

    /// Sets how much the message matters in its partition, in place of what [`Queue::priority`](super::Queue::priority)
    /// says: more goes first.
    #[must_use]
    pub fn priority(mut self, priority: i32) -> Self {
        self.priority = Some(priority);
        self
    }
}

impl<J: Queue> Envelope<J> {
    /// As it is sent.
    pub(super) fn seal<E>(
        self,
        encode: impl FnOnce(&J) -> Result<Json, E>,
    ) -> Result<NewMessage, E> {
        let Self {
            message,
            event_id,
            due,
            priority,
        } = self;
        Ok(NewMessage {
            message: encode(&message)?,
            event_id,
            partition_key: message.partition_key().map(Into::into),
            priority: priority.unwrap_or_else(|| message.priority()),
            due,
        })
    }
}

impl<J> From<J> for Envelope<J> {
    fn from(message: J) -> Self {
        Self::new(message)
    }
}
