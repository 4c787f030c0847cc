//! What a test asked to go wrong.

use std::collections::{BTreeSet, VecDeque};

use durable_jobs_runtime::{
    StorageError, StorageFault,
    storage::{Activation, Batch},
};

/// Where, seen from a commit, the machine dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CrashPoint {
    Before,
    After,
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
}

impl Faults {
    pub(crate) fn crash_at(&mut self, commit: u32, point: CrashPoint) {
        self.crash = Some((commit.max(1), point));
    }

    pub(crate) fn fail(&mut self, commits: usize, fault: StorageFault) {
        self.failing.extend(std::iter::repeat_n(fault, commits));
    }

    /// Where the machine dies at this commit, if it does.
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
        self.completions = Completions::Told;
    }
}
