//! The port between the engine and a host.

use std::{fmt, time::Duration};

use super::row::{Loaded, Write};
use crate::{
    Address, BoxFuture, ListQuery, Listed, MaybeSend, MaybeSync, StorageError, StorageFault,
    Timestamp,
    telemetry::{Happening, Telemetry},
};

/// How far a commit must have got before it is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// On disk: it survives a power cut. Whatever leaves the instance waits for this.
    Synced,
    /// In the operating system's hands: it survives the death of the process. Enough for the mark
    /// that an attempt begins; a host may also sync it.
    Written,
}

/// One stay of an instance in memory. Numbers are not used twice while a host runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Activation(pub u64);

/// What one step writes: all of it or nothing.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The instance.
    pub address: Address,
    /// Its stay in memory. Once a batch of it has failed, the host fails all later ones of it with
    /// [`StorageFault::Predecessor`], because they build on what was not written.
    pub activation: Activation,
    /// The changes, to be applied in order in one transaction. May be empty: then completion only
    /// tells that everything before it is durable.
    pub writes: Vec<Write>,
    /// When the batch counts as complete.
    pub durability: Durability,
}

/// What a host calls once the fate of a batch is known. Dropped uncalled, it reports a closed host.
pub struct Completion(Option<Box<dyn CompletionTarget>>);

pub(crate) trait CompletionTarget: MaybeSend {
    fn complete(self: Box<Self>, result: Result<(), StorageError>);
}

impl Completion {
    pub(crate) fn new(target: Box<dyn CompletionTarget>) -> Self {
        Self(Some(target))
    }

    /// Releases what waited for the batch: answers, telemetry, a run. It never blocks.
    pub fn complete(mut self, result: Result<(), StorageError>) {
        self.finish(result);
    }

    fn finish(&mut self, result: Result<(), StorageError>) {
        if let Some(target) = self.0.take() {
            target.complete(result);
        }
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        self.finish(Err(StorageError::new(
            StorageFault::Closed,
            "the host has stopped",
        )));
    }
}

impl fmt::Debug for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Completion")
    }
}

/// A host, as the engine sees it.
pub trait Port: MaybeSend + MaybeSync + 'static {
    /// The time now. It may step back; the engine copes.
    fn now(&self) -> Timestamp;

    /// Any random number.
    fn entropy(&self) -> u64;

    /// Reads every row of an instance, with all batches submitted before applied.
    fn load<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, Result<Loaded, StorageError>>;

    /// Lists instances in the order of their ids, as they are stored.
    fn list(&self, query: ListQuery) -> BoxFuture<'_, Result<Vec<Listed>, StorageError>>;

    /// Takes a batch in and returns at once.
    ///
    /// Batches of one instance are applied in the order of these calls. `completion` is called when
    /// the batch, and every one submitted before it for this instance, is as durable as
    /// [`Batch::durability`] asks. The wake-up of the instance follows the `wake_at` of the last
    /// saved row, from its completion on.
    fn commit(&self, batch: Batch, completion: Completion);

    /// Runs a future to its end, or until the host stops.
    fn spawn(&self, future: BoxFuture<'static, ()>);

    /// Waits for at least `duration` by the host's clock.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// Whether anybody wants to know of what has happened. If not, no event is made of it.
    fn observes(&self, happening: &Happening) -> bool {
        let _ = happening;
        true
    }

    /// Hands out an event that has happened. It never blocks and never fails a job.
    fn observe(&self, event: Telemetry);
}
