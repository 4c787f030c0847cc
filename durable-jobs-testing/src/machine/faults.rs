//! What a test asked to go wrong, or leaves to chance.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use durable_jobs_runtime::{
    Address, MaybeSend, MaybeSync, StorageError, StorageFault, Timestamp,
    storage::{Activation, Batch},
    wire::Request,
};

/// Where, seen from a commit, the machine dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CrashPoint {
    Before,
    /// Commits are gathered until nothing can go on; then so many of them are stored, the others are lost.
    Inside {
        stored: usize,
    },
    After,
}

/// Decides what goes wrong where the test has not asked for anything. It is asked under the machine's lock.
pub(crate) trait Chance: MaybeSend + MaybeSync {
    fn at_commit(&self, now: Timestamp, batch: &Batch) -> Option<CommitFault>;
    fn at_wake(&self, now: Timestamp, address: &Address) -> Option<WakeFault>;
    fn at_call(&self, now: Timestamp, request: &Request) -> Option<CallFault>;
}

/// What happens to a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommitFault {
    Crash(CrashPoint),
    Refuse(StorageFault),
}

/// What happens to a timer that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WakeFault {
    Lost,
    Twice,
    Late(Duration),
}

/// What happens to a call of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallFault {
    /// It does not reach the host.
    Unsent,
    /// It has its effect, and its answer is lost.
    Unanswered,
    /// It reaches the host twice; the second answer is the one that arrives.
    Twice,
}

/// Whether completions of commits are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Completions {
    #[default]
    Told,
    Held,
}

/// What is to go wrong, and what has.
#[derive(Default)]
pub(crate) struct Faults {
    crash: Option<(u32, CrashPoint)>,
    failing: VecDeque<StorageFault>,
    failed: BTreeSet<Activation>,
    pub(crate) completions: Completions,
    pub(crate) wakes_to_lose: u32,
    pub(crate) chance: Option<Arc<dyn Chance>>,
    /// How many of the commits that are being gathered are stored when the machine dies of them.
    gathering: Option<usize>,
}

impl Faults {
    pub(crate) fn crash_at(&mut self, commit: u32, point: CrashPoint) {
        self.crash = Some((commit.max(1), point));
    }

    pub(crate) fn fail(&mut self, commits: usize, fault: StorageFault) {
        self.failing.extend(std::iter::repeat_n(fault, commits));
    }

    /// Where the machine dies at this commit, if it does.
    pub(crate) fn crash_at_commit(&mut self, batch: &Batch, now: Timestamp) -> Option<CrashPoint> {
        if batch.writes.is_empty() {
            return None;
        }
        match self.chance.as_ref()?.at_commit(now, batch)? {
            CommitFault::Crash(CrashPoint::Inside { stored }) => {
                self.gathering.get_or_insert(stored);
                None
            }
            CommitFault::Crash(point) => Some(point),
            CommitFault::Refuse(fault) => {
                self.failing.push_front(fault);
                None
            }
        }
    }

    /// Whether commits are gathered until nothing can go on.
    pub(crate) fn gathers(&self) -> bool {
        self.gathering.is_some()
    }

    /// How many of the gathered commits are stored, now that the machine dies of them.
    pub(crate) fn take_gathered(&mut self) -> Option<usize> {
        self.gathering.take()
    }

    /// The crash that the test asked for, when it is this commit's turn.
    pub(crate) fn crash_now(&mut self) -> Option<CrashPoint> {
        let (left, point) = self.crash.as_mut()?;
        *left -= 1;
        if *left > 0 {
            return None;
        }
        let point = *point;
        self.crash = None;
        Some(point)
    }

    /// The fate of a batch that the machine lives to see.
    pub(crate) fn fate(&mut self, batch: &Batch) -> Result<(), StorageError> {
        if self.failed.contains(&batch.activation) {
            let message = "an earlier step of the instance was not stored";
            return Err(StorageError::new(StorageFault::Predecessor, message));
        }
        let writes = !batch.writes.is_empty();
        let Some(fault) = writes.then(|| self.failing.pop_front()).flatten() else {
            return Ok(());
        };
        self.failed.insert(batch.activation);
        Err(StorageError::new(
            fault,
            format!("the test asked for the fault {fault:?}"),
        ))
    }

    /// A new life: its activations are numbered anew. What was asked for and has not happened is still to come.
    pub(crate) fn restart(&mut self) {
        self.failed.clear();
        self.gathering = None;
        self.completions = Completions::Told;
    }
}
