//! A debounce job whose flush triggers a continuous job: what has been collected is processed at once, and once a day
//! in any case.

use durable_jobs::prelude::*;

use crate::Journal;

/// The events of one account that have come within 5 s.
#[debounce(flush_after = "5s", max_events = 100, jobs(Processor))]
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Events {
    names: Vec<String>,
}

impl Debounce for Events {
    type Event = String;
    type Env = Journal;

    fn on_event(&mut self, name: String, _ctx: &EventContext) -> JobResult {
        self.names.push(name);
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        let names = self.names.join(", ");
        ctx.env().note(format!("{}: stored {names}", ctx.id()));
        // It leaves only if this batch is done, and then once: not with each attempt.
        ctx.jobs::<Processor>().trigger(ctx.id())
    }
}

/// Processes what is stored of one account.
#[continuous(every = "1d", start_immediately = false)]
#[derive(Debug, Serialize, Deserialize)]
pub struct Processor {}

impl Continuous for Processor {
    type Env = Journal;

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        let (id, run) = (ctx.id(), ctx.run_count());
        ctx.env().note(format!("{id}: processed, run {run}"));
        Ok(Next::Scheduled)
    }
}
