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

    /// The slot that comes so many slots after `slot`.
    pub(crate) fn slots_later(&self, slot: Timestamp, slots: u64) -> Timestamp {
        match self {
            Self::Every(interval) => {
                let slots = i64::try_from(slots).unwrap_or(i64::MAX);
                let later = millis(*interval).max(1).saturating_mul(slots);
                Timestamp::from_millis(slot.as_millis().saturating_add(later))
            }
            Self::Cron(cron) => {
                let next = |at: Timestamp, _| {
                    let next = cron.next_after(at.as_millis());
                    next.map_or(at, Timestamp::from_millis)
                };
                (0..slots.min(MOST_COUNTED)).fold(slot, next)
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

/// What becomes of slots whose time passed without a run, because the host was down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missed {
    /// They are left out; one that is late by a minute at most still runs.
    Skip,
    /// One run stands for all of them.
    Once,
    /// Each has a run of its own, the oldest first.
    All {
        /// How many are made up at most, the latest ones.
        most: u32,
    },
}

/// From when an interval counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delay {
    /// From the previous slot, so that nothing drifts.
    FromSlot,
    /// From the end of the previous run.
    AfterRun,
}

/// What becomes of a run that a crash has cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnRecovery {
    /// It is tried again.
    Retry,
    /// It is given up: no run is begun twice for the sake of a crash.
    Skip,
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
    /// What becomes of slots whose time has passed.
    pub missed: Missed,
    /// From when an interval counts.
    pub delay: Delay,
    /// A slot's run is put off by less than this.
    pub jitter: Option<Duration>,
    /// After how many runs in a row that failed for good the instance is parked.
    pub max_consecutive_failures: Option<u32>,
    /// How many ended runs are kept for `history`.
    pub history: u32,
    /// How long a stopped instance keeps its state; `None` means not at all.
    pub retain: Option<Duration>,
    /// How many bytes of JSON a state may have.
    pub max_state_bytes: Option<u64>,
    /// What becomes of a run that a crash has cut off.
    pub on_recovery: OnRecovery,
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
            missed: Missed::Once,
            delay: Delay::FromSlot,
            jitter: None,
            max_consecutive_failures: None,
            history: 0,
            retain: None,
            max_state_bytes: None,
            on_recovery: OnRecovery::Retry,
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

    /// Sets what becomes of slots whose time has passed.
    #[must_use]
    pub const fn missed(mut self, missed: Missed) -> Self {
        self.missed = missed;
        self
    }

    /// Sets from when an interval counts.
    #[must_use]
    pub const fn delay(mut self, delay: Delay) -> Self {
        self.delay = delay;
        self
    }

    /// Puts each slot's run off, by less than `jitter`.
    #[must_use]
    pub const fn jitter(mut self, jitter: Duration) -> Self {
        self.jitter = Some(jitter);
        self
    }

    /// Parks the instance after so many runs in a row that failed for good.
    #[must_use]
    pub const fn max_consecutive_failures(mut self, most: u32) -> Self {
        self.max_consecutive_failures = Some(most);
        self
    }

    /// Keeps so many ended runs for `history`.
    #[must_use]
    pub const fn history(mut self, most: u32) -> Self {
        self.history = most;
        self
    }

    /// Keeps the state of a stopped instance for so long.
    #[must_use]
    pub const fn retain(mut self, retain: Duration) -> Self {
        self.retain = Some(retain);
        self
    }

    /// Bounds the state, in bytes of JSON.
    #[must_use]
    pub const fn max_state_bytes(mut self, most: u64) -> Self {
        self.max_state_bytes = Some(most);
        self
    }

    /// Sets what becomes of a run that a crash has cut off.
    #[must_use]
    pub const fn on_recovery(mut self, on_recovery: OnRecovery) -> Self {
        self.on_recovery = on_recovery;
        self
    }

    run_setters!("Sets the version of the state.");
}

#[cfg(test)]
mod tests {
    use durable_jobs_schedule::{Fields, TimeOfDay, Zone};

    use super::*;

    const NIGHTLY: Cron<'static> = Cron::new(
        "0 3 * * *",
        Fields {
            minutes: 1,
            hours: 1 << 3,
            days: 0xffff_fffe,
            months: 0x1ffe,
            weekdays: 0,
            time_of_day: TimeOfDay::Fixed,
        },
        Zone::UTC,
    );

    #[test]
    fn slots_later_counts_as_latest_slot_does() {
        let day = Duration::from_secs(86_400);
        let at = Timestamp::from_millis(1_700_000_000_000);
        for schedule in [Schedule::Every(day), Schedule::Cron(NIGHTLY)] {
            let first = schedule.slot_after(at, at).expect("a slot");
            for slots in 0..4_u32 {
                let later = first + day * slots;
                assert_eq!(schedule.slots_later(first, slots.into()), later);
                let counted = schedule.latest_slot(first, later + day / 2);
                assert_eq!(counted, (later, slots.into()));
            }
        }
    }
}
