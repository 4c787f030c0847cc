//! The test host's handle.

use std::{collections::BTreeMap, fmt, sync::Arc};

use durable_jobs_runtime::{
    Address, MaybeSend, MaybeSync, RegistryError, StorageFault, Timestamp,
    storage::Stored,
    telemetry::Telemetry,
    wire::{Connect, Transport},
};

use crate::{
    Ran, Span, TestHostBuilder,
    body::Body,
    machine::{Completions, CrashPoint},
    transport::BodyTransport,
};

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
        let before = self.body.machine.lock().ran.len();
        self.body.run_until(time);
        let mut state = self.body.machine.lock();
        let now = state.clock.now().max(time);
        state.clock.set(now);
        state.ran.iter().skip(before).cloned().collect()
    }

    /// Moves the clock from timer to timer until none is left, or none within `limit` from now.
    pub async fn run_until_idle(&self, limit: impl Span) -> Vec<Ran> {
        let before = self.body.machine.lock().ran.len();
        self.body.run_until(self.now() + limit.duration());
        self.body
            .machine
            .lock()
            .ran
            .iter()
            .skip(before)
            .cloned()
            .collect()
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

    /// The instances that are stored.
    pub fn instances(&self) -> Vec<Address> {
        self.body
            .machine
            .lock()
            .store
            .timers()
            .map(|(address, _)| address.clone())
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
    /// Two of the jobs store under one name.
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
