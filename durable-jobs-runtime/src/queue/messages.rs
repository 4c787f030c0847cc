//! What other jobs write to queues.

use super::{Envelope, Queue, QueueCall};
use crate::{JobResult, jobs::messages_type, wire::Call};

messages_type! {
    /// Messages to the instances of one queue. Each leaves with the commit of the handler that has written it, and
    /// takes effect once; see [`QueueClient`](super::QueueClient) for what they do.
    QueueMessages: Queue
}

impl<J: Queue> QueueMessages<'_, J> {
    /// Puts a message into the queue of an instance, which is created by its first one. A delay counts from its
    /// arrival. While the queue is full or drained, the message waits at its sender.
    pub fn enqueue(&self, id: &str, message: impl Into<Envelope<J>>) -> JobResult {
        self.enqueue_many(id, [message])
    }

    /// Puts several messages into the queue in one commit of it: all of them, or none as long as they do not all find
    /// room. Repetitions are left out.
    pub fn enqueue_many(
        &self,
        id: &str,
        messages: impl IntoIterator<Item = impl Into<Envelope<J>>>,
    ) -> JobResult {
        let encode = |message: &J| self.writer.encode(id, J::CODEC, message);
        let messages = messages.into_iter().map(Into::into);
        let messages = messages.map(|envelope: Envelope<J>| envelope.seal(encode));
        let messages = messages.collect::<JobResult<_>>()?;
        self.write(id, QueueCall::Enqueue { messages })
    }

    /// Deletes the message of an id, if it waits when this arrives.
    pub fn cancel(&self, id: &str, event_id: &str) -> JobResult {
        let event_id = event_id.into();
        self.write(id, QueueCall::Cancel { event_id })
    }

    /// Deletes the instance with its messages and dead letters.
    pub fn terminate(&self, id: &str, reason: &str) -> JobResult {
        let reason = reason.to_owned();
        self.write(id, QueueCall::Terminate { reason })
    }

    fn write(&self, id: &str, call: QueueCall) -> JobResult {
        self.writer.write(id, &Call::of(call))
    }
}
