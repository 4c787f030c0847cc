//! Answers: as values where they are made, as text where they have come from elsewhere.

use serde::Serialize;

use super::{
    Json, StateSnapshot, Status, Terminated, Triggered,
    variant::{Variant, read_variant},
};
use crate::{
    continuous::{ContinuousStatus, Started, StateSet, Stopped},
    debounce::{AddedMany, Cleared, DeadBatches, DeadLetter, DebounceStatus, Flushed, Reset},
    queue::{Cancelled, EnqueuedMany, Purged, QueueStatus, Revived, ShownMessage},
    rate_limit::{Admission, LimitReset, RateLimitStatus},
    semaphore::{Acquired, Released, Renewed, SemaphoreStatus},
    task::{Sent, TaskStatus},
};

/// An answer of one type.
pub(crate) trait FromAnswer: Sized {
    /// What was answered, if it is of this type.
    fn from_answer(answer: Answer) -> Option<Self>;
}

/// Writes the enum of all answers: each variant with the name that it has as text, and its type.
macro_rules! answers {
    ($($variant:ident($name:literal): $type:ty),* $(,)?) => {
        /// What an instance answers.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[non_exhaustive]
        #[expect(
            missing_docs,
            reason = "each variant carries the documented answer of its name"
        )]
        pub enum Answer {
            $(#[serde(rename = $name)] $variant($type),)*
            /// One of the others, as it was written. Only who has asked knows which it is, so that no program has
            /// the decoders of all.
            #[serde(untagged)]
            Text(Json),
        }

        const NAMES: &[&str] = &[$($name),*];

        $(impl FromAnswer for $type {
            fn from_answer(answer: Answer) -> Option<Self> {
                match answer {
                    Answer::$variant(answer) => Some(answer),
                    Answer::Text(text) => read_variant(&text.0, $name).ok()?,
                    _ => None,
                }
            }
        })*
    };
}

impl Answer {
    /// An answer that was kept as text; `None` if this version has none of its name.
    pub(crate) fn from_text(text: Json) -> Option<Self> {
        let known = NAMES.contains(&Variant::find(&text.0).ok()?.name);
        known.then_some(Self::Text(text))
    }
}

answers! {
    Started("started"): Started,
    Stopped("stopped"): Stopped,
    Continuous("continuous"): ContinuousStatus,
    Added("added"): AddedMany,
    Flushed("flushed"): Flushed,
    Cleared("cleared"): Cleared,
    Debounce("debounce"): DebounceStatus,
    Sent("sent"): Sent,
    Task("task"): TaskStatus,
    Triggered("triggered"): Triggered,
    Terminated("terminated"): Terminated,
    Status("status"): Status,
    State("state"): Option<StateSnapshot>,
    History("history"): Vec<Json>,
    StateSet("state_set"): StateSet,
    Reset("reset"): Reset,
    DeadLetters("dead_letters"): Vec<DeadLetter>,
    DeadBatches("dead_batches"): DeadBatches,
    Admission("admission"): Admission,
    LimitReset("limit_reset"): LimitReset,
    RateLimit("rate_limit"): RateLimitStatus,
    Acquired("acquired"): Acquired,
    Renewed("renewed"): Renewed,
    Released("released"): Released,
    Semaphore("semaphore"): SemaphoreStatus,
    Enqueued("enqueued"): EnqueuedMany,
    Cancelled("cancelled"): Cancelled,
    Purged("purged"): Purged,
    Revived("revived"): Revived,
    Queue("queue"): QueueStatus,
    Messages("messages"): Vec<ShownMessage>,
}
