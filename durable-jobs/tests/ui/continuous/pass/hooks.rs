//! Every hook, and every key about slots and about what is kept.

use durable_jobs::prelude::*;

#[continuous(
    every = "1h",
    missed = "all",
    max_catch_up = 10,
    jitter = "5m",
    max_consecutive_failures = 3,
    on_recovery = "skip",
    history = 20,
    retain = "7d",
    max_state_size = "64KB",
)]
#[derive(Serialize, Deserialize)]
struct Subscription {
    paid: bool,
    pace: Option<Duration>,
}

impl Continuous for Subscription {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        Ok(Next::Scheduled)
    }

    async fn on_start(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult {
        ctx.emit("welcome", ctx.id().to_owned());
        Ok(())
    }

    async fn on_stop(&mut self, reason: &str, ctx: &mut ContinuousContext<'_, Self>) -> JobResult {
        ctx.emit("goodbye", reason);
        Ok(())
    }

    async fn on_error(
        &mut self,
        error: &JobError,
        _ctx: &mut ContinuousContext<'_, Self>,
    ) -> ErrorAction {
        self.paid = error.retry_after().is_some();
        ErrorAction::Default
    }

    fn should_stop(&self) -> bool {
        !self.paid
    }

    fn next_interval(&self) -> Option<Duration> {
        self.pace
    }
}

pub fn main() {}
