//! Counts what is committed.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a writer has done so far.
#[derive(Debug, Default)]
pub(super) struct Counters {
    groups: AtomicU64,
    batches: AtomicU64,
}

/// How many groups were committed since the host was started, and how many batches were in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommitStatistics {
    /// Transactions.
    pub groups: u64,
    /// Batches in them.
    pub batches: u64,
}

impl Counters {
    pub(super) fn count_group(&self, batches: usize) {
        if batches > 0 {
            self.groups.fetch_add(1, Ordering::Relaxed);
            self.batches.fetch_add(batches as u64, Ordering::Relaxed);
        }
    }

    pub(super) fn read(&self) -> CommitStatistics {
        CommitStatistics {
            groups: self.groups.load(Ordering::Relaxed),
            batches: self.batches.load(Ordering::Relaxed),
        }
    }
}
