//! The test host as a host under test.

use std::future::Future;

use durable_jobs_runtime::{Job, Timestamp, telemetry::Telemetry};

use super::{Harness, Program, Roster, World};
use crate::{TestHost, TestHostBuilder};

impl Roster for TestHostBuilder<World> {
    fn job<J: Job<Env = World>>(self) -> Self {
        Self::job::<J>(self)
    }
}

impl Harness for TestHost {
    fn block_on<F: Future>(future: F) -> F::Output {
        crate::block_on(future)
    }

    async fn start(program: Program, world: World) -> Self {
        program.enlist(Self::new(world)).start().await.unwrap()
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

    async fn restart(&mut self, program: Program, world: World) {
        self.restart_with(program.enlist(Self::new(world))).await.unwrap();
    }

    async fn wake(&self, job: &'static str, id: &str) {
        let instance = self.instances().into_iter().find(|at| at.job == job && at.id.as_str() == id);
        if let Some(address) = instance {
            self.wake_now(&address.to_string()).await;
        }
    }

    fn telemetry(&self) -> Vec<Telemetry> {
        self.telemetry()
    }
}
