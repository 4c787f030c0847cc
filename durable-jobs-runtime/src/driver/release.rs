//! What waits for a commit.

use std::{
    future::poll_fn,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Poll, Waker},
};

use super::{
    inline::Inline,
    shared::{Shared, Work, lock, observe},
    slot::{Input, Reply, Slot},
};
use crate::{
    Address, ClientError, StorageError, StorageFault,
    storage::{Activation, CompletionTarget},
    telemetry::Happening,
    wire::Answer,
};

/// The commits of one stay in memory that are on their way.
#[derive(Debug, Default)]
pub(super) struct Link {
    in_flight: AtomicUsize,
    failure: Mutex<Option<StorageError>>,
    quiet: Mutex<Option<Waker>>,
}

impl Link {
    pub(super) fn begin(&self) {
        self.in_flight.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.in_flight.load(Ordering::Acquire) == 0
    }

    /// Whether all that was committed is durable. Nothing may leave on the strength of what has failed.
    pub(super) fn is_settled(&self) -> bool {
        // In this order: a commit tells of its failure before it is no longer on its way.
        self.is_quiet() && self.failure().is_none()
    }

    pub(super) fn failure(&self) -> Option<StorageError> {
        lock(&self.failure).clone()
    }

    fn fail(&self, error: &StorageError) {
        // The first failure is the cause; the others follow from it.
        lock(&self.failure).get_or_insert_with(|| error.clone());
    }

    fn end(&self) {
        if self.in_flight.fetch_sub(1, Ordering::AcqRel) == 1
            && let Some(waker) = lock(&self.quiet).take()
        {
            waker.wake();
        }
    }

    /// Waits until no commit is on its way.
    pub(super) async fn quiet(&self) {
        poll_fn(|cx| {
            let mut waiting = lock(&self.quiet);
            if self.is_quiet() {
                return Poll::Ready(());
            }
            *waiting = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// What leaves an instance once a step is durable.
#[derive(Default)]
pub(super) struct Outgoing {
    pub(super) replies: Vec<(Reply, Result<Answer, ClientError>)>,
    pub(super) told: Vec<Happening>,
    pub(super) stored: Stored,
}

/// What goes on in an instance once a step is stored.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Stored {
    /// The number of the last message that the step sends.
    pub(super) sent: Option<u64>,
    /// The last run whose mark the step writes.
    pub(super) marked: Option<RunNumber>,
}

/// A run that is out in one stay in memory. The next stay numbers its own, and must not take a mark for one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RunNumber {
    pub(super) activation: Activation,
    pub(super) number: u64,
}

impl Outgoing {
    /// Gives all who wait for it the same answer.
    pub(super) fn answer(
        &mut self,
        waiting: Option<Vec<Reply>>,
        result: Result<Answer, ClientError>,
    ) {
        let waiting = waiting.unwrap_or_default();
        self.replies.reserve_exact(waiting.len());
        let replies = waiting.into_iter().map(|reply| (reply, result.clone()));
        self.replies.extend(replies);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.replies.is_empty() && self.told.is_empty() && self.stored.sent.is_none()
    }

    /// Telemetry first: who has an answer finds told what led to it.
    pub(super) fn release(self, shared: &Shared, address: &Address) {
        for happening in self.told {
            observe(&*shared.port, address, happening);
        }
        for (reply, result) in self.replies {
            reply.send(result);
        }
    }

    fn fail(self, address: &Address, error: &StorageError) {
        for (reply, _) in self.replies {
            reply.send(Err(failed(address, error)));
        }
    }
}

/// The error of a call whose step could not be stored.
pub(super) fn failed(address: &Address, error: &StorageError) -> ClientError {
    let (job, id) = (address.job.to_owned(), address.id.as_str().to_owned());
    let reason = error.to_string();
    match error.fault() {
        StorageFault::Closed => ClientError::OutcomeUnknown {
            job,
            id,
            request: None,
            reason,
        },
        _ => ClientError::Storage { job, id, reason },
    }
}

/// Takes the fate of one commit.
pub(super) struct Release {
    pub(super) slot: Arc<Slot>,
    pub(super) link: Arc<Link>,
    pub(super) shared: Arc<Shared>,
    pub(super) address: Address,
    pub(super) outgoing: Outgoing,
    pub(super) _work: Work,
}

impl CompletionTarget for Release {
    fn complete(self: Box<Self>, result: Result<(), StorageError>) {
        let Self {
            slot,
            link,
            shared,
            address,
            outgoing,
            _work,
        } = *self;
        match result {
            Ok(()) => {
                link.end();
                let stored = outgoing.stored;
                outgoing.release(&shared, &address);
                if stored != Stored::default() {
                    // Whoever tells of commits is not to drive the instance. Of a retired one the timer tells.
                    let _inline = Inline::enter();
                    let _ = slot.deliver(Input::Stored(stored));
                }
            }
            Err(error) => {
                link.fail(&error);
                link.end();
                // The instance notices its failure when it is driven, before the callers who are told of it can
                // call again. A retired slot has nothing to notice.
                let _ = slot.deliver(Input::Look);
                outgoing.fail(&address, &error);
            }
        }
    }
}
