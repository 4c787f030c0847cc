//! What other jobs write to tasks.

use super::{Task, TaskCall};
use crate::{JobEvent, JobResult, debounce::NewEvent, jobs::messages_type, wire::Call};

messages_type! {
    /// Messages to the instances of one task. Each leaves with the commit of the handler that has written it, and
    /// takes effect once; see [`TaskClient`](super::TaskClient) for what they do.
    TaskMessages: Task
}

impl<J: Task> TaskMessages<'_, J> {
    /// Sends an event to an instance, which is created by its first accepted one. An event that its handler refuses
    /// goes to the dead letters of the sender.
    pub fn send(&self, id: &str, event: J::Event) -> JobResult {
        self.send_event(id, None, event)
    }

    /// Like [`send`](Self::send), for an event that has an id of its own and may reach the instance on several ways:
    /// its repetition within the `dedup_window` is not handled.
    pub fn send_once(&self, id: &str, event_id: &str, event: J::Event) -> JobResult {
        self.send_event(id, Some(event_id), event)
    }

    fn send_event(&self, id: &str, event_id: Option<&str>, event: J::Event) -> JobResult {
        let event = NewEvent {
            event: self.writer.encode(id, J::Event::CODEC, &event)?,
            event_id: event_id.map(Into::into),
        };
        self.write(id, TaskCall::Send { event })
    }

    /// Runs `execute`, once the message has arrived. A missing or parked instance is not run.
    pub fn trigger(&self, id: &str) -> JobResult {
        self.write(id, TaskCall::Trigger)
    }

    /// Deletes the instance with its state.
    pub fn terminate(&self, id: &str, reason: &str) -> JobResult {
        let reason = reason.to_owned();
        self.write(id, TaskCall::Terminate { reason })
    }

    fn write(&self, id: &str, call: TaskCall) -> JobResult {
        self.writer.write(id, &Call::of(call))
    }
}
