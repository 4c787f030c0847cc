//! The rules about runs: those that fail or hang, and what is kept and told of them.

use std::time::Duration;

use super::duration;
use super::report::{self, Log};
use super::retry::{self, RetryRule};
use crate::diag;
use crate::errors::Errors;
use crate::keyed::Keyed;
use crate::parse;
use crate::parse::value::{Count, Text};

/// What happens when runs fail or hang, and what is kept and told of them.
pub(crate) struct Failure {
    pub(crate) retry: Option<RetryRule>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) on_exhausted: Option<OnExhausted>,
    pub(crate) log: Option<Log>,
}

/// What happens when the attempts of a run are used up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum OnExhausted {
    Park,
    /// Of a debounce job only.
    DeadLetter,
    SkipRun,
    Terminate,
}

/// Whether a kind can give one run up and go on with the next.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum SkipRun {
    Allowed,
    /// The run's events would be lost with it.
    DropsEvents,
}

/// Checks the keys that every kind takes.
pub(crate) fn check(failure: parse::Failure, skip_run: SkipRun, errors: &mut Errors) -> Failure {
    let parse::Failure {
        retry,
        timeout,
        on_exhausted,
        log,
    } = failure;
    Failure {
        retry: retry.and_then(|retry| retry::check(retry, errors)),
        timeout: duration::optional(timeout, errors),
        on_exhausted: on_exhausted.and_then(|text| self::on_exhausted(text, skip_run, errors)),
        log: log.and_then(|level| report::log(level, errors)),
    }
}

fn on_exhausted(text: Keyed<Text>, skip_run: SkipRun, errors: &mut Errors) -> Option<OnExhausted> {
    let Text(literal) = errors.keep(text.value)?;
    let (problem, help) = match (literal.value().as_str(), skip_run) {
        ("park", _) => return Some(OnExhausted::Park),
        ("terminate", _) => return Some(OnExhausted::Terminate),
        ("dead_letter", SkipRun::DropsEvents) => return Some(OnExhausted::DeadLetter),
        ("skip_run", SkipRun::Allowed) => return Some(OnExhausted::SkipRun),
        ("skip_run", SkipRun::DropsEvents) => (
            "`skip_run` would drop the batch".to_owned(),
            PARK_OR_TERMINATE,
        ),
        (other, SkipRun::Allowed) => (
            unknown(other),
            "the values are: \"park\", \"skip_run\", \"terminate\"",
        ),
        (other, SkipRun::DropsEvents) => {
            let values = "the values are: \"park\", \"dead_letter\", \"terminate\"";
            (unknown(other), values)
        }
    };
    errors.push(diag::at(literal.span(), problem, help));
    None
}

const PARK_OR_TERMINATE: &str = "write \"park\" to keep the batch until it is flushed again, \"dead_letter\" to set it aside, or \"terminate\" to delete the instance";

fn unknown(value: &str) -> String {
    format!("`on_exhausted` has no value `{value}`")
}

/// Checks a number for which zero makes no sense.
pub(crate) fn at_least_one(count: Keyed<Count>, errors: &mut Errors) -> Option<u32> {
    let Keyed { key, value } = count;
    let Count { value, span } = errors.keep(value)?;
    if value > 0 {
        return Some(value);
    }
    let help = match key.name.as_str() {
        "warn_at" => "leave `warn_at` out to be warned of nothing".to_owned(),
        "max_dead_letters" => {
            "leave `max_dead_letters` out, or write `on_exhausted = \"park\"` to have none"
                .to_owned()
        }
        "max_events" => "leave `max_events` out to flush on `flush_after` alone".to_owned(),
        "max_catch_up" => "write `missed = \"skip\"` to make no run up".to_owned(),
        "history" => "leave `history` out to keep none".to_owned(),
        "max_consecutive_failures" => {
            "leave `max_consecutive_failures` out to go on after any number of them".to_owned()
        }
        "permits" => "write how many may be had, as in `permits = 10`".to_owned(),
        "max_attempts" => "the first try counts: write `retry(none)` to try once".to_owned(),
        name => format!("leave `{name}` out to use its default"),
    };
    errors.push(diag::at(
        span,
        format!("`{}` must be at least 1", key.name),
        help,
    ));
    None
}
