//! A job whose telemetry is posted to the world of the test.

use std::time::Duration;

use durable_jobs_runtime::{
    Declared, JobResult,
    continuous::{
        Continuous, ContinuousContext, ContinuousSpec, DeclaredContinuous, FirstRun, Next,
    },
    kind,
};
use serde::{Deserialize, Serialize};

/// Counts its runs; every fifth fails.
#[derive(Debug, Serialize, Deserialize)]
pub struct Tracked {
    /// Runs that succeeded.
    pub count: u64,
    /// What nobody else may know.
    pub secret: String,
}

/// It needs nothing but its tracker.
#[derive(Debug)]
pub struct Posts;

impl Declared for Tracked {
    type Kind = kind::Continuous;
    const CLASS: &'static str = "Tracked";
}

impl DeclaredContinuous for Tracked {
    const SPEC: ContinuousSpec =
        ContinuousSpec::every("Tracked", Duration::from_secs(3600)).first_run(FirstRun::NextSlot);
}

impl Continuous for Tracked {
    type Env = Posts;

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        if ctx.run_count().is_multiple_of(5) {
            return Err("every fifth run fails".into());
        }
        self.count += 1;
        Ok(Next::Scheduled)
    }
}

#[cfg(target_family = "wasm")]
impl durable_jobs::cloudflare::FromWorkerEnv for Posts {
    fn from_worker_env(_env: &worker::Env) -> JobResult<Self> {
        Ok(Self)
    }

    fn tracker(env: &worker::Env) -> Option<durable_jobs::Tracker> {
        let world = env.var(durable_jobs_testing::conformance::over_fetch::ADDRESS);
        let tracker = durable_jobs::Tracker::new(format!("{}/ingest", world.ok()?));
        Some(tracker.env("test").service_key("tracked"))
    }
}
