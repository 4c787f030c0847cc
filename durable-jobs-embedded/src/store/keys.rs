//! Which key an active instance's rows have.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use durable_jobs_runtime::{Timestamp, storage::Activation};

use super::InstanceKey;

/// Bounded: an entry that is not used while this many others are is forgotten and looked up again.
const GENERATION: usize = 8_192;

/// Rows of active instances, so that an event costs no search for its instance's row.
#[derive(Debug, Default)]
pub(super) struct KeyCache {
    recent: Generation,
    older: Generation,
}

type Generation = HashMap<Activation, KnownRow, BuildHasherDefault<Spread>>;

/// What is known of the row of an active instance.
#[derive(Clone, Copy, Debug)]
pub(super) struct KnownRow {
    pub(super) key: InstanceKey,
    /// The wake-up that stands in it, if it was written here.
    pub(super) wake_at: Option<Timestamp>,
}

/// Activations are numbered by the engine, one after another: nobody chooses them so that they collide.
#[derive(Debug, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes
            .iter()
            .for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        // An odd number near 2^64 divided by the golden ratio carries into all upper bits.
        self.0 = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
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
