//! What `#[continuous(..)]` declares, as data.

use std::{borrow::Cow, time::Duration};

use durable_jobs_schedule::Cron;

use crate::{
    OnExhausted, RetryPolicy, Timestamp, setters::run_setters, telemetry::LogLevel, time::millis,
};

/// Passed slots of a cron expression are found one by one; a host that was down for years must not
/// spend its start on counting them.
const MOST_COUNTED: u64 = 10_000;

/// When a continuous job runs.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Schedule {
    /// One interval after the previous slot, without drift.
    Every(Duration),
    /// At the times of a cron expression.
    Cron(Cron<'static>),
}

impl Schedule {
    /// The first slot later than both `slot` and `now`, on the series that `slot` belongs to.
    pub(crate) fn slot_after(&self, slot: Timestamp, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Every(interval) => Some(next_on_grid(slot, now, millis(*interval).max(1))),
            Self::Cron(cron) => cron
                .next_after(slot.max(now).as_millis())
                .map(Timestamp::from_millis),
        }
    }

    /// The latest slot of the series that is not later than `now`, and how many of the series lie
    /// before it, from `slot` on. Where too many have passed to count, `now` stands for the latest.
    pub(crate) fn latest_slot(&self, slot: Timestamp, now: Timestamp) -> (Timestamp, u64) {
        match self {
            Self::Every(interval) => {
                let interval = millis(*interval).max(1);
                let steps = now.as_millis().saturating_sub(slot.as_millis()).max(0) / interval;
                (
                    Timestamp::from_millis(slot.as_millis() + steps * interval),
                    steps.unsigned_abs(),
                )
            }
            Self::Cron(cron) => {
                let next =
                    |at: Timestamp| cron.next_after(at.as_millis()).map(Timestamp::from_millis);
                let (mut latest, mut passed) = (slot, 0);
                while let Some(later) = next(latest).filter(|later| *later <= now) {
                    if passed == MOST_COUNTED {
                        return (now, passed);
                    }
                    (latest, passed) = (later, passed + 1);
                }
                (latest, passed)
            }
        }
    }

    /// How far ahead of the clock a slot may lie before the clock that set it must have been wrong.
    pub(crate) fn longest_wait(&self, now: Timestamp) -> Duration {
        match self {
            Self::Every(interval) => *interval,
            Self::Cron(cron) => {
                let next = |at: i64| cron.next_after(at).unwrap_or(i64::MAX);
                let first = next(now.as_millis());
                Timestamp::from_millis(next(first)).since(now)
            }
        }
    }

    /// A text that changes when the schedule does: expression and zone, never tables.
    pub(crate) fn fingerprint(&self) -> Cow<'static, str> {
        match self {
            Self::Every(interval) => format!("every {}ms", millis(*interval)).into(),
            Self::Cron(cron) => format!("cron {} {}", cron.expression(), cron.zone_name()).into(),
        }
    }
}

fn next_on_grid(slot: Timestamp, now: Timestamp, interval: i64) -> Timestamp {
    let passed = now.as_millis().saturating_sub(slot.as_millis()).max(0) / interval;
    let steps = passed.saturating_add(1);
    Timestamp::from_millis(
        slot.as_millis()
            .saturating_add(steps.saturating_mul(interval)),
    )
}

/// When the first run of a new instance is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FirstRun {
    /// At once.
    Immediately,
    /// At the first slot: one interval after the start, or the next time of the cron expression.
    NextSlot,
}

/// What `#[continuous(..)]` declares.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ContinuousSpec {
    /// The stored name of the job.
    pub name: &'static str,
    /// When it runs.
    pub schedule: Schedule,
    /// When the first run is due.
    pub first_run: FirstRun,
    /// How failed attempts are repeated; `None` means not at all.
    pub retry: Option<RetryPolicy>,
    /// How long one attempt may take.
    pub timeout: Option<Duration>,
    /// What happens when the attempts are used up.
    pub on_exhausted: OnExhausted,
    /// From which level on lines of `ctx.log` are let through; `None` means none.
    pub log: Option<LogLevel>,
    /// The version of the state.
    pub version: u32,
}

impl ContinuousSpec {
    /// A job that runs once in every interval.
    pub const fn every(name: &'static str, interval: Duration) -> Self {
        Self::new(name, Schedule::Every(interval))
    }

    /// A job that runs at the times of a cron expression.
    pub const fn cron(name: &'static str, cron: Cron<'static>) -> Self {
        Self::new(name, Schedule::Cron(cron))
    }

    const fn new(name: &'static str, schedule: Schedule) -> Self {
        Self {
            name,
            schedule,
            first_run: FirstRun::Immediately,
            retry: None,
            timeout: None,
            on_exhausted: OnExhausted::SkipRun,
            log: Some(LogLevel::Error),
            version: 1,
        }
    }

    /// Sets when the first run is due.
    #[must_use]
    pub const fn first_run(mut self, first_run: FirstRun) -> Self {
        self.first_run = first_run;
        self
    }

    run_setters!("Sets the version of the state.");
}
