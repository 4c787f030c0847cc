//! Answers: as values where they are made, as text where they have come from elsewhere.

use std::{any::Any, borrow::Cow, fmt, sync::Arc};

use super::{Json, StateSnapshot, Status, Terminated, Triggered, variant::write_variant};
use crate::{
    continuous::{ContinuousStatus, Started, StateSet, Stopped},
    debounce::{AddedMany, Cleared, DeadBatches, DeadLetter, DebounceStatus, Flushed, Reset},
    json::{self, ReadOwned, Variant, WriteJson},
    queue::{Cancelled, EnqueuedMany, Purged, QueueStatus, Revived, ShownMessage},
    rate_limit::{Admission, LimitReset, RateLimitStatus},
    semaphore::{Acquired, Released, Renewed, SemaphoreStatus},
    task::{Sent, TaskStatus},
};

/// What an instance answers.
///
/// Only who has asked knows its type. So nothing here holds the answers of all kinds, and no program has the encoders
/// and decoders of those that none of its jobs gives.
#[derive(Clone)]
pub struct Answer(Form);

#[derive(Clone)]
enum Form {
    /// As it was made.
    Value(Arc<dyn AnyAnswer>),
    /// As it has come from elsewhere: `{"name":value}`.
    Text(Json),
}

/// A type of answers.
pub(crate) trait AnswerType: Any + Clone + Send + Sync + WriteJson + ReadOwned {
    /// What it is called as text.
    const NAME: &'static str;
}

/// An answer, whatever its type.
trait AnyAnswer: Any + Send + Sync {
    fn name(&self) -> &'static str;
    fn as_json(&self) -> &dyn WriteJson;
}

impl<T: AnswerType> AnyAnswer for T {
    fn name(&self) -> &'static str {
        T::NAME
    }

    fn as_json(&self) -> &dyn WriteJson {
        self
    }
}

impl Answer {
    pub(crate) fn of<T: AnswerType>(value: T) -> Self {
        Self(Form::Value(Arc::new(value)))
    }

    /// What was answered, if it is of this type.
    #[inline(never)]
    pub(crate) fn take<T: AnswerType>(self) -> Option<T> {
        match self.0 {
            Form::Value(value) => {
                let value: Arc<dyn Any + Send + Sync> = value;
                value.downcast().ok().map(Arc::unwrap_or_clone)
            }
            Form::Text(text) => Variant::of(&text.0).ok()?.take(T::NAME).ok()?,
        }
    }

    /// An answer that has come as text.
    pub(super) fn from_wire(text: Json) -> Self {
        Self(Form::Text(text))
    }

    /// An answer that was kept as text; `None` if this version has none of its name.
    pub(crate) fn from_text(text: Json) -> Option<Self> {
        let known = NAMES.contains(&Variant::of(&text.0).ok()?.name);
        known.then(|| Self::from_wire(text))
    }

    /// The answer as text.
    pub(crate) fn to_text(&self) -> Cow<'_, str> {
        match &self.0 {
            Form::Value(_) => Cow::Owned(json::write(self)),
            Form::Text(text) => Cow::Borrowed(&text.0),
        }
    }
}

impl WriteJson for Answer {
    fn write_json(&self, out: &mut Vec<u8>) {
        match &self.0 {
            Form::Value(answer) => write_variant(out, answer.name(), answer.as_json()),
            Form::Text(text) => text.write_json(out),
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match &self.0 {
            Form::Value(answer) => answer.name(),
            Form::Text(text) => &text.0,
        };
        f.debug_tuple("Answer").field(&name).finish()
    }
}

/// Says which types are answers, each with the name that it has as text.
macro_rules! answers {
    ($($name:literal: $type:ty),* $(,)?) => {
        const NAMES: &[&str] = &[$($name),*];

        $(impl AnswerType for $type {
            const NAME: &'static str = $name;
        })*
    };
}

answers! {
    "started": Started,
    "stopped": Stopped,
    "continuous": ContinuousStatus,
    "added": AddedMany,
    "flushed": Flushed,
    "cleared": Cleared,
    "debounce": DebounceStatus,
    "sent": Sent,
    "task": TaskStatus,
    "triggered": Triggered,
    "terminated": Terminated,
    "status": Status,
    "state": Option<StateSnapshot>,
    "history": Vec<Json>,
    "state_set": StateSet,
    "reset": Reset,
    "dead_letters": Vec<DeadLetter>,
    "dead_batches": DeadBatches,
    "admission": Admission,
    "limit_reset": LimitReset,
    "rate_limit": RateLimitStatus,
    "acquired": Acquired,
    "renewed": Renewed,
    "released": Released,
    "semaphore": SemaphoreStatus,
    "enqueued": EnqueuedMany,
    "cancelled": Cancelled,
    "purged": Purged,
    "revived": Revived,
    "queue": QueueStatus,
    "messages": Vec<ShownMessage>,
}
