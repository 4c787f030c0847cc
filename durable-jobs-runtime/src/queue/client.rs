//! Calls queues.

use super::{
    Cancelled, Enqueued, EnqueuedMany, Envelope, Purged, Queue, QueueCall, QueueStatus, Revived,
    ShownMessage,
};
use crate::{
    ClientError, Timestamp,
    line::{Reply, client_type},
    state::decode_version,
    wire::{AnswerType, Call, Json, Status, Terminated},
};

client_type! {
    /// Calls the instances of one queue. The attribute names it `{Job}Client`; clones are cheap.
    QueueClient: Queue
}

/// A message that waits, as [`QueueClient::peek`] shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueuedMessage<J> {
    /// The message; `None` if it does not decode any more.
    pub message: Option<J>,
    /// The message as JSON.
    pub json: String,
    /// Its place in the order of arrival, from 1.
    pub number: u64,
    /// The caller's id for it.
    pub event_id: Option<String>,
    /// How much it matters in its partition.
    pub priority: i32,
    /// When it was enqueued.
    pub enqueued_at: Timestamp,
    /// When it may be processed, or tried again; at once unless set.
    pub due_at: Option<Timestamp>,
    /// Attempts so far.
    pub attempts: u32,
}

/// A message that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadMessage<J> {
    /// The message; `None` if it does not decode.
    pub message: Option<J>,
    /// The message as JSON.
    pub json: String,
    /// The caller's id for it.
    pub event_id: Option<String>,
    /// When it was enqueued.
    pub enqueued_at: Timestamp,
    /// The error of its last attempt.
    pub error: String,
    /// Attempts made.
    pub attempts: u32,
    /// When it was given up.
    pub died_at: Timestamp,
}

impl<J: Queue> QueueClient<J> {
    /// Puts a message into the queue of an instance, which is created by its first one.
    ///
    /// The message is durable when this answers; its processing is not waited for. A full queue refuses it with
    /// [`ClientError::QueueFull`], one that is drained with [`ClientError::QueueDraining`].
    pub async fn enqueue(
        &self,
        id: &str,
        message: impl Into<Envelope<J>>,
    ) -> Result<Enqueued, ClientError> {
        let EnqueuedMany {
            created,
            duplicates,
            depth,
            ..
        } = self.enqueue_many(id, [message]).await?;
        Ok(Enqueued {
            created,
            duplicate: duplicates > 0,
            depth,
        })
    }

    /// Puts several messages into the queue in one commit: all of them, or none. Repetitions are left out.
    pub async fn enqueue_many(
        &self,
        id: &str,
        messages: impl IntoIterator<Item = impl Into<Envelope<J>>>,
    ) -> Result<EnqueuedMany, ClientError> {
        let encode = |message: &J| self.line.encode(id, J::CODEC, message).map(Json);
        let messages = messages.into_iter().map(Into::into);
        let messages = messages.map(|envelope: Envelope<J>| envelope.seal(encode));
        let messages = messages.collect::<Result<_, _>>()?;
        self.ask(id, QueueCall::Enqueue { messages }).await
    }

    /// Lets no further message begin; those in flight end. Answers the status.
    pub async fn pause(&self, id: &str) -> Result<Status, ClientError> {
        self.ask(id, QueueCall::Pause).await
    }

    /// Goes on after [`pause`](Self::pause) or [`drain`](Self::drain). Answers the status.
    pub async fn resume(&self, id: &str) -> Result<Status, ClientError> {
        self.ask(id, QueueCall::Resume).await
    }

    /// Takes no new messages until [`resume`](Self::resume), and processes what there is. Answers the status.
    ///
    /// It answers at once. The queue is drained when [`status`](Self::status) shows nothing pending, in flight or
    /// delayed.
    pub async fn drain(&self, id: &str) -> Result<Status, ClientError> {
        self.ask(id, QueueCall::Drain).await
    }

    /// Deletes the message of an id, if it waits. Its id stays known for the `dedup_window`.
    pub async fn cancel(&self, id: &str, event_id: &str) -> Result<Cancelled, ClientError> {
        let event_id = event_id.into();
        self.ask(id, QueueCall::Cancel { event_id }).await
    }

    /// Deletes every message that waits. Those in flight end, dead letters stay.
    pub async fn purge(&self, id: &str) -> Result<Purged, ClientError> {
        self.ask(id, QueueCall::Purge).await
    }

    /// Deletes every dead letter.
    pub async fn purge_dead(&self, id: &str) -> Result<Purged, ClientError> {
        self.ask(id, QueueCall::PurgeDead).await
    }

    /// Makes a message of the dead letter of an id again, with all its attempts before it.
    pub async fn retry_dead(&self, id: &str, event_id: &str) -> Result<Revived, ClientError> {
        let event_id = Some(event_id.into());
        self.ask(id, QueueCall::RetryDead { event_id }).await
    }

    /// Makes messages of all dead letters again, with all their attempts before them.
    pub async fn retry_all_dead(&self, id: &str) -> Result<Revived, ClientError> {
        self.ask(id, QueueCall::RetryDead { event_id: None }).await
    }

    /// Deletes the instance with its messages and dead letters. What is in flight is dropped. The id can be used
    /// again at once.
    pub async fn terminate(&self, id: &str, reason: &str) -> Result<Terminated, ClientError> {
        let reason = reason.to_owned();
        self.ask(id, QueueCall::Terminate { reason }).await
    }

    /// What the instance does now, in numbers.
    pub async fn status(&self, id: &str) -> Result<QueueStatus, ClientError> {
        self.ask(id, QueueCall::Status).await
    }

    /// The next messages that wait: those that may be processed, in their order, then those that wait for a time.
    pub async fn peek(&self, id: &str, limit: u32) -> Result<Vec<QueuedMessage<J>>, ClientError> {
        let shown: Vec<ShownMessage> = self.ask(id, QueueCall::Peek { limit }).await?;
        Ok(shown.into_iter().map(queued).collect())
    }

    /// The last messages that were given up, the newest first.
    pub async fn dead_letters(
        &self,
        id: &str,
        limit: u32,
    ) -> Result<Vec<DeadMessage<J>>, ClientError> {
        let shown: Vec<ShownMessage> = self.ask(id, QueueCall::DeadLetters { limit }).await?;
        Ok(shown.into_iter().filter_map(dead).collect())
    }

    fn ask<'a, T: AnswerType>(&'a self, id: &'a str, call: QueueCall) -> Reply<'a, T> {
        self.line.ask(id, Call::of(call))
    }
}

fn decoded<J: Queue>(shown: &ShownMessage) -> Option<J> {
    decode_version(&shown.message.0, shown.version, J::SPEC.version, J::migrate).ok()
}

fn queued<J: Queue>(shown: ShownMessage) -> QueuedMessage<J> {
    QueuedMessage {
        message: decoded(&shown),
        json: shown.message.0.as_ref().to_owned(),
        number: shown.number,
        event_id: shown.event_id.as_deref().map(str::to_owned),
        priority: shown.priority,
        enqueued_at: shown.enqueued_at,
        due_at: shown.due_at,
        attempts: shown.attempts,
    }
}

fn dead<J: Queue>(shown: ShownMessage) -> Option<DeadMessage<J>> {
    let message = decoded(&shown);
    let death = shown.death?;
    Some(DeadMessage {
        message,
        json: shown.message.0.as_ref().to_owned(),
        event_id: shown.event_id.as_deref().map(str::to_owned),
        enqueued_at: shown.enqueued_at,
        error: death.error.as_ref().to_owned(),
        attempts: shown.attempts,
        died_at: death.at,
    })
}
