//! Plays the outside world, so that there is something to see.

use durable_jobs::prelude::*;

use crate::services::Services;

/// Does what webhook senders and customers do, one step after another.
///
/// The state is a cursor. It moves only after the step was done, so a crash in between repeats that step and
/// loses none; the ids of what is sent make the repetition harmless. That is all that it takes to go through a
/// file exactly once.
#[continuous(
    every = "500ms",
    retry(max_attempts = 5, backoff = "fixed", base = "500ms"),
    timeout = "10s"
)]
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traffic {
    /// How many steps have been done.
    pub steps: u64,
}

impl Continuous for Traffic {
    type Env = Services;

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        ctx.env().world.act(self.steps).await?;
        self.steps += 1;
        Ok(Next::Scheduled)
    }
}
