//! Where a handler writes its messages.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use crate::{
    ClientError, InstanceId, JobError, JobResult,
    state::{Codec, CodecError},
    wire::{Call, Json},
};

/// A message that a handler has written.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) job: &'static str,
    pub(crate) id: InstanceId,
    /// The call that it is, as text.
    pub(crate) call: Json,
}

/// What one attempt has written so far. Behind a lock, so that a handler can write while it looks at its context.
#[derive(Debug, Default)]
pub(crate) struct Drafts(Mutex<Vec<Draft>>);

impl Drafts {
    fn push(&self, draft: Draft) {
        let mut drafts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        drafts.push(draft);
    }

    pub(crate) fn take(&mut self) -> Vec<Draft> {
        let drafts = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(drafts)
    }
}

/// Where the messages of a handler to one job are written.
#[derive(Clone, Copy)]
pub struct Desk<'run> {
    drafts: &'run Drafts,
    job: &'static str,
}

impl<'run> Desk<'run> {
    pub(crate) fn new(drafts: &'run Drafts, job: &'static str) -> Self {
        Self { drafts, job }
    }

    /// Writes one message. What cannot be sent as it is fails at once, and for good.
    pub(crate) fn write(&self, id: &str, call: &Call) -> JobResult {
        let job = self.job;
        let id = InstanceId::new(id).map_err(|reason| {
            let job = job.to_owned();
            JobError::terminal(ClientError::InvalidId { job, reason })
        })?;
        let text = serde_json::to_string(call).map_err(JobError::terminal)?;
        let call = Json(text.into());
        self.drafts.push(Draft { job, id, call });
        Ok(())
    }

    pub(crate) fn encode<T>(&self, id: &str, codec: Codec<T>, value: &T) -> JobResult<Json> {
        let encoded = codec.encode(value);
        encoded.map(Json).map_err(|error| {
            let CodecError { field, reason } = error;
            JobError::terminal(ClientError::Validation {
                job: self.job.to_owned(),
                id: id.to_owned(),
                field,
                reason,
            })
        })
    }
}

impl fmt::Debug for Desk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Desk").field(&self.job).finish()
    }
}
