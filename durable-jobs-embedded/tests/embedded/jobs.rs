//! The jobs and services of these tests.

use std::sync::{Arc, Mutex};

use durable_jobs::{
    embedded::{Host, HostBuilder, clock::ManualClock},
    prelude::*,
};
use tempfile::TempDir;
use tokio::sync::{Notify, Semaphore};

/// What the jobs have done, and what lets them go on.
#[derive(Clone)]
pub(crate) struct Services {
    pub(crate) flushed: Arc<Mutex<Vec<Vec<String>>>>,
    pub(crate) beats: Arc<Mutex<Vec<Beat>>>,
    pub(crate) gate: Arc<Semaphore>,
    pub(crate) entered: Arc<Notify>,
}

/// One run of a continuous job.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Beat {
    pub(crate) id: String,
    pub(crate) attempt: u32,
    pub(crate) due: i64,
    pub(crate) now: i64,
}

impl Services {
    pub(crate) fn new() -> Self {
        Self {
            flushed: Arc::default(),
            beats: Arc::default(),
            gate: Arc::new(Semaphore::new(0)),
            entered: Arc::default(),
        }
    }

    pub(crate) fn take_beats(&self) -> Vec<Beat> {
        std::mem::take(&mut self.beats.lock().unwrap())
    }

    pub(crate) fn flushed(&self) -> Vec<Vec<String>> {
        self.flushed.lock().unwrap().clone()
    }

    fn beat<J: Continuous<Env = Self>>(&self, ctx: &ContinuousContext<'_, J>) {
        self.beats.lock().unwrap().push(Beat {
            id: ctx.id().to_owned(),
            attempt: ctx.attempt(),
            due: ctx.scheduled_for().as_millis(),
            now: ctx.now().as_millis(),
        });
    }
}

/// Collects lines; a line `poison` makes the flush fail for good.
#[debounce(flush_after = "1h")]
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Lines {
    pub(crate) lines: Vec<String>,
}

impl Debounce for Lines {
    type Event = String;
    type Env = Services;

    fn on_event(&mut self, event: String, _ctx: &EventContext) -> JobResult {
        self.lines.push(event);
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        if self.lines.iter().any(|line| line == "poison") {
            return Err(JobError::terminal("poisoned"));
        }
        ctx.env().flushed.lock().unwrap().push(self.lines.clone());
        Ok(())
    }
}

/// Beats once a minute, for the first time a minute after its start.
#[continuous(every = "1m", start_immediately = false)]
#[derive(Serialize, Deserialize)]
pub(crate) struct Pulse;

impl Continuous for Pulse {
    type Env = Services;

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        ctx.env().beat(ctx);
        Ok(Next::Scheduled)
    }
}

/// The same job in an earlier version of the program, which was slower.
#[continuous(every = "30d", start_immediately = false, name = "Pulse")]
#[derive(Serialize, Deserialize)]
pub(crate) struct SlowPulse;

impl Continuous for SlowPulse {
    type Env = Services;

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        ctx.env().beat(ctx);
        Ok(Next::Scheduled)
    }
}

/// Waits in its run until the test lets it go on.
#[continuous(every = "1d", retry(max_attempts = 5))]
#[derive(Serialize, Deserialize)]
pub(crate) struct Gated;

impl Continuous for Gated {
    type Env = Services;

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        ctx.env().beat(ctx);
        ctx.env().gate.acquire().await?.forget();
        Ok(Next::Scheduled)
    }
}

/// Always fails.
#[continuous(
    every = "1d",
    retry(max_attempts = 5, backoff = "fixed", base = "1h", jitter = false)
)]
#[derive(Serialize, Deserialize)]
pub(crate) struct Failing;

impl Continuous for Failing {
    type Env = Services;

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        Err("no luck".into())
    }
}

/// Has always more to do, once it was told anything.
#[task]
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Restless {
    pub(crate) runs: u64,
}

/// What a [`Restless`] is told.
#[derive(Serialize, Deserialize)]
pub(crate) enum Order {
    /// To run again and again.
    Work,
    /// To wait until the test lets it go on.
    Wait,
}

impl Task for Restless {
    type Event = Order;
    type Env = Services;

    async fn on_event(&mut self, order: Order, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        match order {
            Order::Work => ctx.schedule(Duration::ZERO),
            Order::Wait => {
                ctx.env().entered.notify_one();
                ctx.env().gate.acquire().await?.forget();
            }
        }
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        self.runs += 1;
        ctx.env().entered.notify_one();
        ctx.schedule(Duration::ZERO);
        Ok(())
    }
}

/// A file in a folder of its own, a clock, and what the jobs have done.
pub(crate) struct Bench {
    pub(crate) folder: TempDir,
    pub(crate) clock: ManualClock,
    pub(crate) services: Services,
}

/// When the clocks of these tests begin: 2023-11-14T22:13:20Z.
pub(crate) const START: i64 = 1_700_000_000_000;

impl Bench {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock: ManualClock::new(Timestamp::from_millis(START)),
            services: Services::new(),
        }
    }

    pub(crate) fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("jobs.db")
    }

    /// A host for the file with the clock, without jobs.
    pub(crate) fn bare(&self) -> HostBuilder<Services> {
        Host::open(self.path())
            .env(self.services.clone())
            .clock(self.clock.clone())
            .without_tracing()
    }

    /// A host for the file with the clock and every job.
    pub(crate) fn host(&self) -> HostBuilder<Services> {
        self.bare()
            .job::<Lines>()
            .job::<Pulse>()
            .job::<Gated>()
            .job::<Failing>()
            .job::<Restless>()
    }

    /// Moves the clock and lets the host catch up.
    pub(crate) async fn advance(&self, host: &Host, by: Duration) {
        self.clock.advance(by);
        host.settled().await;
    }

    /// The file as another program sees it, while no host runs or beside one.
    pub(crate) fn sqlite(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path()).unwrap()
    }
}

/// Waits until a handler has come to a certain point, without a clock.
pub(crate) async fn until(reached: impl Fn() -> bool) {
    while !reached() {
        tokio::task::yield_now().await;
    }
}
