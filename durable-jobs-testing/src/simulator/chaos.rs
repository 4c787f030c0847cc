//! What goes wrong in one story, and what has.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use durable_jobs_runtime::{Address, BoxFuture, Timestamp, storage::Batch, wire::Request};

use super::{
    fault::{Fault, ServiceFault, StepFault, Strike},
    odds::{Odds, Place, Site},
    trace::{self, Line, Unit},
};
use crate::machine::{CallFault, Chance, CommitFault, Machine, WakeFault};

/// How often each group of faults happens in one story, at most, unless it is [relentless](super::Simulation::relentless):
/// seldom enough for no job to use up the attempts that it has by default.
const GENTLE: u32 = 4;

/// What goes wrong, and which steps are made.
#[derive(Clone, Debug)]
pub(super) enum Plan {
    /// All steps, and what the seed says.
    Drawn,
    /// These and no others.
    Told {
        steps: BTreeSet<u32>,
        strikes: BTreeMap<Place, Strike>,
    },
}

pub(super) struct Chaos {
    pub(super) seed: u64,
    plan: Plan,
    odds: Odds,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    step: u32,
    counts: BTreeMap<Site, u32>,
    commits: u64,
    without: BTreeSet<Fault>,
    struck: BTreeMap<Fault, u32>,
    relentless: bool,
    calm: bool,
    trace: Vec<Line>,
    machine: Weak<Machine>,
}

impl Chaos {
    pub(super) fn new(seed: u64, plan: Plan) -> Arc<Self> {
        let (odds, state) = (Odds::of(seed), Mutex::default());
        Arc::new(Self {
            seed,
            plan,
            odds,
            state,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn leave_out(&self, fault: Fault) {
        self.lock().without.insert(fault);
    }

    pub(super) fn be_relentless(&self) {
        self.lock().relentless = true;
    }

    pub(super) fn calm_down(&self) {
        self.lock().calm = true;
    }

    pub(super) fn meet(&self, machine: &Arc<Machine>) {
        self.lock().machine = Arc::downgrade(machine);
    }

    /// Begins a step, if it is made.
    pub(super) fn enter(&self, step: u32) -> Enter {
        if let Plan::Told { steps, .. } = &self.plan
            && !steps.contains(&step)
        {
            return Enter::LeftOut;
        }
        let mut state = self.lock();
        state.step = step;
        state.counts.clear();
        Enter::Made
    }

    /// What the test itself does, as a line of the trace.
    pub(super) fn note(&self, now: Timestamp, unit: Option<Unit>, text: String) {
        self.lock().trace.push(Line {
            at: now,
            unit,
            text,
        });
    }

    pub(super) fn trace(&self) -> String {
        trace::text(&self.lock().trace)
    }

    pub(super) fn take_trace(&self) -> Vec<Line> {
        std::mem::take(&mut self.lock().trace)
    }

    /// What goes wrong here; `subject` says where that is, for people.
    fn strike(
        &self,
        site: Site,
        now: Timestamp,
        subject: impl FnOnce() -> String,
    ) -> Option<Strike> {
        let mut state = self.lock();
        if state.calm {
            return None;
        }
        let (place, commits) = state.next_place(site);
        let strike = match &self.plan {
            Plan::Told { strikes, .. } => strikes.get(&place).copied()?,
            Plan::Drawn => {
                let drawn = self.odds.at(self.seed, place, commits)?;
                state.allows(drawn).then_some(drawn)?
            }
        };
        state.trace.push(Line {
            at: now,
            unit: Some(Unit::Strike(place, strike)),
            text: format!("{strike}{}", subject()),
        });
        Some(strike)
    }

    pub(super) fn at_step(&self, now: Timestamp) -> Option<StepFault> {
        match self.strike(Site::Step, now, String::new)? {
            Strike::Step(fault) => Some(fault),
            _ => None,
        }
    }

    pub(super) fn at_service(&self) -> Option<ServiceFault> {
        let machine = self.lock().machine.upgrade();
        let now = machine.map(|machine| machine.lock().clock.now());
        let now = now.unwrap_or_default();
        match self.strike(Site::Service, now, String::new)? {
            Strike::Service(fault) => Some(fault),
            _ => None,
        }
    }

    /// Waits by the clock of the host.
    pub(super) fn sleep(&self, time: std::time::Duration) -> Option<BoxFuture<'static, ()>> {
        let machine = self.lock().machine.upgrade()?;
        let until = machine.lock().clock.now() + time;
        Some(machine.sleep(until))
    }
}

/// Whether a step is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Enter {
    Made,
    LeftOut,
}

impl State {
    fn next_place(&mut self, site: Site) -> (Place, u64) {
        let commits = self.commits;
        if site == Site::Commit {
            self.commits += 1;
        }
        let (step, count) = (self.step, self.counts.entry(site).or_default());
        let nth = *count;
        *count += 1;
        (Place { step, site, nth }, commits)
    }

    fn allows(&mut self, strike: Strike) -> bool {
        let group = strike.group();
        if strike == Strike::Service(ServiceFault::FailsForGood) && !self.relentless {
            return false;
        }
        // Both cut attempts off, of which so many in a row are borne.
        let limited = match group {
            Fault::Storage => Fault::Crash,
            group => group,
        };
        let struck = self.struck.entry(limited).or_default();
        if self.without.contains(&group) || !self.relentless && *struck >= GENTLE {
            return false;
        }
        *struck += 1;
        true
    }
}

impl Chance for Chaos {
    fn at_commit(&self, now: Timestamp, batch: &Batch) -> Option<CommitFault> {
        let subject = || format!(" of {}", batch.address);
        match self.strike(Site::Commit, now, subject)? {
            Strike::Commit(fault) => Some(fault),
            _ => None,
        }
    }

    fn at_wake(&self, now: Timestamp, address: &Address) -> Option<WakeFault> {
        match self.strike(Site::Wake, now, || format!(" of {address}"))? {
            Strike::Wake(fault) => Some(fault),
            _ => None,
        }
    }

    fn at_call(&self, now: Timestamp, request: &Request) -> Option<CallFault> {
        let subject = || format!(" of {} {}", request.job, request.id.as_str());
        let site = request.request.map_or(Site::Call, |_| Site::NamedCall);
        match self.strike(site, now, subject)? {
            Strike::Call(fault) => Some(fault),
            _ => None,
        }
    }
}
