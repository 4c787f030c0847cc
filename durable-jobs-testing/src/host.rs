//! The test host's handle.

use std::{collections::BTreeMap, fmt, sync::Arc};

use durable_jobs_runtime::{
    Address, MaybeSend, MaybeSync, RegistryError, StorageFault, Timestamp,
    storage::Stored,
    telemetry::Telemetry,
    wire::{Connect, Transport},
};

use crate::{
    NeverIdle, Ran, Span, TestHostBuilder, Tick,
    body::Body,
    machine::{Completions, CrashPoint},
    transcript,
    transport::BodyTransport,
};

/// How often [`run_until_idle`](TestHost::run_until_idle) wakes one instance.
const MOST_WAKES: u32 = 1_000;

/// A host in memory whose clock stands still until the test moves it.
///
/// Clones share one host. Instances are named as in answers and telemetry: `continuous:TokenRefresher:user-123`.
#[derive(Clone)]
pub struct TestHost {
    pub(crate) body: Arc<Body>,
}

impl TestHost {
    /// Begins a host whose jobs get `env` as their services.
    #[expect(
        clippy::new_ret_no_self,
        reason = "hosts begin alike, and this one starts in a moment"
    )]
    pub fn new<E: MaybeSend + MaybeSync + 'static>(env: E) -> TestHostBuilder<E> {
        TestHostBuilder::new(env)
    }

    pub(crate) fn of(body: Arc<Body>) -> Self {
        Self { body }
    }
}

/// Time.
impl TestHost {
    /// What the clock shows.
    pub fn now(&self) -> Timestamp {
        self.body.machine.lock().clock.now()
    }

    /// Moves the clock forward and runs what is due on the way, each at its time.
    ///
    /// See [`advance_to`](Self::advance_to). `advance("0s")` runs what is due now.
    pub async fn advance(&self, span: impl Span) -> Vec<Ran> {
        self.advance_to(self.now() + span.duration()).await
    }

    /// Moves the clock to `time` and runs exactly what is due on the way: in order of due time, timeouts
    /// first, then instances by name. Answers what ran, in the order in which it ended.
    ///
    /// A handler that waits for something outside the host is left waiting; it goes on when that
    /// has happened and a call or an advance is awaited.
    ///
    /// # Panics
    ///
    /// When an instance is due again and again at one moment.
    pub async fn advance_to(&self, time: Timestamp) -> Vec<Ran> {
        let before = self.ran();
        self.body.run_until(time);
        self.set_clock(self.now().max(time));
        self.ran_since(before)
    }

    /// Moves the clock to what is due next, and lets that happen: one instance is woken, or one handler that waited for
    /// a time goes on. An instance that has more to do at that time does it, too. `None` if nothing waits for a time.
    ///
    /// What can go on without the clock, such as a handler whose wait for something outside has ended, does so first,
    /// and if an attempt ends by that, it is the answer.
    pub async fn tick(&self) -> Option<Tick> {
        let before = self.ran();
        self.body.machine.drive();
        let mut woke = None;
        if self.ran() == before {
            let due = self.body.next_due()?;
            woke = due.instance();
            self.body.happen_now(due);
        }
        Some(Tick {
            at: self.now(),
            woke,
            ran: self.ran_since(before),
        })
    }

    /// Moves the clock from one thing that is due to the next until nothing waits for a time any more. Answers what ran.
    ///
    /// # Errors
    ///
    /// An instance was woken 1,000 times and is due again. A job that recurs is never idle: use
    /// [`advance`](Self::advance) for it.
    pub async fn run_until_idle(&self) -> Result<Vec<Ran>, NeverIdle> {
        let before = self.ran();
        self.body.machine.drive();
        let mut wakes = BTreeMap::<String, u32>::new();
        while let Some(due) = self.body.next_due() {
            if let Some(instance) = due.instance() {
                let wakes = wakes.entry(instance.clone()).or_default();
                if *wakes == MOST_WAKES {
                    self.body.machine.put_back(&due);
                    return Err(self.never_idle(instance, before));
                }
                *wakes += 1;
            }
            self.body.happen_now(due);
        }
        Ok(self.ran_since(before))
    }

    fn never_idle(&self, instance: String, before: usize) -> NeverIdle {
        NeverIdle {
            instance,
            wakes: MOST_WAKES,
            at: self.now(),
            ran: self.ran_since(before),
        }
    }

    fn ran(&self) -> usize {
        self.body.machine.lock().ran.len()
    }

    fn ran_since(&self, before: usize) -> Vec<Ran> {
        let state = self.body.machine.lock();
        state.ran.iter().skip(before).cloned().collect()
    }

    /// Sets the clock, also backwards, as an operator may. It runs nothing.
    pub fn set_clock(&self, time: Timestamp) {
        self.body.machine.lock().clock.set(time);
    }
}

/// What can be seen.
impl TestHost {
    /// Everything that jobs have told, oldest first.
    pub fn telemetry(&self) -> Vec<Telemetry> {
        self.body.machine.lock().telemetry.clone()
    }

    /// What jobs have told, as text to be compared: for each event a line with its time, its instance, its type, and what
    /// else it holds as JSON. Two runs of one test give the same text.
    pub fn transcript(&self) -> String {
        let state = self.body.machine.lock();
        state.telemetry.iter().map(transcript::line).collect()
    }

    /// The instances that are stored.
    pub fn instances(&self) -> Vec<Address> {
        self.body
            .machine
            .lock()
            .store
            .instances()
            .cloned()
            .collect()
    }

    /// When each instance that waits for a time is to be woken.
    pub fn timers(&self) -> BTreeMap<String, Timestamp> {
        let state = self.body.machine.lock();
        let timers = state.store.timers();
        timers
            .filter_map(|(address, at)| Some((address.to_string(), at?)))
            .collect()
    }

    /// The rows that are stored for an instance.
    pub fn rows(&self, instance: &str) -> Option<Stored> {
        let address = self.find(instance)?;
        self.body.machine.lock().store.stored(&address)
    }

    fn find(&self, instance: &str) -> Option<Address> {
        self.instances()
            .into_iter()
            .find(|address| address.to_string() == instance)
    }
}

/// What can go wrong.
impl TestHost {
    /// Crashes the host: everything in memory is gone, calls that are out answer "outcome unknown", and until
    /// [`restart`](Self::restart) every call is refused.
    pub fn crash(&self) {
        self.body.crash();
    }

    /// Crashes the host just before the `n`-th commit from now; 1 is the next one.
    pub fn crash_before_commit(&self, n: u32) {
        self.body
            .machine
            .lock()
            .faults
            .crash_at(n, CrashPoint::Before);
    }

    /// Crashes the host when the `n`-th commit from now is stored and nobody has been told; 1 is the next one.
    pub fn crash_after_commit(&self, n: u32) {
        self.body
            .machine
            .lock()
            .faults
            .crash_at(n, CrashPoint::After);
    }

    /// Starts the host again with the same jobs, on what was committed. Crashes it first if need be.
    ///
    /// Clients made before go on working.
    ///
    /// # Errors
    ///
    /// None, since the same jobs have started before.
    pub async fn restart(&self) -> Result<(), RegistryError> {
        self.body.restart(None)
    }

    /// Starts the host again with the jobs and services of another builder, as after a deploy.
    ///
    /// # Errors
    ///
    /// Two of the jobs store under one name, or one writes to a job that is not among them.
    pub async fn restart_with<E: MaybeSend + MaybeSync + 'static>(
        &self,
        builder: TestHostBuilder<E>,
    ) -> Result<(), RegistryError> {
        self.body.restart(Some(builder.into_jobs()))
    }

    /// Fails the next `n` commits. What they would have written is not stored.
    pub fn fail_commits(&self, n: usize, fault: StorageFault) {
        self.body.machine.lock().faults.fail(n, fault);
    }

    /// Keeps commits from becoming durable until [`release_commits`](Self::release_commits); a crash loses them.
    pub fn hold_commits(&self) {
        self.body.machine.lock().faults.completions = Completions::Held;
    }

    /// Makes the commits that were held durable.
    pub fn release_commits(&self) {
        self.body.machine.lock().faults.completions = Completions::Told;
        self.body.machine.drive();
    }

    /// Lets the next timer pass without waking its instance.
    pub fn lose_next_wake(&self) {
        self.body.machine.lock().faults.wakes_to_lose += 1;
    }

    /// Wakes an instance now, however early, as a stray alarm does. A missing one is left alone.
    pub async fn wake_now(&self, instance: &str) {
        if let Some(address) = self.find(instance) {
            self.body.wake(&address);
            self.body.machine.drive();
        }
    }
}

impl Connect for TestHost {
    fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(BodyTransport(self.body.clone()))
    }
}

impl fmt::Debug for TestHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestHost")
            .field("now", &self.now())
            .finish_non_exhaustive()
    }
}
