//! Time that only the test moves, and what waits for it.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use durable_jobs_runtime::Timestamp;

use super::Machine;

/// 2025-01-01T00:00:00Z, when every test begins.
pub(crate) const BEGINNING: Timestamp = Timestamp::from_millis(1_735_689_600_000);

pub(crate) struct Clock {
    now: Timestamp,
    sleepers: BTreeMap<(Timestamp, u64), Waker>,
    next_sleeper: u64,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            now: BEGINNING,
            sleepers: BTreeMap::new(),
            next_sleeper: 0,
        }
    }
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    pub(crate) fn set(&mut self, now: Timestamp) {
        self.now = now;
    }

    pub(crate) fn first_sleeper(&self) -> Option<Timestamp> {
        self.sleepers.first_key_value().map(|((at, _), _)| *at)
    }

    pub(crate) fn take_sleeper(&mut self) -> Option<Waker> {
        self.sleepers.pop_first().map(|(_, waker)| waker)
    }

    fn new_sleeper(&mut self) -> u64 {
        self.next_sleeper += 1;
        self.next_sleeper
    }
}

/// Waits until the clock shows a time.
pub(crate) struct Sleep {
    machine: Arc<Machine>,
    until: Timestamp,
    key: u64,
}

impl Sleep {
    pub(crate) fn until(machine: Arc<Machine>, until: Timestamp) -> Self {
        let key = machine.lock().clock.new_sleeper();
        Self {
            machine,
            until,
            key,
        }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.machine.lock();
        if state.clock.now >= self.until {
            return Poll::Ready(());
        }
        state
            .clock
            .sleepers
            .insert((self.until, self.key), context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        let waker = self
            .machine
            .lock()
            .clock
            .sleepers
            .remove(&(self.until, self.key));
        drop(waker);
    }
}
