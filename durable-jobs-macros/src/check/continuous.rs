//! The rules of `#[continuous]`.

mod limits;
mod slots;

use std::time::Duration;

use self::slots::Slots;
pub(crate) use self::slots::{Delay, Missed, Schedule};
use super::choice::choice;
use super::failure::SkipRun;
use super::report::history;
use super::{Failure, failure};
use crate::errors::Errors;
use crate::parse::Arguments;
use crate::parse::continuous::Own;
use crate::parse::value::Switch;

/// A continuous job without a mistake.
pub(crate) struct Job {
    pub(crate) schedule: Schedule,
    pub(crate) start_immediately: Switch,
    pub(crate) missed: Option<Missed>,
    pub(crate) delay: Option<Delay>,
    pub(crate) jitter: Option<Duration>,
    pub(crate) failure: Failure,
    pub(crate) max_consecutive_failures: Option<u32>,
    pub(crate) on_recovery: Option<OnRecovery>,
    pub(crate) history: Option<u32>,
    pub(crate) retain: Option<Duration>,
    pub(crate) max_state_bytes: Option<u64>,
}

/// What becomes of a run that a crash has cut off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum OnRecovery {
    Retry,
    Skip,
}

const ON_RECOVERY: [(&str, OnRecovery); 2] =
    [("retry", OnRecovery::Retry), ("skip", OnRecovery::Skip)];

/// Checks what the attribute says.
pub(crate) fn check(arguments: Arguments<Own>, errors: &mut Errors) -> Option<Job> {
    let Arguments {
        own,
        failure,
        absent,
    } = arguments;
    let start = own.start_immediately;
    let start = start.map_or(Some(Switch::On), |switch| errors.keep(switch.value));
    let failure = failure::check(failure, SkipRun::Allowed, errors);
    let on_exhausted = failure.on_exhausted;
    let keys = slots::Keys {
        every: own.every,
        cron: own.cron,
        timezone: own.timezone,
        missed: own.missed,
        max_catch_up: own.max_catch_up,
        delay: own.delay,
        jitter: own.jitter,
    };
    let slots = slots::check(keys, &absent, errors);
    let most_failures = own.max_consecutive_failures;
    let on_recovery = own.on_recovery;
    let max_consecutive_failures =
        most_failures.and_then(|count| limits::failures(count, on_exhausted, errors));
    let on_recovery = on_recovery.and_then(|text| choice(text, &ON_RECOVERY, errors));
    let history = own.history.and_then(|count| history(count, errors));
    let retain = own.retain.and_then(|retain| limits::retain(retain, errors));
    let max_state_bytes = limits::state_size(own.max_state_size, errors);
    let Slots {
        schedule,
        missed,
        delay,
        jitter,
    } = slots?;
    Some(Job {
        schedule,
        start_immediately: start?,
        missed,
        delay,
        jitter,
        failure,
        max_consecutive_failures,
        on_recovery: on_recovery.map(|choice| choice.value),
        history,
        retain,
        max_state_bytes,
    })
}
