//! The simulated machine: its clock, its disk, its futures, and its deaths.

mod clock;
#[cfg_attr(
    target_family = "wasm",
    allow(
        dead_code,
        reason = "the simulator is not there, which lets them happen"
    )
)]
mod faults;
mod store;
mod tasks;

use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use durable_jobs_runtime::{
    Address, BoxFuture, StorageError, Timestamp,
    storage::{Batch, Completion},
    telemetry::Telemetry,
};

#[cfg(not(target_family = "wasm"))]
pub(crate) use self::faults::CommitFault;
pub(crate) use self::{
    clock::BEGINNING,
    faults::{CallFault, Chance, Completions, CrashPoint, WakeFault},
    store::Store,
};
use self::{
    clock::{Clock, Sleep},
    faults::Faults,
    tasks::{TaskId, Tasks},
};
use crate::{Ran, ran};

/// One stay of the machine between two deaths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Life(u64);

/// What has to be done next, outside the machine's lock.
enum Work {
    Tell(Completion, Result<(), StorageError>),
    Poll(Life, TaskId, BoxFuture<'static, ()>, Waker),
    Bury(Wreck),
}

/// Whether somebody is polling futures.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Driver {
    Absent,
    Present,
}

/// What became of an attempt to drive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Drive {
    /// Nothing is ready any more.
    Stalled,
    /// Somebody else is driving: the caller is inside a handler, or on another thread.
    Busy,
}

/// What happens next by the clock.
pub(crate) enum Due {
    Sleeper(Waker),
    Timer(Address),
}

impl Due {
    /// The readable name of the instance whose timer it is.
    pub(crate) fn instance(&self) -> Option<String> {
        match self {
            Self::Sleeper(_) => None,
            Self::Timer(address) => Some(address.to_string()),
        }
    }
}

pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) store: Store,
    pub(crate) faults: Faults,
    pub(crate) rng: fastrand::Rng,
    pub(crate) telemetry: Vec<Telemetry>,
    pub(crate) ran: Vec<Ran>,
    tasks: Tasks,
    driver: Driver,
    life: u64,
    on: bool,
    mourners: Vec<Waker>,
    wreck: Vec<Completion>,
    woken_at: BTreeMap<String, Timestamp>,
}

pub(crate) struct Machine(Mutex<State>);

impl Machine {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new(State {
            clock: Clock::default(),
            store: Store::default(),
            faults: Faults::default(),
            rng: fastrand::Rng::with_seed(seed),
            telemetry: Vec::new(),
            ran: Vec::new(),
            tasks: Tasks::default(),
            driver: Driver::Absent,
            life: 0,
            on: false,
            mourners: Vec::new(),
            wreck: Vec::new(),
            woken_at: BTreeMap::new(),
        }))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins the next life. Everything that survived is due again by its row.
    pub(crate) fn power_on(&self) -> Life {
        let mut state = self.lock();
        state.life += 1;
        state.on = true;
        state.faults.restart();
        let now = state.clock.now();
        state.store.forget_expired(now);
        state.store.rearm();
        Life(state.life)
    }

    /// Ends the present life: what is in memory is gone, and nobody is told of what was not.
    pub(crate) fn power_off(&self) {
        let mut state = self.lock();
        let completions = state.faults.completions;
        state.die_with(completions);
        drop(state);
        self.drive();
    }

    pub(crate) fn is_alive(&self, life: Life) -> bool {
        self.lock().is_alive(life)
    }

    /// Polls futures and tells completions until nothing is ready, in a fixed order.
    pub(crate) fn drive(&self) -> Drive {
        if mem::replace(&mut self.lock().driver, Driver::Present) == Driver::Present {
            return Drive::Busy;
        }
        while let Some(work) = self.next_work() {
            match work {
                Work::Tell(completion, result) => completion.complete(result),
                Work::Poll(life, id, future, waker) => self.poll(life, id, future, &waker),
                Work::Bury(wreck) => wreck.bury(),
            }
        }
        Drive::Stalled
    }

    fn next_work(&self) -> Option<Work> {
        let mut state = self.lock();
        let work = state.next_work();
        if work.is_none() {
            state.driver = Driver::Absent;
        }
        work
    }

    fn poll(&self, life: Life, id: TaskId, mut future: BoxFuture<'static, ()>, waker: &Waker) {
        let polled = future.as_mut().poll(&mut Context::from_waker(waker));
        let mut state = self.lock();
        if polled == Poll::Pending && state.is_alive(life) {
            state.tasks.put_back(id, future);
            return;
        }
        drop(state);
        drop(future);
    }

    /// Has `waker` called when a future becomes ready or the machine dies; answers `false` when one is ready now.
    pub(crate) fn watch(&self, drive: Drive, waker: &Waker) -> bool {
        let mut state = self.lock();
        if !state.mourners.iter().any(|known| known.will_wake(waker)) {
            state.mourners.push(waker.clone());
        }
        // Inside a handler the caller's own waker is enough, and watching would keep the driver busy for ever.
        drive == Drive::Busy || state.tasks.watch(waker)
    }

    /// Takes what is due first and not after `limit`, and moves the clock there.
    pub(crate) fn next_due(&self, limit: Timestamp) -> Option<Due> {
        self.lock().next_due(limit)
    }

    /// Takes who sleeps until the earliest time, if that is not after `limit`, and moves the clock there.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn next_sleeper(&self, limit: Timestamp) -> Option<Waker> {
        let mut state = self.lock();
        let at = state.clock.first_sleeper().filter(|at| *at <= limit)?;
        let now = state.clock.now();
        state.clock.set(now.max(at));
        state.clock.take_sleeper()
    }

    /// Lets what was taken as due be due again.
    pub(crate) fn put_back(&self, due: &Due) {
        if let Due::Timer(address) = due {
            self.lock().store.arm(address);
        }
    }

    pub(crate) fn sleep(self: &Arc<Self>, until: Timestamp) -> BoxFuture<'static, ()> {
        Box::pin(Sleep::until(self.clone(), until))
    }

    pub(crate) fn spawn(&self, life: Life, future: BoxFuture<'static, ()>) {
        let mut state = self.lock();
        if state.is_alive(life) {
            state.tasks.spawn(future);
            return;
        }
        drop(state);
        drop(future);
    }

    pub(crate) fn commit(&self, life: Life, batch: Batch, completion: Completion) {
        let mut state = self.lock();
        if state.is_alive(life) {
            state.commit(batch, completion);
        } else {
            state.wreck.push(completion);
        }
    }

    pub(crate) fn observe(&self, life: Life, event: Telemetry) {
        let mut state = self.lock();
        if state.is_alive(life) {
            let due_at = state.woken_at.get(&event.instance_id).copied();
            state.ran.extend(ran::told_by(&event, due_at));
            state.telemetry.push(event);
        }
    }
}

impl State {
    pub(crate) fn is_alive(&self, life: Life) -> bool {
        self.on && self.life == life.0
    }

    fn next_work(&mut self) -> Option<Work> {
        if !self.on {
            return self.take_wreck().map(Work::Bury);
        }
        if self.faults.completions == Completions::Told
            && !self.faults.gathers()
            && let Some((completion, result)) = self.store.settle_one(self.clock.now())
        {
            return Some(Work::Tell(completion, result));
        }
        let Some((id, future)) = self.tasks.take_ready() else {
            return self.die_gathering();
        };
        Some(Work::Poll(
            Life(self.life),
            id,
            future,
            self.tasks.waker(id),
        ))
    }

    fn next_due(&mut self, limit: Timestamp) -> Option<Due> {
        let sleeper = self.clock.first_sleeper();
        let timer = self.store.first_timer().map(|(at, _)| *at);
        let at = sleeper
            .into_iter()
            .chain(timer)
            .min()
            .filter(|at| *at <= limit)?;
        self.clock.set(self.clock.now().max(at));
        if sleeper == Some(at) {
            return self.clock.take_sleeper().map(Due::Sleeper);
        }
        let (at, address) = self.store.take_timer()?;
        self.woken_at.insert(address.to_string(), at);
        Some(Due::Timer(address))
    }

    /// Takes a batch in, or dies of it.
    fn commit(&mut self, batch: Batch, completion: Completion) {
        let planned = match batch.writes.is_empty() {
            true => None,
            false => self.faults.crash_now(),
        };
        let now = self.clock.now();
        let crash = planned.or_else(|| self.faults.crash_at_commit(&batch, now));
        let fate = self.faults.fate(&batch);
        match crash {
            None | Some(CrashPoint::Inside { .. }) => self.store.submit(batch, completion, fate),
            Some(CrashPoint::Before) => {
                self.wreck.push(completion);
                self.die_with(self.faults.completions);
            }
            Some(CrashPoint::After) => {
                self.store.submit(batch, completion, fate);
                self.die_with(Completions::Told);
            }
        }
    }

    /// Dies. Unless they are held back, the batches submitted so far are on the disk, though nobody is told.
    fn die_with(&mut self, completions: Completions) {
        self.on = false;
        while completions == Completions::Told
            && let Some((completion, _)) = self.store.settle_one(self.clock.now())
        {
            self.wreck.push(completion);
        }
    }

    /// Dies of the commits that were gathered, if any were: the first of them are on the disk.
    fn die_gathering(&mut self) -> Option<Work> {
        let stored = self.faults.take_gathered()?;
        self.on = false;
        for _ in 0..stored {
            let settled = self.store.settle_one(self.clock.now());
            self.wreck.extend(settled.map(|(completion, _)| completion));
        }
        self.take_wreck().map(Work::Bury)
    }

    /// What a dead machine leaves in memory.
    fn take_wreck(&mut self) -> Option<Wreck> {
        let wreck = Wreck {
            tasks: self.tasks.take_all(),
            completions: self
                .store
                .take_submitted()
                .chain(self.wreck.drain(..))
                .collect(),
            mourners: mem::take(&mut self.mourners),
        };
        (!wreck.is_empty()).then_some(wreck)
    }
}

/// What is dropped when the machine dies, outside every lock, because dropping it calls back.
struct Wreck {
    tasks: BTreeMap<TaskId, BoxFuture<'static, ()>>,
    completions: Vec<Completion>,
    mourners: Vec<Waker>,
}

impl Wreck {
    fn is_empty(&self) -> bool {
        self.tasks.is_empty() && self.completions.is_empty() && self.mourners.is_empty()
    }

    fn bury(self) {
        drop((self.tasks, self.completions));
        self.mourners.into_iter().for_each(Waker::wake);
    }
}
