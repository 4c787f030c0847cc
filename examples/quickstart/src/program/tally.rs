//! What is counted.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use serde::Serialize;

/// Counts since the program began.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) runs: Counter,
    pub(crate) events: Counter,
    pub(crate) flushes: Counter,
    pub(crate) orders: Counter,
    pub(crate) retries: Counter,
    pub(crate) errors: Counter,
    recent: Mutex<Recent>,
}

/// Webhooks since somebody last asked.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    pub(crate) durable: u64,
    pub(crate) repeated: u64,
    pub(crate) contacts: BTreeSet<String>,
}

/// The last line of the output.
#[derive(Debug, Serialize)]
pub(crate) struct Totals {
    /// Attempts of jobs that succeeded.
    runs: u64,
    /// Webhooks that were acknowledged, repetitions not counted.
    events: u64,
    /// Batches that the CRM took.
    flushes: u64,
    /// Orders that were placed.
    orders: u64,
    /// Attempts that failed and were followed by another one.
    retries: u64,
    /// Runs that failed for good, and standard input that was refused.
    errors: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Tally {
    /// Counts webhooks of one contact that have been acknowledged.
    pub(crate) fn acknowledged(&self, contact: &str, durable: u64, repeated: u64) {
        self.events.add(durable);
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.durable += durable;
        recent.repeated += repeated;
        recent.contacts.insert(contact.to_owned());
    }

    /// The webhooks since the last call.
    pub(crate) fn take_recent(&self) -> Recent {
        std::mem::take(&mut *self.recent.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn totals(&self) -> Totals {
        Totals {
            runs: self.runs.get(),
            events: self.events.get(),
            flushes: self.flushes.get(),
            orders: self.orders.get(),
            retries: self.retries.get(),
            errors: self.errors.get(),
        }
    }
}
