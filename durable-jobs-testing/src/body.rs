//! What a test host's handles share: the machine, and the engine of its present life.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use durable_jobs_runtime::{
    Address, Engine, Entry, MaybeSend, MaybeSync, Registry, RegistryError, Settings, Timestamp,
};

use crate::{
    machine::{Chance, Due, Life, Machine, WakeFault},
    port::LivePort,
};

/// Makes the entry of one job, again after every restart.
pub(crate) trait MakeEntry: MaybeSend + MaybeSync {
    fn entry(&self) -> Entry;
}

/// A job with its services.
pub(crate) struct JobWith<E> {
    pub(crate) env: Arc<E>,
    pub(crate) entry: fn(Arc<E>) -> Entry,
}

impl<E: MaybeSend + MaybeSync> MakeEntry for JobWith<E> {
    fn entry(&self) -> Entry {
        (self.entry)(self.env.clone())
    }
}

pub(crate) struct Body {
    pub(crate) machine: Arc<Machine>,
    jobs: Mutex<Vec<Box<dyn MakeEntry>>>,
    living: Mutex<Option<Living>>,
}

/// An engine and the life of the machine that it belongs to.
#[derive(Clone)]
pub(crate) struct Living {
    pub(crate) life: Life,
    pub(crate) engine: Engine,
}

/// How often one instance may be woken at one moment before the test is taken to run in circles.
const WAKES_PER_MOMENT: u32 = 10_000;

impl Body {
    pub(crate) fn start(
        seed: u64,
        chance: Option<Arc<dyn Chance>>,
        jobs: Vec<Box<dyn MakeEntry>>,
    ) -> Result<Arc<Self>, RegistryError> {
        let machine = Arc::new(Machine::new(seed));
        machine.lock().faults.chance = chance;
        let body = Self {
            machine,
            jobs: Mutex::default(),
            living: Mutex::default(),
        };
        body.restart(Some(jobs))?;
        Ok(Arc::new(body))
    }

    /// Begins the next life, with other jobs if there are any.
    pub(crate) fn restart(
        &self,
        jobs: Option<Vec<Box<dyn MakeEntry>>>,
    ) -> Result<(), RegistryError> {
        self.crash();
        let registry = self.registry(jobs)?;
        let life = self.machine.power_on();
        let port = Arc::new(LivePort {
            machine: self.machine.clone(),
            life,
        });
        let engine = Engine::new(registry, port, Settings::default());
        *lock(&self.living) = Some(Living { life, engine });
        Ok(())
    }

    fn registry(&self, jobs: Option<Vec<Box<dyn MakeEntry>>>) -> Result<Registry, RegistryError> {
        let mut kept = lock(&self.jobs);
        if let Some(jobs) = jobs {
            *kept = jobs;
        }
        let mut registry = Registry::new();
        kept.iter()
            .try_for_each(|make| registry.add(make.entry()))?;
        registry.check()?;
        Ok(registry)
    }

    pub(crate) fn crash(&self) {
        self.machine.power_off();
        let engine = lock(&self.living).take();
        drop(engine);
    }

    /// Ends the present life in order: handlers have until `limit` to end, then their runs are released. Timers are not
    /// looked at any more.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn shut_down(&self, limit: Timestamp) {
        let Some(Living { engine, .. }) = self.living() else {
            return;
        };
        engine.close();
        self.machine.drive();
        while engine.busy() > 0
            && let Some(sleeper) = self.machine.next_sleeper(limit)
        {
            sleeper.wake();
            self.machine.drive();
        }
        engine.release();
        self.machine.drive();
        self.crash();
    }

    /// The engine of the present life; `None` between a crash and the restart.
    pub(crate) fn living(&self) -> Option<Living> {
        lock(&self.living)
            .clone()
            .filter(|living| self.machine.is_alive(living.life))
    }

    /// Wakes an instance, as its timer would.
    pub(crate) fn wake(&self, address: &Address) {
        if let Some(Living { engine, .. }) = self.living() {
            engine.wake(address);
        }
    }

    /// Lets everything happen that is due up to `limit`, each at its time.
    pub(crate) fn run_until(&self, limit: Timestamp) {
        self.machine.drive();
        let mut circles = Circles::default();
        while let Some(due) = self.machine.next_due(limit) {
            circles.note(self.machine.lock().clock.now(), &due);
            self.happen(due);
            self.machine.drive();
        }
    }

    /// What is due next, whenever that is. The clock stands at its time.
    pub(crate) fn next_due(&self) -> Option<Due> {
        self.machine.next_due(Timestamp::from_millis(i64::MAX))
    }

    /// Lets something happen that is due, and all that follows from it at once.
    pub(crate) fn happen_now(&self, due: Due) {
        self.happen(due);
        self.machine.drive();
    }

    /// Lets the first thing happen that is due now; answers whether there was one.
    pub(crate) fn run_one(&self) -> bool {
        let now = self.machine.lock().clock.now();
        let due = self.machine.next_due(now);
        let any = due.is_some();
        due.into_iter().for_each(|due| self.happen(due));
        any
    }

    fn happen(&self, due: Due) {
        match due {
            Due::Sleeper(waker) => waker.wake(),
            Due::Timer(address) => match self.wake_fault(&address) {
                None => self.wake(&address),
                Some(WakeFault::Lost) => {}
                Some(WakeFault::Twice) => {
                    self.wake(&address);
                    self.machine.drive();
                    self.wake(&address);
                }
                Some(WakeFault::Late(by)) => {
                    let mut state = self.machine.lock();
                    let late = state.clock.now() + by;
                    state.store.arm_at(&address, late);
                }
            },
        }
    }

    fn wake_fault(&self, address: &Address) -> Option<WakeFault> {
        if self.loses_wake() {
            return Some(WakeFault::Lost);
        }
        let state = self.machine.lock();
        let chance = state.faults.chance.as_ref()?;
        chance.at_wake(state.clock.now(), address)
    }

    fn loses_wake(&self) -> bool {
        let lost = &mut self.machine.lock().faults.wakes_to_lose;
        let lose = *lost > 0;
        *lost = lost.saturating_sub(1);
        lose
    }
}

/// Whatever waits inside the machine holds its engine, and the engine the machine.
impl Drop for Body {
    fn drop(&mut self) {
        self.crash();
    }
}

/// Notices a test that never gets anywhere.
#[derive(Default)]
struct Circles {
    moment: Timestamp,
    wakes: BTreeMap<Address, u32>,
}

impl Circles {
    fn note(&mut self, now: Timestamp, due: &Due) {
        if now != self.moment {
            (self.moment, self.wakes) = (now, Default::default());
        }
        if let Due::Timer(address) = due {
            let wakes = self.wakes.entry(address.clone()).or_default();
            *wakes += 1;
            assert!(
                *wakes < WAKES_PER_MOMENT,
                "{address} is due again and again at {now}"
            );
        }
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
