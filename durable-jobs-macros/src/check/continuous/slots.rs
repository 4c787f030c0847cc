//! The rules about when runs are due.

use std::time::Duration;

use durable_jobs_schedule::parse::{CompiledCron, format_duration};

use crate::check::choice::{Choice, choice};
use crate::check::cron;
use crate::check::duration::{self, Written};
use crate::check::failure::at_least_one;
use crate::diag;
use crate::errors::Errors;
use crate::keyed::{Key, Keyed};
use crate::parse::Absent;
use crate::parse::value::{Count, DurationText, Text};

/// When the job runs.
pub(crate) enum Schedule {
    Every(Duration),
    Cron(CompiledCron),
}

/// What becomes of slots whose time has passed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Missed {
    Skip,
    Once,
    All { most: u32 },
}

/// From when an interval counts, if not from the slot before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Delay {
    AfterRun,
}

/// The keys about when runs are due.
pub(super) struct Keys {
    pub(super) every: Option<Keyed<DurationText>>,
    pub(super) cron: Option<Keyed<Text>>,
    pub(super) timezone: Option<Keyed<Text>>,
    pub(super) missed: Option<Keyed<Text>>,
    pub(super) max_catch_up: Option<Keyed<Count>>,
    pub(super) delay: Option<Keyed<Text>>,
    pub(super) jitter: Option<Keyed<DurationText>>,
}

/// When runs are due.
pub(super) struct Slots {
    pub(super) schedule: Schedule,
    pub(super) missed: Option<Missed>,
    pub(super) delay: Option<Delay>,
    pub(super) jitter: Option<Duration>,
}

pub(super) fn check(keys: Keys, absent: &Absent, errors: &mut Errors) -> Option<Slots> {
    let Keys {
        every,
        cron,
        timezone,
        missed,
        max_catch_up,
        delay,
        jitter,
    } = keys;
    if let (Some(delay), Some(_)) = (&delay, &cron) {
        let help = "a calendar schedule has times of its own: leave `delay` out, or use `every` instead of `cron`";
        errors.push(diag::at(delay.key.span, "`delay` needs `every`", help));
    }
    if let (Some(missed), Some(_)) = (&missed, &delay) {
        let help = "an interval that counts from the end of a run has no slots to miss: leave `missed` out";
        errors.push(diag::at(
            missed.key.span,
            "`missed` has no effect beside `delay`",
            help,
        ));
    }
    let schedule = schedule(every, cron, timezone, absent, errors);
    let jitter = jitter.and_then(|jitter| self::jitter(jitter, schedule.as_ref(), errors));
    let missed = self::missed(missed, max_catch_up, errors);
    let delay = delay.and_then(|text| choice(text, &[("after_run", Delay::AfterRun)], errors));
    Some(Slots {
        schedule: schedule?,
        missed,
        delay: delay.map(|choice| choice.value),
        jitter,
    })
}

fn schedule(
    every: Option<Keyed<DurationText>>,
    cron: Option<Keyed<Text>>,
    timezone: Option<Keyed<Text>>,
    absent: &Absent,
    errors: &mut Errors,
) -> Option<Schedule> {
    match (&every, &cron) {
        (Some(every), Some(cron)) => errors.push(both(&every.key, &cron.key)),
        (Some(_), None) => refuse_timezone(timezone.as_ref(), errors),
        (None, None) => absent.report(
            errors,
            "a continuous job needs a schedule",
            "add `every = \"30m\"` for a fixed interval, or `cron = \"0 9 * * MON-FRI\"` for a calendar schedule",
        ),
        (None, Some(_)) => {}
    }
    let every = duration::optional(every, errors).map(Schedule::Every);
    let cron = cron
        .and_then(|cron| cron::check(cron, timezone, errors))
        .map(Schedule::Cron);
    every.or(cron)
}

/// The second of the two is the one too many.
fn both(every: &Key, cron: &Key) -> syn::Error {
    let cron_is_second = every.span.start() <= cron.span.start();
    let (first, second) = if cron_is_second {
        (every, cron)
    } else {
        (cron, every)
    };
    let problem = format!(
        "`{}` cannot be used together with `{}`",
        second.name, first.name
    );
    let help = "keep one of them: a fixed interval (`every`) or a calendar schedule (`cron`)";
    diag::at(second.span, problem, help)
}

fn refuse_timezone(timezone: Option<&Keyed<Text>>, errors: &mut Errors) {
    if let Some(timezone) = timezone {
        let help = "an interval is the same in every zone: leave `timezone` out, or use `cron` instead of `every`";
        errors.push(diag::at(timezone.key.span, "`timezone` needs `cron`", help));
    }
}

/// Every slot shall have its run before the next one.
fn jitter(
    jitter: Keyed<DurationText>,
    schedule: Option<&Schedule>,
    errors: &mut Errors,
) -> Option<Duration> {
    let Written { duration, literal } = duration::written(jitter, errors)?;
    match schedule {
        Some(Schedule::Every(interval)) if duration >= *interval => {
            let help = format!(
                "write less than the {} of `every`",
                format_duration(*interval)
            );
            let problem = "`jitter` is not shorter than the interval";
            errors.push(diag::at(literal.span(), problem, help));
            None
        }
        _ => Some(duration),
    }
}

/// `missed`, with nothing about its bound.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    Skip,
    Once,
    All,
}

const MANNERS: [(&str, Manner); 3] = [
    ("skip", Manner::Skip),
    ("once", Manner::Once),
    ("all", Manner::All),
];

fn missed(
    missed: Option<Keyed<Text>>,
    max_catch_up: Option<Keyed<Count>>,
    errors: &mut Errors,
) -> Option<Missed> {
    let is_mistaken = missed.is_some();
    let manner = missed.and_then(|text| choice(text, &MANNERS, errors));
    let is_mistaken = is_mistaken && manner.is_none();
    let value = manner.as_ref().map(|manner| manner.value);
    match (manner, max_catch_up) {
        (
            Some(Choice {
                value: Manner::All,
                span,
            }),
            None,
        ) => {
            let help = "add `max_catch_up = 10`: how many missed runs are made up at most";
            let problem = "`missed = \"all\"` needs `max_catch_up`";
            errors.push(diag::at(span, problem, help));
            None
        }
        (
            Some(Choice {
                value: Manner::All, ..
            }),
            Some(most),
        ) => {
            let most = at_least_one(most, errors)?;
            Some(Missed::All { most })
        }
        (_, Some(most)) if !is_mistaken => {
            let help = "write `missed = \"all\"` beside it, or leave `max_catch_up` out";
            let problem = "`max_catch_up` needs `missed = \"all\"`";
            errors.push(diag::at(most.key.span, problem, help));
            None
        }
        _ => value.map(|manner| match manner {
            Manner::Skip => Missed::Skip,
            Manner::Once | Manner::All => Missed::Once,
        }),
    }
}
