//! A batch in memory: its events, and what they fold to.

use std::sync::Arc;

use super::{Debounce, EventContext};
use crate::{ClientError, JobError, JobEvent, driver::caught};

/// A batch: its events, and what they fold to so far.
pub(super) struct Batch<J> {
    pub(super) events: Arc<Vec<Kept>>,
    /// The fold of all events, unless it has to be made anew.
    pub(super) fold: Option<J>,
}

/// An event as it is kept in memory, to fold it again.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) event: Arc<str>,
    pub(super) context: EventContext,
}

impl<J: Debounce> Batch<J> {
    pub(super) fn empty() -> Self {
        Self {
            events: Arc::default(),
            fold: None,
        }
    }

    /// The fold of all events, made anew if it has to be.
    pub(super) fn fold(&mut self) -> Result<&mut J, FoldError> {
        if self.fold.is_none() {
            self.fold = Some(fold_all(&self.events)?);
        }
        Ok(self.fold.get_or_insert_default())
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

/// Why an event did not fold.
pub(super) enum FoldError {
    Invalid {
        field: Option<String>,
        reason: String,
    },
    Rejected(JobError),
}

impl FoldError {
    pub(super) fn refusal(self, home_job: &str, id: &str) -> ClientError {
        let (job, id) = (home_job.to_owned(), id.to_owned());
        match self {
            Self::Invalid { field, reason } => ClientError::Validation {
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
            Self::Invalid {
                field: Some(field),
                reason,
            } => {
                format!("a stored event does not decode: field `{field}`: {reason}")
            }
            Self::Invalid {
                field: None,
                reason,
            } => format!("a stored event does not decode: {reason}"),
            Self::Rejected(error) => format!("a stored event does not fold any more: {error}"),
        }
    }
}

fn fold_all<J: Debounce>(events: &[Kept]) -> Result<J, FoldError> {
    let mut job = J::default();
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
        J::Event::CODEC
            .decode(&self.event)
            .map_err(|error| FoldError::Invalid {
                field: error.field,
                reason: error.reason,
            })
    }
}
