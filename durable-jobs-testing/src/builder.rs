//! What a test host is started with.

use std::{fmt, sync::Arc};

use durable_jobs_runtime::{Entry, Job, MaybeSend, MaybeSync, RegistryError};

use crate::{
    TestHost,
    body::{Body, JobWith, MakeEntry},
    machine::Chance,
};

/// The services and the jobs of a test host, made by [`TestHost::new`].
pub struct TestHostBuilder<E> {
    env: Arc<E>,
    seed: u64,
    chance: Option<Arc<dyn Chance>>,
    jobs: Vec<Box<dyn MakeEntry>>,
}

impl<E: MaybeSend + MaybeSync + 'static> TestHostBuilder<E> {
    pub(crate) fn new(env: E) -> Self {
        Self {
            env: Arc::new(env),
            seed: 0,
            chance: None,
            jobs: Vec::new(),
        }
    }

    /// Adds a job.
    #[must_use]
    pub fn job<J: Job<Env<E> = E>>(mut self) -> Self {
        let (env, entry) = (self.env.clone(), J::entry::<E> as fn(Arc<E>) -> Entry);
        self.jobs.push(Box::new(JobWith { env, entry }));
        self
    }

    /// Sets what all random numbers are drawn from: jitter, incarnations, `ctx.rng()`. Default 0.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Leaves to somebody else what goes wrong.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn chance(mut self, chance: Arc<dyn Chance>) -> Self {
        self.chance = Some(chance);
        self
    }

    /// Starts the host at 2025-01-01T00:00:00Z with an empty store.
    ///
    /// # Errors
    ///
    /// Two jobs store under one name, or one writes to a job that is not added.
    pub async fn start(self) -> Result<TestHost, RegistryError> {
        Body::start(self.seed, self.chance, self.jobs).map(TestHost::of)
    }

    pub(crate) fn into_jobs(self) -> Vec<Box<dyn MakeEntry>> {
        self.jobs
    }
}

impl<E> fmt::Debug for TestHostBuilder<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestHostBuilder")
            .field("jobs", &self.jobs.len())
            .finish_non_exhaustive()
    }
}
