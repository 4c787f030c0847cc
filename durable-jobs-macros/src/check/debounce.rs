//! The rules of `#[debounce]`.

use std::time::Duration;

use super::choice::choice;
use super::duration::{self, Written};
use super::failure::{SkipRun, at_least_one};
use super::report::history;
use super::{Failure, failure, size};
use crate::diag;
use crate::errors::Errors;
use crate::keyed::{Key, Keyed};
use crate::parse::debounce::Own;
use crate::parse::value::{Count, DurationText, SizeText, Switch, Text};
use crate::parse::{Absent, Arguments};

/// A debounce job without a mistake.
pub(crate) struct Job {
    pub(crate) triggers: Triggers,
    pub(crate) limits: Limits,
    pub(crate) dedup_window: Option<Duration>,
    pub(crate) on_duplicate: Option<OnDuplicate>,
    pub(crate) after_flush: Option<AfterFlush>,
    pub(crate) max_dead_letters: Option<u32>,
    pub(crate) history: Option<u32>,
    pub(crate) failure: Failure,
}

/// What makes a batch due.
pub(crate) struct Triggers {
    pub(crate) flush_after: Option<Duration>,
    pub(crate) quiet: Option<Duration>,
    pub(crate) max_wait: Option<Duration>,
    pub(crate) leading: Switch,
    pub(crate) max_events: Option<u32>,
    pub(crate) max_bytes: Option<u64>,
}

/// How much a batch may hold.
pub(crate) struct Limits {
    pub(crate) max_buffered: Option<u32>,
    pub(crate) overflow: Option<Overflow>,
    pub(crate) warn_at: Option<u32>,
}

/// What is done about an event for which there is no room.
#[derive(Clone, Copy)]
pub(crate) enum Overflow {
    Reject,
    DropOldest,
    DropNewest,
    Flush,
}

/// What is done about an event whose id is known.
#[derive(Clone, Copy)]
pub(crate) enum OnDuplicate {
    Ignore,
    Update,
    Reject,
}

/// What the next batch begins with.
#[derive(Clone, Copy)]
pub(crate) enum AfterFlush {
    Reset,
    Keep,
}

const OVERFLOW: &[(&str, Overflow)] = &[
    ("reject", Overflow::Reject),
    ("drop_oldest", Overflow::DropOldest),
    ("drop_newest", Overflow::DropNewest),
    ("flush", Overflow::Flush),
];

const ON_DUPLICATE: &[(&str, OnDuplicate)] = &[
    ("ignore", OnDuplicate::Ignore),
    ("update", OnDuplicate::Update),
    ("reject", OnDuplicate::Reject),
];

const AFTER_FLUSH: &[(&str, AfterFlush)] =
    &[("reset", AfterFlush::Reset), ("keep", AfterFlush::Keep)];

/// Checks what the attribute says.
pub(crate) fn check(arguments: Arguments<Own>, errors: &mut Errors) -> Option<Job> {
    let Arguments {
        own,
        failure,
        absent,
    } = arguments;
    check_room(&own, errors);
    Some(Job {
        limits: Limits {
            max_buffered: own
                .max_buffered
                .and_then(|count| at_least_one(count, errors)),
            overflow: chosen(own.overflow, OVERFLOW, errors),
            warn_at: own.warn_at.and_then(|count| at_least_one(count, errors)),
        },
        on_duplicate: chosen(own.on_duplicate, ON_DUPLICATE, errors),
        after_flush: chosen(own.after_flush, AFTER_FLUSH, errors),
        max_dead_letters: own
            .max_dead_letters
            .and_then(|count| at_least_one(count, errors)),
        history: own.history.and_then(|count| history(count, errors)),
        dedup_window: duration::optional(own.dedup_window, errors),
        triggers: triggers(
            Given {
                flush_after: own.flush_after,
                quiet: own.quiet,
                max_wait: own.max_wait,
                leading: own.leading,
                max_events: own.max_events,
                max_bytes: own.max_bytes,
            },
            &absent,
            errors,
        ),
        failure: failure::check(failure, SkipRun::DropsEvents, errors),
    })
}

fn chosen<T: Copy>(
    text: Option<Keyed<Text>>,
    values: &[(&str, T)],
    errors: &mut Errors,
) -> Option<T> {
    let chosen = choice(text?, values, errors)?;
    Some(chosen.value)
}

/// The keys about what makes a batch due, as they are given.
struct Given {
    flush_after: Option<Keyed<DurationText>>,
    quiet: Option<Keyed<DurationText>>,
    max_wait: Option<Keyed<DurationText>>,
    leading: Option<Keyed<Switch>>,
    max_events: Option<Keyed<Count>>,
    max_bytes: Option<Keyed<SizeText>>,
}

fn triggers(own: Given, absent: &Absent, errors: &mut Errors) -> Triggers {
    let is_timed = own.flush_after.is_some() || own.quiet.is_some() || own.max_wait.is_some();
    let is_limited = own.max_events.is_some() || own.max_bytes.is_some();
    let leading = own.leading.as_ref().map(|leading| leading.key.clone());
    let switch = own.leading.and_then(|leading| errors.keep(leading.value));
    match leading.filter(|_| switch == Some(Switch::On)) {
        Some(key) if !is_timed => errors.push(leads_without_time(&key)),
        None if !is_timed && !is_limited => absent.report(errors, NOTHING_ENDS_IT, ADD_A_TRIGGER),
        _ => {}
    }
    let times = Times::check(own.flush_after, own.quiet, own.max_wait, errors);
    Triggers {
        flush_after: times.flush_after.map(|written| written.duration),
        quiet: times.quiet.map(|written| written.duration),
        max_wait: times.max_wait.map(|written| written.duration),
        leading: switch.unwrap_or(Switch::Off),
        max_events: own.max_events.and_then(|count| at_least_one(count, errors)),
        max_bytes: size::optional(own.max_bytes, errors),
    }
}

const NOTHING_ENDS_IT: &str = "a debounce job needs something that ends a batch";
const ADD_A_TRIGGER: &str = "add `flush_after = \"5s\"` or `quiet = \"5s\"` for a time limit, `max_events = 100` for a size limit, or both";

fn leads_without_time(leading: &Key) -> syn::Error {
    let help = "add `quiet = \"5s\"`: the first event after so long a time is flushed at once";
    diag::at(leading.span, "`leading` needs a time without events", help)
}

/// The times that make a batch due, each with where it stands.
struct Times {
    flush_after: Option<Written>,
    quiet: Option<Written>,
    max_wait: Option<Written>,
}

impl Times {
    fn check(
        flush_after: Option<Keyed<DurationText>>,
        quiet: Option<Keyed<DurationText>>,
        max_wait: Option<Keyed<DurationText>>,
        errors: &mut Errors,
    ) -> Self {
        let both = flush_after
            .as_ref()
            .and(max_wait.as_ref())
            .map(|wait| wait.key.clone());
        let mut written = |text: Option<Keyed<DurationText>>| {
            text.and_then(|text| duration::written(text, errors))
        };
        let times = Self {
            flush_after: written(flush_after),
            quiet: written(quiet),
            max_wait: written(max_wait),
        };
        match both {
            Some(max_wait) => errors.push(two_windows(&max_wait)),
            None => times.check_quiet(errors),
        }
        times
    }

    /// A quiet period that is not shorter than the window never ends first.
    fn check_quiet(&self, errors: &mut Errors) {
        let windows = [
            ("flush_after", &self.flush_after),
            ("max_wait", &self.max_wait),
        ];
        let given = windows
            .into_iter()
            .find_map(|(key, window)| Some((key, window.as_ref()?)));
        if let (Some(quiet), Some((key, window))) = (&self.quiet, given)
            && quiet.duration >= window.duration
        {
            let problem = format!("`quiet` is not shorter than `{key}`, so it never counts");
            let help = format!(
                "write a `quiet` below \"{}\", or leave it out",
                window.literal.value()
            );
            errors.push(diag::at(quiet.literal.span(), problem, help));
        }
    }
}

fn two_windows(max_wait: &Key) -> syn::Error {
    let help = "keep one of them; for a window that each event moves write `quiet = \"5s\", max_wait = \"1m\"`";
    let problem = "`max_wait` and `flush_after` both count from the first event";
    diag::at(max_wait.span, problem, help)
}

/// The events that a batch holds when nothing else is said.
const DEFAULT_MAX_BUFFERED: u32 = 10_000;

/// What a batch holds bounds what it is flushed and warned at.
fn check_room(own: &Own, errors: &mut Errors) {
    let buffered = own.max_buffered.as_ref().map(value_of);
    let holds = match buffered {
        Some(Some(Count { value: 1.., .. })) | None => buffered
            .flatten()
            .map_or(DEFAULT_MAX_BUFFERED, |count| count.value),
        // It has a mistake of its own.
        Some(_) => return,
    };
    let buffered = buffered.flatten();
    let events = own.max_events.as_ref().and_then(value_of);
    let warning = own.warn_at.as_ref().and_then(value_of);
    if let Some(Count { value, span }) = events.filter(|events| events.value > holds) {
        let problem = format!("a batch of {value} events does not fit: `max_buffered` is {holds}");
        let help = format!("write `max_buffered = {value}` or more");
        let span = buffered.map_or(span, |buffered| buffered.span);
        errors.push(diag::at(span, problem, help));
    }
    if let Some(Count { value, span }) = warning.filter(|warning| warning.value > holds) {
        let problem = format!("a batch never holds {value} events: `max_buffered` is {holds}");
        let help = format!("write a `warn_at` of at most {holds}");
        errors.push(diag::at(span, problem, help));
    }
}

fn value_of(count: &Keyed<Count>) -> Option<Count> {
    count.value.as_ref().ok().copied()
}
