//! The rules of `#[debounce]`.

use std::time::Duration;

use proc_macro2::Span;

use super::failure::{SkipRun, at_least_one};
use super::{Failure, duration, failure, size};
use crate::diag;
use crate::errors::Errors;
use crate::keyed::Keyed;
use crate::parse::Arguments;
use crate::parse::debounce::Own;
use crate::parse::value::Count;

/// A debounce job without a mistake.
pub(crate) struct Job {
    pub(crate) flush_after: Option<Duration>,
    pub(crate) max_events: Option<u32>,
    pub(crate) max_bytes: Option<u64>,
    pub(crate) max_buffered: Option<u32>,
    pub(crate) dedup_window: Option<Duration>,
    pub(crate) failure: Failure,
}

/// Checks what the attribute says.
pub(crate) fn check(arguments: Arguments<Own>, errors: &mut Errors) -> Option<Job> {
    let Arguments {
        own:
            Own {
                flush_after,
                max_events,
                max_bytes,
                max_buffered,
                dedup_window,
            },
        failure,
        absent,
    } = arguments;
    if flush_after.is_none() && max_events.is_none() && max_bytes.is_none() {
        let help = "add `flush_after = \"5s\"` for a time limit, `max_events = 100` for a size limit, or both";
        absent.report(
            errors,
            "a debounce job needs something that ends a batch",
            help,
        );
    }
    let (max_events, max_buffered) = limits(max_events, max_buffered, errors);
    Some(Job {
        flush_after: duration::optional(flush_after, errors),
        max_events,
        max_bytes: size::optional(max_bytes, errors),
        max_buffered,
        dedup_window: duration::optional(dedup_window, errors),
        failure: failure::check(failure, SkipRun::DropsEvents, errors),
    })
}

/// The events that a batch holds when nothing else is said.
const DEFAULT_MAX_BUFFERED: u32 = 10_000;

fn limits(
    max_events: Option<Keyed<Count>>,
    max_buffered: Option<Keyed<Count>>,
    errors: &mut Errors,
) -> (Option<u32>, Option<u32>) {
    let span = span_of(max_buffered.as_ref()).or_else(|| span_of(max_events.as_ref()));
    let default = max_buffered.is_none().then_some(DEFAULT_MAX_BUFFERED);
    let max_events = max_events.and_then(|count| at_least_one(count, errors));
    let max_buffered = max_buffered.and_then(|count| at_least_one(count, errors));
    if let (Some(events), Some(buffered), Some(span)) = (max_events, max_buffered.or(default), span)
        && buffered < events
    {
        let problem =
            format!("a batch of {events} events does not fit: `max_buffered` is {buffered}");
        errors.push(diag::at(
            span,
            problem,
            format!("write `max_buffered = {events}` or more"),
        ));
    }
    (max_events, max_buffered)
}

fn span_of(count: Option<&Keyed<Count>>) -> Option<Span> {
    count
        .and_then(|count| count.value.as_ref().ok())
        .map(|count| count.span)
}
