//! Which key an active instance's rows have.

use std::collections::HashMap;

use durable_jobs_runtime::storage::Activation;

use super::InstanceKey;

/// Bounded: an entry that is not used while this many others are is forgotten and looked up again.
const GENERATION: usize = 8_192;

/// Keys of active instances, so that an event costs no search for its instance's row.
#[derive(Debug, Default)]
pub(super) struct KeyCache {
    recent: HashMap<Activation, InstanceKey>,
    older: HashMap<Activation, InstanceKey>,
}

impl KeyCache {
    pub(super) fn get(&mut self, activation: Activation) -> Option<InstanceKey> {
        if let Some(key) = self.recent.get(&activation) {
            return Some(*key);
        }
        let key = self.older.remove(&activation)?;
        self.insert(activation, key);
        Some(key)
    }

    pub(super) fn insert(&mut self, activation: Activation, key: InstanceKey) {
        if self.recent.len() >= GENERATION {
            self.older = std::mem::take(&mut self.recent);
        }
        self.recent.insert(activation, key);
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
