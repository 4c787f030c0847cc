//! What waits for a commit.

use std::{
    future::poll_fn,
    ops::Deref,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Poll, Waker},
};

use futures_channel::oneshot;

use super::{
    actor::Actor,
    shared::{Shared, Work, lock, observe},
    slot::{Mailbox, Message, Reply, Slot},
};
use crate::{
    Address, ClientError, StorageError, StorageFault, storage::CompletionTarget,
    telemetry::Happening, wire::Answer,
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

    pub(super) fn has_failed(&self) -> bool {
        lock(&self.failure).is_some()
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
    /// Lets the run begin whose mark was committed.
    pub(super) marked: Option<oneshot::Sender<()>>,
}

impl Outgoing {
    pub(super) fn is_empty(&self) -> bool {
        self.replies.is_empty() && self.told.is_empty()
    }

    pub(super) fn release(self, shared: &Shared, address: &Address) {
        for (reply, result) in self.replies {
            // A caller who no longer waits needs no answer.
            let _ = reply.send(result);
        }
        for happening in self.told {
            observe(&*shared.port, address, happening);
        }
        if let Some(marked) = self.marked {
            let _ = marked.send(());
        }
    }

    fn fail(self, address: &Address, error: &StorageError) {
        for (reply, _) in self.replies {
            let _ = reply.send(Err(failed(address, error)));
        }
    }
}

/// The error of a call whose step could not be stored.
pub(super) fn failed(address: &Address, error: &StorageError) -> ClientError {
    let (job, id) = (address.job.to_owned(), address.id.as_str().to_owned());
    let reason = error.to_string();
    match error.fault() {
        StorageFault::Closed => ClientError::OutcomeUnknown { job, id, reason },
        _ => ClientError::Storage { job, id, reason },
    }
}

/// Takes the fate of one commit.
pub(super) struct Release<A: Actor> {
    pub(super) link: Arc<Link>,
    pub(super) outgoing: Outgoing,
    pub(super) work: Work<SharedBySlot<A>>,
}

/// A slot, as the way to what it shares.
pub(super) struct SharedBySlot<A: Actor>(pub(super) Arc<Slot<A>>);

impl<A: Actor> Deref for SharedBySlot<A> {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0.shared
    }
}

impl<A: Actor> CompletionTarget for Release<A> {
    fn complete(self: Box<Self>, result: Result<(), StorageError>) {
        let Self {
            link,
            outgoing,
            work,
        } = *self;
        let slot = work.slot();
        match result {
            Ok(()) => {
                link.end();
                outgoing.release(&slot.shared, &slot.address);
            }
            Err(error) => {
                link.fail(&error);
                link.end();
                outgoing.fail(&slot.address, &error);
                // The instance notices its failure when it is driven. A retired slot has nothing to notice.
                let _ = Arc::clone(slot).deliver(Message::Look);
            }
        }
    }
}

impl<A: Actor> Work<SharedBySlot<A>> {
    fn slot(&self) -> &Arc<Slot<A>> {
        &self.way().0
    }
}
