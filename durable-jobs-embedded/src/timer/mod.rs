//! The thread that wakes instances when they are due.

mod ahead;
mod near;
mod overdue;
mod revisit;
mod serve;
mod threads;

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use durable_jobs_runtime::{Address, Timestamp};
use tokio::sync::Notify;

pub(crate) use self::serve::{Waker, start};
use self::{near::NearTimers, overdue::Rounds};
use crate::{
    clock::Clock,
    store::{Rearm, Slot},
};

/// The timers of a host, shared by the thread that delivers them and those that set them.
pub(crate) struct Timers {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    changed: Condvar,
    quiet: Notify,
}

struct State {
    near: NearTimers,
    rounds: Rounds,
    phase: Phase,
    deliveries: u64,
}

/// What the thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Has taken timers out that it has not delivered yet, or reads some.
    Busy,
    /// Waits for the next one.
    Waiting,
    /// Delivers no more.
    Stopped,
}

/// What the thread has to do next.
enum Work {
    Wake(Vec<Address>),
    ReadPage { first: Slot, limit: usize },
    LookForOverdue,
    LookAround,
    Stop,
}

/// How many instances are woken before the thread looks around.
const CHUNK: usize = 256;

impl Timers {
    /// No timers yet: the thread reads them from the file.
    pub(crate) fn new(clock: Arc<dyn Clock>, capacity: usize) -> Arc<Self> {
        let state = State {
            near: NearTimers::new(capacity),
            phase: Phase::Busy,
            deliveries: 0,
            rounds: Rounds::new(clock.now()),
        };
        let timers = Arc::new(Self {
            clock: Arc::clone(&clock),
            state: Mutex::new(state),
            changed: Condvar::new(),
            quiet: Notify::new(),
        });
        let jumped = Arc::downgrade(&timers);
        clock.on_jump(Box::new(move || {
            if let Some(timers) = jumped.upgrade() {
                // Under the lock, so that the thread is not between its look at the clock and its wait.
                let _state = timers.lock();
                timers.changed.notify_all();
            }
        }));
        timers
    }

    /// Follows committed rows.
    pub(crate) fn rearm<'a>(&self, rearms: impl Iterator<Item = &'a Rearm>) {
        let mut rearms = rearms.peekable();
        if rearms.peek().is_none() {
            return;
        }
        let mut state = self.lock();
        let before = state.near.next_due();
        rearms.for_each(|rearm| state.near.rearm(rearm));
        let sooner = match (state.near.next_due(), before) {
            (Some(next), Some(before)) => next < before,
            (next, _) => next.is_some() || state.near.wants_page(),
        };
        if sooner {
            self.changed.notify_all();
        }
    }

    /// Lets the thread end.
    pub(crate) fn stop(&self) {
        self.lock().phase = Phase::Stopped;
        self.changed.notify_all();
        self.quiet.notify_waiters();
    }

    fn is_stopped(&self) -> bool {
        self.lock().phase == Phase::Stopped
    }

    /// Waits until every timer that is due by the host's clock has been delivered. Answers how often any was.
    pub(crate) async fn settled(&self) -> u64 {
        loop {
            let quiet = self.quiet.notified();
            if let Some(deliveries) = self.deliveries_if_quiet() {
                return deliveries;
            }
            quiet.await;
        }
    }

    /// How often timers were delivered, unless one that is due has not been yet.
    pub(crate) fn deliveries_if_quiet(&self) -> Option<u64> {
        let now = self.clock.now();
        let state = self.lock();
        let quiet = match state.phase {
            Phase::Busy => false,
            Phase::Stopped => true,
            Phase::Waiting => {
                !state.near.wants_page()
                    && !state.rounds.is_due(now)
                    && state.near.next_due().is_none_or(|due| due > now)
            }
        };
        quiet.then_some(state.deliveries)
    }

    /// Waits, at most for `patience`, until there is something to do. With no patience
    /// it does not count as waiting: the caller has work of its own.
    fn next_work(&self, patience: Duration) -> Work {
        let mut state = self.lock();
        loop {
            if state.phase == Phase::Stopped {
                return Work::Stop;
            }
            if let Some(work) = state.work(self.clock.now()) {
                state.phase = Phase::Busy;
                return work;
            }
            if patience.is_zero() {
                return Work::LookAround;
            }
            state.phase = Phase::Waiting;
            self.quiet.notify_waiters();
            let due = state.near.next_due();
            let wait = due
                .and_then(|due| self.clock.time_until(due))
                .unwrap_or(patience);
            let (woken, _) = self
                .changed
                .wait_timeout(state, wait.min(patience))
                .unwrap_or_else(PoisonError::into_inner);
            state = woken;
            if wait >= patience && state.phase == Phase::Waiting {
                return Work::LookAround;
            }
        }
    }

    /// Waits, at most for `patience`, while something else gets ready.
    fn pause(&self, patience: Duration) {
        let state = self.lock();
        if state.phase != Phase::Stopped {
            // Whether it was woken early does not matter: the caller looks again.
            let _ = self.changed.wait_timeout(state, patience);
        }
    }

    fn end_page(&self, timers: Vec<(Slot, Address)>, horizon: Option<Slot>) {
        self.lock().near.end_page(timers, horizon);
    }

    fn abandon_page(&self) {
        self.lock().near.abandon_page();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn work(&mut self, now: Timestamp) -> Option<Work> {
        let due: Vec<_> = std::iter::from_fn(|| self.near.pop_due(now))
            .take(CHUNK)
            .collect();
        if !due.is_empty() {
            self.deliveries = self.deliveries.wrapping_add(1);
            return Some(Work::Wake(due));
        }
        let limit = self.near.page_size();
        if let Some(first) = self.near.begin_page() {
            return Some(Work::ReadPage { first, limit });
        }
        self.rounds.is_due(now).then(|| {
            self.rounds.begin(now);
            self.deliveries = self.deliveries.wrapping_add(1);
            Work::LookForOverdue
        })
    }
}
