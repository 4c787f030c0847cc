//! One job of each kind, which together leave rows of every sort.

use std::time::Duration;

use durable_jobs::{Timestamp, prelude::*};

#[continuous(
    every = "1m",
    missed = "all",
    max_catch_up = 3,
    history = 3,
    retain = "1h",
    retry(max_attempts = 3, jitter)
)]
#[derive(Serialize, Deserialize)]
pub(crate) struct Beat {
    pub(crate) beats: u8,
    pub(crate) next_ms: u64,
}

impl Continuous for Beat {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        self.beats = self.beats.wrapping_add(1);
        match self.beats % 4 {
            1 => Err(JobError::from("fails").with_retry_after(Duration::from_millis(self.next_ms))),
            2 => Ok(Next::after(Duration::from_millis(self.next_ms))),
            3 => Ok(Next::at(Timestamp::from_millis(self.next_ms as i64))),
            _ => Ok(Next::Scheduled),
        }
    }
}

/// Every day, for what the calendar does with a clock that is far off.
#[continuous(cron = "30 2 * * *", timezone = "Europe/Berlin", jitter = "1h")]
#[derive(Serialize, Deserialize)]
pub(crate) struct Daily;

impl Continuous for Daily {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        Ok(Next::Scheduled)
    }
}

#[debounce(
    flush_after = "1h",
    quiet = "20m",
    max_events = 5,
    max_buffered = 8,
    overflow = "drop_oldest",
    history = 3,
    dedup_window = "1h",
    retry(max_attempts = 2, base = "1s"),
    on_exhausted = "dead_letter"
)]
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Bag {
    pub(crate) sum: i64,
}

impl Debounce for Bag {
    type Event = i64;
    type Env = ();

    fn on_event(&mut self, event: i64, _ctx: &EventContext) -> JobResult {
        if event == 13 {
            return Err(JobError::terminal("unlucky"));
        }
        self.sum = self.sum.wrapping_add(event);
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        match self.sum % 2 {
            0 => Ok(()),
            _ => Err(JobError::terminal("odd")),
        }
    }
}

/// Full with one event, so that messages to it wait where they come from.
#[debounce(flush_after = "1d", max_buffered = 1)]
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Full;

impl Debounce for Full {
    type Event = i64;
    type Env = ();

    fn on_event(&mut self, _event: i64, _ctx: &EventContext) -> JobResult {
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

/// The event is the time of its next run, in milliseconds.
#[task(history = 3, jobs(Bag, Full), retry(max_attempts = 3, base = "1s"))]
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Flow {
    pub(crate) last: i64,
}

impl Task for Flow {
    type Event = i64;
    type Env = ();

    async fn on_event(&mut self, event: i64, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        self.last = event;
        ctx.schedule_at(Timestamp::from_millis(event));
        ctx.jobs::<Bag>().add("from-flow", event)?;
        ctx.jobs::<Full>().add("from-flow", event)?;
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        if self.last % 2 == 1 {
            return Err("odd".into());
        }
        ctx.schedule(Duration::from_millis(self.last.unsigned_abs()));
        Ok(())
    }
}

#[queue(
    concurrency = 2,
    partitions = 2,
    rate = "100/1m",
    max_depth = 20,
    dedup_window = "1h",
    retry(max_attempts = 2, base = "1s")
)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Parcel(pub(crate) i64);

impl Queue for Parcel {
    type Env = ();

    async fn process(&mut self, _ctx: &mut QueueContext<'_, Self>) -> JobResult {
        match self.0 {
            13 => Err(JobError::terminal("unlucky")),
            odd if odd % 2 == 1 => Err("odd".into()),
            _ => Ok(()),
        }
    }
}

#[rate_limit(permits = 5, window = "1m", algorithm = "sliding_window")]
pub(crate) struct Sliding;

#[rate_limit(permits = 5, window = "1m")]
pub(crate) struct Bucket;

#[rate_limit(permits = 5, window = "1m", algorithm = "fixed_window")]
pub(crate) struct Fixed;

#[semaphore(permits = 3, lease = "30s")]
pub(crate) struct Gate;
