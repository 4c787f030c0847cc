//! Where a handler writes its messages.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::{
    ClientError, InstanceId, JobError, JobResult,
    state::{Codec, CodecError},
    wire::{Call, Json},
};

/// The most messages of one instance that wait to leave, about 10 MB of small ones.
const MOST_WAITING: usize = 10_000;

/// A message that a handler has written.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) job: &'static str,
    pub(crate) id: InstanceId,
    /// The call that it is, as text.
    pub(crate) call: Json,
}

/// What one attempt has written so far. Behind a lock, so that a handler can write while it looks at its context.
#[derive(Debug)]
pub(crate) struct Drafts {
    written: Mutex<Vec<Draft>>,
    /// How many messages of the instance wait already.
    waiting: Arc<AtomicUsize>,
}

impl Drafts {
    pub(crate) fn new(waiting: Arc<AtomicUsize>) -> Self {
        Self {
            written: Mutex::default(),
            waiting,
        }
    }

    /// Takes a message in; gives it back if there is no room for it.
    fn push(&self, draft: Draft) -> Result<(), Draft> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if written.len() + self.waiting.load(Ordering::Relaxed) >= MOST_WAITING {
            return Err(draft);
        }
        written.push(draft);
        Ok(())
    }

    pub(crate) fn take(&mut self) -> Vec<Draft> {
        let written = self.written.get_mut();
        std::mem::take(written.unwrap_or_else(PoisonError::into_inner))
    }
}

/// Where the messages of a handler to one job are written.
#[derive(Clone, Copy)]
pub struct MessageWriter<'run> {
    drafts: &'run Drafts,
    job: &'static str,
}

impl<'run> MessageWriter<'run> {
    pub(crate) fn new(drafts: &'run Drafts, job: &'static str) -> Self {
        Self { drafts, job }
    }

    /// Writes one message. What cannot be sent as it is fails at once, and for good; what there is no room for may be
    /// tried again when others have left.
    pub(crate) fn write(&self, id: &str, call: &Call) -> JobResult {
        let job = self.job;
        let id = InstanceId::new(id).map_err(|reason| {
            let job = job.to_owned();
            JobError::terminal(ClientError::InvalidId { job, reason })
        })?;
        let call = Json(call.to_text().into());
        let written = self.drafts.push(Draft { job, id, call });
        written.map_err(|Draft { job, id, .. }| {
            let id = id.as_str();
            JobError::from(format!(
                "{MOST_WAITING} messages of this instance wait to leave, so none to {job} {id:?} is taken: try again when some have left"
            ))
        })
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

impl fmt::Debug for MessageWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MessageWriter").field(&self.job).finish()
    }
}
