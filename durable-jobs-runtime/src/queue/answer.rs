//! What a queue can be asked, and what it answers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    JobKind, Timestamp,
    json::{json_by_serde, json_fields, json_names, json_variants},
    wire::{CallType, Json, Status},
};

/// A call of a queue.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is the client method of its name")]
pub enum QueueCall {
    Enqueue { messages: Vec<NewMessage> },
    Pause,
    Resume,
    Drain,
    Cancel { event_id: Arc<str> },
    Purge,
    PurgeDead,
    RetryDead { event_id: Option<Arc<str>> },
    Terminate { reason: String },
    Status,
    Peek { limit: u32 },
    DeadLetters { limit: u32 },
}
json_variants!(QueueCall {
    "enqueue" => Enqueue { messages },
    "pause" => Pause,
    "resume" => Resume,
    "drain" => Drain,
    "cancel" => Cancel { event_id },
    "purge" => Purge,
    "purge_dead" => PurgeDead,
    "retry_dead" => RetryDead { event_id: default },
    "terminate" => Terminate { reason },
    "status" => Status,
    "peek" => Peek { limit },
    "dead_letters" => DeadLetters { limit },
});

impl CallType for QueueCall {
    const KIND: JobKind = JobKind::Queue;

    fn only_reads(&self) -> bool {
        matches!(
            self,
            Self::Status | Self::Peek { .. } | Self::DeadLetters { .. }
        )
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Enqueue { messages } => {
                messages.iter().map(|message| message.message.0.len()).sum()
            }
            _ => 0,
        }
    }
}

/// One message on its way in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewMessage {
    /// The message as JSON.
    pub message: Json,
    /// The caller's id for it: a second message of this id is left out.
    pub event_id: Option<Arc<str>>,
    /// What decides about its partition.
    pub partition_key: Option<Arc<str>>,
    /// How much it matters: more goes first.
    pub priority: i32,
    /// When it may be processed; at once unless set.
    pub due: Option<Due>,
}
json_fields!(NewMessage {
    message,
    event_id: default,
    partition_key: default,
    priority: default,
    due: default
});

/// When a message may be processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Due {
    /// So many milliseconds after it was enqueued.
    AfterMillis(u64),
    /// Then, by the host's clock.
    At(Timestamp),
}

json_by_serde!(Due);

/// The answer of `enqueue`. The message is durable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Enqueued {
    /// Whether this call made the instance.
    pub created: bool,
    /// Whether the message was a repetition and was left out.
    pub duplicate: bool,
    /// Messages in the queue that have not been processed, without dead letters.
    pub depth: u64,
}

/// The answer of `enqueue_many`. The messages are durable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EnqueuedMany {
    /// Whether this call made the instance.
    pub created: bool,
    /// How many messages were taken.
    pub enqueued: u64,
    /// How many were repetitions and were left out.
    pub duplicates: u64,
    /// Messages in the queue that have not been processed, without dead letters.
    pub depth: u64,
}
json_fields!(EnqueuedMany {
    created,
    enqueued,
    duplicates,
    depth
});

/// Where the message of an id was when it was to be cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Whereabouts {
    /// It waited for its turn, its time or another attempt.
    Waiting,
    /// It was being processed.
    InFlight,
    /// It was among the dead letters.
    Dead,
    /// There was none: it was processed, cancelled, or never sent.
    NotFound,
}
json_names!(Whereabouts {
    "waiting" => Waiting,
    "in_flight" => InFlight,
    "dead" => Dead,
    "not_found" => NotFound,
});

/// The answer of `cancel`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cancelled {
    /// Whether the message was deleted: only one that waits is.
    pub cancelled: bool,
    /// Where it was.
    pub was: Whereabouts,
}
json_fields!(Cancelled { cancelled, was });

/// The answer of `purge` and `purge_dead`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Purged {
    /// Messages deleted.
    pub discarded: u64,
}
json_fields!(Purged { discarded });

/// The answer of `retry_dead` and `retry_all_dead`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Revived {
    /// Dead letters that became messages again.
    pub revived: u64,
}
json_fields!(Revived { revived });

/// The answer of `status`: `running`, `waiting`, `idle`, `paused`, `draining` or `not_found`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct QueueStatus {
    /// What the instance does now. A paused or draining one may still have messages in flight.
    pub status: Status,
    /// Messages that wait for their turn.
    pub pending: u64,
    /// Messages that are being processed.
    pub in_flight: u64,
    /// Messages that wait for their time, or for another attempt.
    pub delayed: u64,
    /// Messages processed in this life.
    pub processed: u64,
    /// Dead letters.
    pub dead: u64,
    /// When the next message may begin, if none may now.
    pub next_at: Option<Timestamp>,
    /// The error of the last failed attempt.
    pub last_error: Option<String>,
}
json_fields!(QueueStatus {
    status,
    pending,
    in_flight,
    delayed,
    processed,
    dead,
    next_at: default,
    last_error: default
});

/// A message of a queue as it is shown, with its JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ShownMessage {
    /// The message as JSON.
    pub message: Json,
    /// The version of the job that has sent it.
    pub version: u32,
    /// Its place in the order of arrival, from 1.
    pub number: u64,
    /// The caller's id for it.
    pub event_id: Option<Arc<str>>,
    /// How much it matters.
    pub priority: i32,
    /// When it was enqueued.
    pub enqueued_at: Timestamp,
    /// When it may be processed; at once unless set.
    pub due_at: Option<Timestamp>,
    /// Attempts so far.
    pub attempts: u32,
    /// Why it is a dead letter, if it is one.
    pub death: Option<Death>,
}
json_fields!(ShownMessage {
    message,
    version,
    number,
    event_id: default,
    priority,
    enqueued_at,
    due_at: default,
    attempts,
    death: default
});

/// Why and when a message became a dead letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Death {
    /// The error of its last attempt.
    pub error: Arc<str>,
    /// When it was given up.
    pub at: Timestamp,
}
json_fields!(Death { error, at });
