//! A batch in memory: its events, and what they fold to.

use std::sync::Arc;

use super::{Debounce, EventContext};
use crate::{
    ClientError, JobError, JobEvent,
    core::debounce::{Base, Gone},
    driver::caught,
    state::{self, CodecError},
};

/// A batch: its events, and what they fold to so far.
pub(super) struct Batch<J> {
    pub(super) events: Arc<Vec<Kept>>,
    /// The fold of all events, unless it has to be made anew.
    pub(super) fold: Option<J>,
}

/// An event as it is kept in memory, to fold it again.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) sequence: u64,
    pub(super) event: Arc<str>,
    pub(super) context: EventContext,
    /// The version of the job that has stored it.
    pub(super) version: u32,
}

impl<J: Debounce> Batch<J> {
    pub(super) fn empty() -> Self {
        Self::of(Arc::default())
    }

    pub(super) fn of(events: Arc<Vec<Kept>>) -> Self {
        Self { events, fold: None }
    }

    /// The fold of all events onto `base`, made anew if it has to be.
    pub(super) fn fold(&mut self, base: Option<&Base>) -> Result<&mut J, FoldError> {
        if self.fold.is_none() {
            self.fold = Some(fold_all(base, self.events.iter())?);
        }
        Ok(self.fold.get_or_insert_default())
    }

    /// The same, taken out: it has to be made anew unless it is put back.
    pub(super) fn take_fold(&mut self, base: Option<&Base>) -> Result<J, FoldError> {
        match self.fold.take() {
            Some(fold) => Ok(fold),
            None => fold_all(base, self.events.iter()),
        }
    }

    /// Empties it. What has been decided is not undone by a value that panics when it is dropped.
    pub(super) fn let_go(&mut self) {
        let gone = std::mem::replace(self, Self::empty());
        let _ = caught(|| drop(gone));
    }

    pub(super) fn keep(&mut self, event: Kept) {
        Arc::make_mut(&mut self.events).push(event);
    }
}

/// Takes the oldest events out.
pub(super) fn drop_oldest(events: &mut Arc<Vec<Kept>>, count: u64) -> Gone {
    let events = Arc::make_mut(events);
    let count = usize::try_from(count)
        .unwrap_or(usize::MAX)
        .min(events.len());
    let (mut bytes, mut through) = (0, 0);
    for kept in events.drain(..count) {
        bytes += kept.event.len() as u64;
        through = kept.sequence;
    }
    Gone {
        event_count: count as u64,
        bytes,
        through,
        next_arrived_at: events.first().map(|kept| kept.context.arrived_at),
    }
}

/// Why an event did not fold.
pub(super) enum FoldError {
    /// It does not decode.
    Invalid(CodecError),
    /// What the batch begins with does not decode.
    Base(CodecError),
    /// The job has refused it.
    Rejected(JobError),
}

impl FoldError {
    pub(super) fn refusal(self, home_job: &str, id: &str) -> ClientError {
        let (job, id) = (home_job.to_owned(), id.to_owned());
        match self {
            Self::Invalid(CodecError { field, reason })
            | Self::Base(CodecError { field, reason }) => ClientError::Validation {
                job,
                id,
                field,
                reason,
            },
            Self::Rejected(error) => ClientError::Rejected {
                job,
                id,
                reason: error.to_string(),
            },
        }
    }

    pub(super) fn describe(&self) -> String {
        match self {
            Self::Invalid(error) => format!("a stored event does not decode: {error}"),
            Self::Base(error) => format!("the state that was kept does not decode: {error}"),
            Self::Rejected(error) => format!("a stored event does not fold any more: {error}"),
        }
    }
}

/// What a batch begins with.
pub(super) fn beginning<J: Debounce>(base: Option<&Base>) -> Result<J, FoldError> {
    let Some(Base { json, version }) = base else {
        return Ok(J::default());
    };
    state::decode_version(json, *version, J::SPEC.version, J::migrate).map_err(FoldError::Base)
}

pub(super) fn fold_all<'a, J: Debounce>(
    base: Option<&Base>,
    events: impl Iterator<Item = &'a Kept>,
) -> Result<J, FoldError> {
    let mut job = beginning(base)?;
    for kept in events {
        fold(&mut job, kept.decode::<J>()?, kept)?;
    }
    Ok(job)
}

/// Folds one event. A panic is a refusal.
pub(super) fn fold<J: Debounce>(
    job: &mut J,
    event: J::Event,
    kept: &Kept,
) -> Result<(), FoldError> {
    caught(|| job.on_event(event, &kept.context))
        .and_then(|result| result)
        .map_err(FoldError::Rejected)
}

impl Kept {
    pub(super) fn decode<J: Debounce>(&self) -> Result<J::Event, FoldError> {
        decode_event::<J>(&self.event, self.version).map_err(FoldError::Invalid)
    }
}

/// Decodes an event; one of an older version goes through the job's own `migrate_event`.
pub(super) fn decode_event<J: Debounce>(json: &str, version: u32) -> Result<J::Event, CodecError> {
    let current = J::SPEC.version;
    if version == current {
        return J::Event::CODEC.decode(json);
    }
    let migrated =
        caught(|| J::migrate_event(version, state::decode(json)?)).and_then(|result| result);
    migrated.map_err(|error| CodecError {
        field: None,
        reason: format!("migrating it from version {version} to {current}: {error}"),
    })
}
