//! Folds by key: `on_event` of a debounce job is given no services, so they are counted for the process.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use serde::{Deserialize, Serialize};

static FOLDS: Mutex<BTreeMap<FoldKey, u64>> = Mutex::new(BTreeMap::new());

/// What the folds of some events are counted under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FoldKey(u64);

impl FoldKey {
    /// A key that no other case of this process counts under.
    #[expect(clippy::new_without_default, reason = "no two are equal")]
    pub fn new() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self(LAST.fetch_add(1, Ordering::Relaxed))
    }

    /// How often this process has folded events with this key.
    pub fn folds(self) -> u64 {
        let folds = FOLDS.lock().unwrap_or_else(PoisonError::into_inner);
        folds.get(&self).copied().unwrap_or_default()
    }

    pub(in crate::conformance) fn note_fold(self) {
        let mut folds = FOLDS.lock().unwrap_or_else(PoisonError::into_inner);
        *folds.entry(self).or_default() += 1;
    }
}
