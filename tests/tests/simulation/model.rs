//! What those who call the jobs know: what was acknowledged, and what they may rely on therefore.

use std::collections::{BTreeMap, BTreeSet};

use durable_jobs::{Permit, Timestamp};

use crate::jobs::ClerkOrder;

/// A number that was acknowledged, and the instance that has it, as in `debounce:Cart:a`.
type Acknowledged = (&'static str, u64);

#[derive(Debug, Default)]
pub(crate) struct Model {
    /// What was put into carts and queues: it is stored until it is done.
    pub(crate) owed: BTreeSet<Acknowledged>,
    /// What was noted in accounts: it stays there.
    pub(crate) noted: BTreeSet<Acknowledged>,
    /// What clerks were told to write to each book, in the end.
    pub(crate) ordered: BTreeSet<u64>,
    /// Who was told to.
    writers: BTreeMap<u64, Writer>,
    pub(crate) gate: Gate,
    pub(crate) desk: Desk,
}

/// Which clerk writes a number to the books, and when. Those of one writer come in order.
type Writer = (&'static str, &'static str);

impl Model {
    pub(crate) fn write(&mut self, number: u64, clerk: &'static str, order: &ClerkOrder) {
        let when = match order {
            ClerkOrder::Now(_) => "now",
            ClerkOrder::Later(_) => "later",
        };
        self.writers.insert(number, (clerk, when));
    }

    /// What one clerk has written to a book is there in the order in which it was told to.
    pub(crate) fn check_order(&self, book: &str, notes: &[u64]) {
        let mut last = BTreeMap::new();
        for number in notes {
            let Some(writer) = self.writers.get(number) else {
                continue;
            };
            let before = last.insert(writer, number);
            assert!(before < Some(number), "{book}: {number} after {before:?}");
        }
    }

    /// An instance has ended: nothing of what it was given is owed any more.
    pub(crate) fn forget(&mut self, instance: &str) {
        self.owed.retain(|(of, _)| *of != instance);
        self.noted.retain(|(of, _)| *of != instance);
    }
}

/// The rate limiter `Gate`: 5 in 10 seconds.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    /// How much time has passed, whatever the clock shows.
    passed: i64,
    grants: Vec<(i64, u32)>,
}

impl Gate {
    pub(crate) fn pass(&mut self, from: Timestamp, to: Timestamp) {
        self.passed += (to.as_millis() - from.as_millis()).max(0);
    }

    /// No more than a full bucket is let through at once, and no more than what drips in besides.
    pub(crate) fn grant(&mut self, permits: u32) {
        self.grants.push((self.passed, permits));
        for (span, most) in [(1, 5), (2_000, 6), (10_000, 10)] {
            let recent = self.grants.iter().rev();
            let recent = recent.take_while(|(at, _)| at + span > self.passed);
            let granted: u32 = recent.map(|(_, permits)| permits).sum();
            assert!(granted <= most, "{granted} permits in {span} ms");
        }
    }
}

/// The semaphore `Desk`: 3 permits, for 20 seconds each.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    pub(crate) held: Vec<Permit>,
    last_fence: u64,
}

impl Desk {
    pub(crate) fn grant(&mut self, permit: Permit, now: Timestamp) {
        assert!(
            permit.fence > self.last_fence,
            "the fence {} after {}",
            permit.fence,
            self.last_fence
        );
        self.last_fence = permit.fence;
        self.held.push(permit);
        let held = self.held.iter().filter(|permit| permit.expires_at > now);
        let permits: u32 = held.map(|permit| permit.permits).sum();
        assert!(
            permits <= 3,
            "{permits} permits of 3 are held: {:?}",
            self.held
        );
    }

    /// A clock that has stepped back makes old leases seem valid that nobody holds any more.
    pub(crate) fn step_back(&mut self) {
        self.held.clear();
    }
}
