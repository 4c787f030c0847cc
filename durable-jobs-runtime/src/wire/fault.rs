//! Errors of calls as they travel: one flat shape for all of them, because a decoder for each costs more code than
//! all that they say.

use std::{borrow::Cow, time::Duration};

use super::RequestId;
use crate::{ClientError, InvalidId, json::json_fields};

/// What went wrong, with whatever belongs to it. Job and instance are those of the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fault<'a> {
    kind: Cow<'a, str>,
    field: Option<Cow<'a, str>>,
    reason: Option<Cow<'a, str>>,
    limit: Option<u64>,
    stored: Option<u32>,
    supported: Option<u32>,
    request: Option<RequestId>,
    retry_after_ms: Option<u64>,
}
json_fields!(Fault<'a> {
    kind: default,
    field: default,
    reason: default,
    limit: default,
    stored: default,
    supported: default,
    request: default,
    retry_after_ms: default,
});

const JOB_NOT_FOUND: &str = "job_not_found";
const EMPTY_ID: &str = "empty_id";
const LONG_ID: &str = "long_id";
const VALIDATION: &str = "validation";
const REJECTED: &str = "rejected";
const STATE_CHANGED: &str = "state_changed";
const DUPLICATE_EVENT: &str = "duplicate_event";
const OVERFLOW: &str = "overflow";
const QUEUE_FULL: &str = "queue_full";
const TOO_MANY_EVENT_IDS: &str = "too_many_event_ids";
const QUEUE_DRAINING: &str = "queue_draining";
const UNSUPPORTED_VERSION: &str = "unsupported_version";
const STORAGE: &str = "storage";
const OUTCOME_UNKNOWN: &str = "outcome_unknown";
const OVERLOADED: &str = "overloaded";
const TRANSPORT: &str = "transport";
const UNSUPPORTED: &str = "unsupported";
const SHUTTING_DOWN: &str = "shutting_down";

impl<'a> Fault<'a> {
    #[cold]
    #[inline(never)]
    pub(super) fn of(error: &'a ClientError) -> Self {
        use ClientError as E;
        let because = |kind, reason: &'a str| Self {
            reason: Some(reason.into()),
            ..Self::new(kind)
        };
        match error {
            E::JobNotFound { .. } => Self::new(JOB_NOT_FOUND),
            E::InvalidId { reason, .. } => match reason {
                InvalidId::Empty => Self::new(EMPTY_ID),
                InvalidId::TooLong { bytes } => Self {
                    limit: Some(*bytes as u64),
                    ..Self::new(LONG_ID)
                },
            },
            E::Validation { field, reason, .. } => Self {
                field: field.as_deref().map(Cow::from),
                ..because(VALIDATION, reason)
            },
            E::Rejected { reason, .. } => because(REJECTED, reason),
            E::StateChanged { .. } => Self::new(STATE_CHANGED),
            E::DuplicateEvent { event_id, .. } => because(DUPLICATE_EVENT, event_id),
            E::Overflow { limit, .. } => Self {
                limit: Some(*limit),
                ..Self::new(OVERFLOW)
            },
            E::QueueFull {
                limit, retry_after, ..
            } => Self {
                limit: Some(*limit),
                retry_after_ms: u64::try_from(retry_after.as_millis()).ok(),
                ..Self::new(QUEUE_FULL)
            },
            E::TooManyEventIds {
                limit, retry_after, ..
            } => Self {
                limit: Some(*limit),
                retry_after_ms: u64::try_from(retry_after.as_millis()).ok(),
                ..Self::new(TOO_MANY_EVENT_IDS)
            },
            E::QueueDraining { .. } => Self::new(QUEUE_DRAINING),
            E::UnsupportedVersion {
                stored, supported, ..
            } => Self {
                stored: Some(*stored),
                supported: Some(*supported),
                ..Self::new(UNSUPPORTED_VERSION)
            },
            E::Storage { reason, .. } => because(STORAGE, reason),
            E::OutcomeUnknown {
                request, reason, ..
            } => Self {
                request: *request,
                ..because(OUTCOME_UNKNOWN, reason)
            },
            E::Overloaded { .. } => Self::new(OVERLOADED),
            E::Transport { reason, .. } => because(TRANSPORT, reason),
            E::Unsupported { reason, .. } => because(UNSUPPORTED, reason),
            E::ShuttingDown { .. } => Self::new(SHUTTING_DOWN),
        }
    }

    fn new(kind: &'static str) -> Self {
        Self {
            kind: kind.into(),
            ..Self::default()
        }
    }

    /// The error of a call of `id`. A kind that this version does not know is told by its name.
    #[cold]
    #[inline(never)]
    pub(super) fn into_error(self, job: &str, id: &str) -> ClientError {
        use ClientError as E;
        let (job, id) = (job.to_owned(), id.to_owned());
        let reason = self.reason.unwrap_or_default().into_owned();
        let limit = self.limit.unwrap_or_default();
        match &*self.kind {
            JOB_NOT_FOUND => E::JobNotFound { job },
            EMPTY_ID => E::InvalidId {
                job,
                reason: InvalidId::Empty,
            },
            LONG_ID => E::InvalidId {
                job,
                reason: InvalidId::TooLong {
                    bytes: usize::try_from(limit).unwrap_or(usize::MAX),
                },
            },
            VALIDATION => E::Validation {
                job,
                id,
                field: self.field.map(Cow::into_owned),
                reason,
            },
            REJECTED => E::Rejected { job, id, reason },
            STATE_CHANGED => E::StateChanged { job, id },
            DUPLICATE_EVENT => E::DuplicateEvent {
                job,
                id,
                event_id: reason,
            },
            OVERFLOW => E::Overflow { job, id, limit },
            QUEUE_FULL => E::QueueFull {
                job,
                id,
                limit,
                retry_after: Duration::from_millis(self.retry_after_ms.unwrap_or_default()),
            },
            TOO_MANY_EVENT_IDS => E::TooManyEventIds {
                job,
                id,
                limit,
                retry_after: Duration::from_millis(self.retry_after_ms.unwrap_or_default()),
            },
            QUEUE_DRAINING => E::QueueDraining { job, id },
            UNSUPPORTED_VERSION => E::UnsupportedVersion {
                job,
                id,
                stored: self.stored.unwrap_or_default(),
                supported: self.supported.unwrap_or_default(),
            },
            STORAGE => E::Storage { job, id, reason },
            OUTCOME_UNKNOWN => E::OutcomeUnknown {
                job,
                id,
                request: self.request,
                reason,
            },
            OVERLOADED => E::Overloaded { job, id },
            UNSUPPORTED => E::Unsupported { job, reason },
            SHUTTING_DOWN => E::ShuttingDown { job, id },
            TRANSPORT => E::Transport { job, id, reason },
            unknown => E::Transport {
                job,
                id,
                reason: format!("it answered an error of a newer version, `{unknown}`: {reason}"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_comes_back_as_it_was() {
        let (job, id) = ("Order".to_owned(), "o-1".to_owned());
        let names = || (job.clone(), id.clone(), "why".to_owned());
        let errors = [
            |(job, _, _)| ClientError::JobNotFound { job },
            |(job, _, _)| ClientError::InvalidId {
                job,
                reason: InvalidId::Empty,
            },
            |(job, _, _)| ClientError::InvalidId {
                job,
                reason: InvalidId::TooLong { bytes: 513 },
            },
            |(job, id, reason)| ClientError::Validation {
                job,
                id,
                field: None,
                reason,
            },
            |(job, id, reason)| ClientError::Validation {
                job,
                id,
                field: Some("a.b".into()),
                reason,
            },
            |(job, id, reason)| ClientError::Rejected { job, id, reason },
            |(job, id, _)| ClientError::StateChanged { job, id },
            |(job, id, event_id)| ClientError::DuplicateEvent { job, id, event_id },
            |(job, id, _)| ClientError::Overflow { job, id, limit: 3 },
            |(job, id, _)| ClientError::QueueFull {
                job,
                id,
                limit: 3,
                retry_after: Duration::from_millis(7),
            },
            |(job, id, _)| ClientError::TooManyEventIds {
                job,
                id,
                limit: 3,
                retry_after: Duration::from_millis(7),
            },
            |(job, id, _)| ClientError::QueueDraining { job, id },
            |(job, id, _)| ClientError::UnsupportedVersion {
                job,
                id,
                stored: 2,
                supported: 1,
            },
            |(job, id, reason)| ClientError::Storage { job, id, reason },
            |(job, id, reason)| ClientError::OutcomeUnknown {
                job,
                id,
                request: None,
                reason,
            },
            |(job, id, reason)| ClientError::OutcomeUnknown {
                job,
                id,
                request: Some(RequestId::new(7)),
                reason,
            },
            |(job, id, _)| ClientError::Overloaded { job, id },
            |(job, id, reason)| ClientError::Transport { job, id, reason },
            |(job, _, reason)| ClientError::Unsupported { job, reason },
            |(job, id, _)| ClientError::ShuttingDown { job, id },
        ];
        for make in errors {
            let error = make(names());
            let text = crate::json::write(&Fault::of(&error));
            let fault: Fault<'_> = crate::json::read(&text).expect("decodes");
            assert_eq!(fault.into_error("Order", "o-1"), error, "{text}");
        }
    }
}
