//! A continuous job that counts its runs.

use durable_jobs::prelude::*;
use serde_json::Value;

use crate::office::{Office, run};

#[continuous(
    every = "1m",
    retry(max_attempts = 3, backoff = "fixed", base = "5s", jitter = false),
    timeout = "15s"
)]
#[derive(Serialize, Deserialize)]
pub(crate) struct Pulse {
    pub(crate) beats: u64,
}

impl Continuous for Pulse {
    type Env = Office;

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        self.beats += 1;
        ctx.env().work(run!(ctx, Vec::new())).await?;
        Ok(Next::Scheduled)
    }
}

/// [`Pulse`] with another schedule and another state.
#[continuous(
    name = "Pulse",
    every = "90s",
    version = 2,
    retry(max_attempts = 3, backoff = "fixed", base = "5s", jitter = false),
    timeout = "15s"
)]
#[derive(Serialize, Deserialize)]
pub(crate) struct PulseTwo {
    pub(crate) total: u64,
}

impl Continuous for PulseTwo {
    type Env = Office;

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        self.total += 1;
        ctx.env().work(run!(ctx, Vec::new())).await?;
        Ok(Next::Scheduled)
    }

    fn migrate(_from: u32, old: Value) -> JobResult<Self> {
        let total = old["beats"].as_u64().ok_or("`beats` is no number")?;
        Ok(Self { total })
    }
}
