//! Which key an active instance's rows have.

use std::collections::HashMap;

use durable_jobs_runtime::{Timestamp, storage::Activation};

use super::InstanceKey;

/// Bounded: an entry that is not used while this many others are is forgotten and looked up again.
const GENERATION: usize = 8_192;

/// Rows of active instances, so that an event costs no search for its instance's row.
#[derive(Debug, Default)]
pub(super) struct KeyCache {
    recent: HashMap<Activation, KnownRow>,
    older: HashMap<Activation, KnownRow>,
}

/// What is known of the row of an active instance.
#[derive(Clone, Copy, Debug)]
pub(super) struct KnownRow {
    pub(super) key: InstanceKey,
    /// The wake-up that stands in it, if it was written here.
    pub(super) wake_at: Option<Timestamp>,
}

impl KeyCache {
    pub(super) fn get(&mut self, activation: Activation) -> Option<KnownRow> {
        if let Some(known) = self.recent.get(&activation) {
            return Some(*known);
        }
        let known = self.older.remove(&activation)?;
        self.insert(activation, known);
        Some(known)
    }

    pub(super) fn insert(&mut self, activation: Activation, known: KnownRow) {
        if self.recent.len() >= GENERATION {
            self.older = std::mem::take(&mut self.recent);
        }
        self.recent.insert(activation, known);
    }

    pub(super) fn remove(&mut self, activation: Activation) {
        self.recent.remove(&activation);
        self.older.remove(&activation);
    }

    pub(super) fn clear(&mut self) {
        self.recent.clear();
        self.older.clear();
    }
}
