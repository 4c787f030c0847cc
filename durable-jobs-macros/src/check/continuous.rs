//! The rules of `#[continuous]`.

use std::time::Duration;

use durable_jobs_schedule::parse::CompiledCron;

use super::failure::SkipRun;
use super::{Failure, cron, duration, failure};
use crate::diag;
use crate::errors::Errors;
use crate::keyed::{Key, Keyed};
use crate::parse::continuous::Own;
use crate::parse::value::{DurationText, Switch, Text};
use crate::parse::{Absent, Arguments};

/// A continuous job without a mistake.
pub(crate) struct Job {
    pub(crate) schedule: Schedule,
    pub(crate) start_immediately: Switch,
    pub(crate) failure: Failure,
}

/// When the job runs.
pub(crate) enum Schedule {
    Every(Duration),
    Cron(CompiledCron),
}

/// Checks what the attribute says.
pub(crate) fn check(arguments: Arguments<Own>, errors: &mut Errors) -> Option<Job> {
    let Arguments {
        own:
            Own {
                every,
                cron,
                timezone,
                start_immediately,
            },
        failure,
        absent,
    } = arguments;
    let start = start_immediately.map_or(Some(Switch::On), |switch| errors.keep(switch.value));
    let failure = failure::check(failure, SkipRun::Allowed, errors);
    let schedule = schedule(every, cron, timezone, &absent, errors);
    Some(Job {
        schedule: schedule?,
        start_immediately: start?,
        failure,
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
