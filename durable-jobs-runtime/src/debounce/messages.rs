//! What other jobs write to debounce jobs.

use super::{Debounce, DebounceCall, NewEvent};
use crate::{JobEvent, JobResult, jobs::messages_type, wire::Call};

messages_type! {
    /// Messages to the instances of one debounce job. Each leaves with the commit of the handler that has written
    /// it, and takes effect once; see [`DebounceClient`](super::DebounceClient) for what they do.
    DebounceMessages: Debounce
}

impl<J: Debounce> DebounceMessages<'_, J> {
    /// Adds an event to the batch of an instance, which is created by its first one.
    pub fn add(&self, id: &str, event: J::Event) -> JobResult {
        self.add_event(id, None, event)
    }

    /// Like [`add`](Self::add), for an event that has an id of its own and may reach the instance on several ways:
    /// its repetition within the `dedup_window` is left out.
    pub fn add_once(&self, id: &str, event_id: &str, event: J::Event) -> JobResult {
        self.add_event(id, Some(event_id), event)
    }

    fn add_event(&self, id: &str, event_id: Option<&str>, event: J::Event) -> JobResult {
        let event = NewEvent {
            event: self.writer.encode(id, J::Event::CODEC, &event)?,
            event_id: event_id.map(Into::into),
        };
        self.write(id, DebounceCall::Add { event })
    }

    /// Flushes what has been added so far, once the message has arrived.
    pub fn flush(&self, id: &str) -> JobResult {
        self.write(id, DebounceCall::Flush)
    }

    /// Throws away every event that is not being flushed when the message arrives.
    pub fn clear(&self, id: &str) -> JobResult {
        self.write(id, DebounceCall::Clear)
    }

    /// Deletes the instance with its events.
    pub fn terminate(&self, id: &str, reason: &str) -> JobResult {
        let reason = reason.to_owned();
        self.write(id, DebounceCall::Terminate { reason })
    }

    fn write(&self, id: &str, call: DebounceCall) -> JobResult {
        self.writer.write(id, &Call::of(call))
    }
}
