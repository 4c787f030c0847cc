//! A continuous job that flushes a debounce job: samples are collected as they come, and published on the hour.

use durable_jobs::prelude::*;

use crate::Journal;

/// One measurement.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sample {
    /// What was measured, in milliseconds.
    pub latency_ms: u64,
}

/// The samples of one service. Its window is longer than the schedule of [`Publisher`], which flushes it.
#[debounce(flush_after = "1d")]
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Samples {
    count: u64,
    total_ms: u64,
}

impl Debounce for Samples {
    type Event = Sample;
    type Env = Journal;

    fn on_event(&mut self, sample: Sample, _ctx: &EventContext) -> JobResult {
        self.count += 1;
        self.total_ms += sample.latency_ms;
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        let mean = self.total_ms / self.count.max(1);
        let (id, count) = (ctx.id(), self.count);
        ctx.env().note(format!("{id}: {count} samples, {mean} ms"));
        Ok(())
    }
}

/// Has the samples of its service published, on the hour.
#[continuous(cron = "0 * * * *", start_immediately = false, jobs(Samples))]
#[derive(Debug, Serialize, Deserialize)]
pub struct Publisher {}

impl Continuous for Publisher {
    type Env = Journal;

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        ctx.jobs::<Samples>().flush(ctx.id())?;
        Ok(Next::Scheduled)
    }
}
