//! The error of a client call.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{identity::InvalidId, time::whole_millis, wire::RequestId};

/// Why a call was not answered. `job` is the stored job name, `id` the caller's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ClientError {
    /// The host has no job of this name: register it with `.job::<J>()`.
    JobNotFound {
        /// The job that was asked for.
        job: String,
    },
    /// The string cannot be an instance id. Nothing was written.
    InvalidId {
        /// The job that was asked for.
        job: String,
        /// What is wrong with it.
        reason: InvalidId,
    },
    /// A value does not encode or decode. Nothing was written.
    Validation {
        /// The job.
        job: String,
        /// The instance.
        id: String,
        /// The path of the field, where one is known.
        field: Option<String>,
        /// What is wrong with it.
        reason: String,
    },
    /// `on_event` refused the event. It was not stored and is not retried.
    Rejected {
        /// The job.
        job: String,
        /// The instance.
        id: String,
        /// The handler's error.
        reason: String,
    },
    /// The state was changed after it was read. Nothing was written: read it again, as `update_state` does by itself.
    StateChanged {
        /// The job.
        job: String,
        /// The instance.
        id: String,
    },
    /// An event of this id has come before, and the job has `on_duplicate = "reject"`. Nothing was stored.
    DuplicateEvent {
        /// The job.
        job: String,
        /// The instance.
        id: String,
        /// The id of the event.
        event_id: String,
    },
    /// The instance holds as many events or waiting callers as it may: try again when some are done, or raise the limit.
    Overflow {
        /// The job.
        job: String,
        /// The instance.
        id: String,
        /// The limit that was reached.
        limit: u64,
    },
    /// The queue holds as many messages, dead letters included, as it may. Nothing was written: enqueue it again later,
    /// process faster, look after the dead letters, or raise `max_depth`.
    QueueFull {
        /// The job.
        job: String,
        /// The instance.
        id: String,
        /// The limit that was reached.
        limit: u64,
        /// When to try again.
        retry_after: Duration,
    },
    /// The instance remembers as many event ids as it may. Nothing was written: send it again later, or without an id.
    TooManyEventIds {
        /// The job.
        job: String,
        /// The instance.
        id: String,
        /// The limit that was reached.
        limit: u64,
        /// When the oldest id is forgotten.
        retry_after: Duration,
    },
    /// The queue takes no messages until `resume`. Nothing was written.
    QueueDraining {
        /// The job.
        job: String,
        /// The instance.
        id: String,
    },
    /// The stored state was written by a newer version of the job. It is untouched: deploy that version again.
    UnsupportedVersion {
        /// The job.
        job: String,
        /// The instance.
        id: String,
        /// The version found in the store.
        stored: u32,
        /// The version of this program.
        supported: u32,
    },
    /// The store failed. The call had no effect.
    Storage {
        /// The job.
        job: String,
        /// The instance.
        id: String,
        /// What failed and what to do.
        reason: String,
    },
    /// Whether the call took effect is not known: the host stopped, or the timeout passed. Repeating it is safe
    /// within five minutes with the same request id, for calls that carry an event id, and for `start`,
    /// `terminate` and all that only read.
    OutcomeUnknown {
        /// The job.
        job: String,
        /// The instance.
        id: String,
        /// The request, if it carried an id: repeat it with a client made by `with_request`.
        request: Option<RequestId>,
        /// Why the answer was lost.
        reason: String,
    },
    /// More calls wait for their answers than the host or the instance takes. Nothing was written; it is not tried
    /// again by itself, because that would add to the load.
    Overloaded {
        /// The job.
        job: String,
        /// The instance.
        id: String,
    },
    /// The call did not reach the instance, or was not understood there. Nothing was written.
    Transport {
        /// The job.
        job: String,
        /// The instance.
        id: String,
        /// What failed and what to do.
        reason: String,
    },
    /// This host cannot do that.
    Unsupported {
        /// The job.
        job: String,
        /// What it cannot do, and what to do instead.
        reason: String,
    },
    /// The host is shutting down and takes no new calls. Nothing was written.
    ShuttingDown {
        /// The job.
        job: String,
        /// The instance.
        id: String,
    },
}

impl ClientError {
    /// Names the request of the caller who gets this error.
    pub(crate) fn of_request(mut self, asked: Option<RequestId>) -> Self {
        if let Self::OutcomeUnknown { request, .. } = &mut self {
            *request = request.or(asked);
        }
        self
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::JobNotFound { job } => {
                write!(
                    f,
                    "the host has no job `{job}`: register it with `.job::<..>()`"
                )
            }
            Self::InvalidId { job, reason } => write!(f, "{job}: {reason}"),
            Self::Validation {
                job,
                id,
                field: Some(field),
                reason,
            } => {
                write!(f, "{job} {id:?}: field `{field}`: {reason}")
            }
            Self::Validation {
                job,
                id,
                field: None,
                reason,
            } => write!(f, "{job} {id:?}: {reason}"),
            Self::Rejected { job, id, reason } => {
                write!(f, "{job} {id:?} refused the event: {reason}")
            }
            Self::StateChanged { job, id } => {
                write!(
                    f,
                    "{job} {id:?}: its state was changed meanwhile: read it again"
                )
            }
            Self::DuplicateEvent { job, id, event_id } => {
                write!(f, "{job} {id:?} has already taken the event {event_id:?}")
            }
            Self::Overflow { job, id, limit } => {
                write!(
                    f,
                    "{job} {id:?} already holds {limit}, as many as it may: try again when some are done, or raise the limit"
                )
            }
            Self::QueueFull {
                job,
                id,
                limit,
                retry_after,
            } => write!(
                f,
                "{job} {id:?} already holds {limit} messages: enqueue again after {} ms, or raise the limit",
                whole_millis(*retry_after)
            ),
            Self::TooManyEventIds {
                job,
                id,
                limit,
                retry_after,
            } => write!(
                f,
                "{job} {id:?} already remembers {limit} event ids: try again after {} ms, or shorten `dedup_window`",
                whole_millis(*retry_after)
            ),
            Self::QueueDraining { job, id } => write!(
                f,
                "{job} {id:?} is drained and takes no messages: enqueue again after `resume`"
            ),
            Self::UnsupportedVersion {
                job,
                id,
                stored,
                supported,
            } => write!(
                f,
                "{job} {id:?} was stored by version {stored} of the job and this program knows {supported}: deploy the newer program"
            ),
            Self::Storage { job, id, reason } => {
                write!(f, "{job} {id:?}: the store failed: {reason}")
            }
            Self::OutcomeUnknown {
                job,
                id,
                request: None,
                reason,
            } => write!(f, "{job} {id:?}: the outcome is unknown: {reason}"),
            Self::OutcomeUnknown {
                job,
                id,
                request: Some(request),
                reason,
            } => write!(
                f,
                "{job} {id:?}: the outcome of request {request} is unknown: {reason}"
            ),
            Self::Overloaded { job, id } => write!(
                f,
                "{job} {id:?} gets more calls than it can answer: call less often, or spread over more ids"
            ),
            Self::Transport { job, id, reason } => {
                write!(f, "{job} {id:?} was not reached: {reason}")
            }
            Self::Unsupported { job, reason } => write!(f, "{job}: {reason}"),
            Self::ShuttingDown { job, id } => {
                write!(
                    f,
                    "{job} {id:?}: the host is shutting down: call again after its restart"
                )
            }
        }
    }
}

impl std::error::Error for ClientError {}
