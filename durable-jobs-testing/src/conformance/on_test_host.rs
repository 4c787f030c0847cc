//! The test host as a host under test.

use std::future::Future;

use durable_jobs_runtime::{Job, StorageFault, Timestamp, telemetry::Telemetry};

use super::{Harness, Program, Roster, Services, World};
use crate::{TestHost, TestHostBuilder, block_on::block_on_alone};

impl Roster for TestHostBuilder<Services> {
    fn job<J: Job<Env<Services> = Services>>(self) -> Self {
        Self::job::<J>(self)
    }
}

impl Harness for TestHost {
    fn block_on<F: Future>(future: F) -> F::Output {
        block_on_alone(future)
    }

    async fn start(program: Program, world: World) -> Self {
        program
            .enlist(Self::new(world.services()))
            .start()
            .await
            .unwrap()
    }

    fn now(&self) -> Timestamp {
        self.now()
    }

    fn set_clock(&self, time: Timestamp) {
        self.set_clock(time);
    }

    async fn advance_to(&self, time: Timestamp) {
        self.advance_to(time).await;
    }

    async fn restart(&mut self, program: Program, world: World, time: Timestamp) {
        self.crash();
        self.set_clock(time);
        self.restart_with(program.enlist(Self::new(world.services())))
            .await
            .unwrap();
    }

    async fn wake(&self, job: &'static str, id: &str) {
        let instance = self
            .instances()
            .into_iter()
            .find(|at| at.job == job && at.id.as_str() == id);
        if let Some(address) = instance {
            self.wake_now(&address.to_string()).await;
        }
    }

    fn break_store(&self) {
        self.fail_commits(1, StorageFault::Other);
    }

    fn mend_store(&self) {}

    fn telemetry(&self) -> Vec<Telemetry> {
        self.telemetry()
    }
}
