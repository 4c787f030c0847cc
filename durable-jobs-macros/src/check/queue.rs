//! The rules of `#[queue]`.

use std::time::Duration;

use proc_macro2::Span;
use syn::LitStr;

use super::duration::{self, Written};
use super::failure::at_least_one;
use super::rate::{self, Rate};
use super::{Failure, report, retry};
use crate::diag;
use crate::errors::Errors;
use crate::keyed::Keyed;
use crate::parse::queue::Own;
use crate::parse::value::{Count, DurationText, Text};
use crate::parse::{self, Arguments};

/// A queue without a mistake.
pub(crate) struct Job {
    pub(crate) concurrency: Option<u32>,
    pub(crate) partitions: Option<u32>,
    pub(crate) order: Option<Order>,
    pub(crate) rate: Option<Rate>,
    pub(crate) visibility: Option<Duration>,
    pub(crate) max_depth: Option<u32>,
    pub(crate) dedup_window: Option<Duration>,
    pub(crate) failure: Failure,
}

/// Whether messages of one partition overtake each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Order {
    None,
    Fifo,
}

/// The messages processed at once when nothing else is said.
const DEFAULT_CONCURRENCY: u32 = 10;

/// How long an attempt has when nothing else is said.
const DEFAULT_VISIBILITY: Duration = Duration::from_secs(30);

/// The most lanes: each costs a look whenever a message begins.
const MOST_PARTITIONS: u32 = 1024;

/// Checks what the attribute says. No key is required, so nothing can be absent.
pub(crate) fn check(arguments: Arguments<Own>, errors: &mut Errors) -> Option<Job> {
    let Arguments {
        own:
            Own {
                concurrency,
                partitions,
                order,
                rate,
                visibility,
                max_depth,
                dedup_window,
            },
        failure:
            parse::Failure {
                retry,
                timeout,
                on_exhausted: _,
                log,
            },
        absent: _,
    } = arguments;
    let (concurrency, partitions) = shares(concurrency, partitions, errors);
    let (visibility, timeout) = limits(visibility, timeout, errors);
    Some(Job {
        concurrency,
        partitions,
        order: order.and_then(|text| self::order(text, errors)),
        rate: rate::optional(rate, errors),
        visibility,
        max_depth: max_depth.and_then(|count| at_least_one(count, errors)),
        dedup_window: duration::optional(dedup_window, errors),
        failure: Failure {
            retry: retry.and_then(|retry| retry::check(retry, errors)),
            timeout,
            on_exhausted: None,
            log: log.and_then(|log| report::log(log, errors)),
        },
    })
}

/// Each partition has the same share of the concurrency.
fn shares(
    concurrency: Option<Keyed<Count>>,
    partitions: Option<Keyed<Count>>,
    errors: &mut Errors,
) -> (Option<u32>, Option<u32>) {
    let span = span_of(concurrency.as_ref());
    let lanes = span_of(partitions.as_ref());
    let concurrency = concurrency.and_then(|count| at_least_one(count, errors));
    let partitions = partitions.and_then(|count| at_least_one(count, errors));
    let Some(count) = partitions else {
        return (concurrency, partitions);
    };
    if let Some(lanes) = lanes.filter(|_| count > MOST_PARTITIONS) {
        let problem = format!("`partitions` is {count}, more than {MOST_PARTITIONS}");
        let help = format!("write `partitions = {MOST_PARTITIONS}` or less");
        errors.push(diag::at(lanes, problem, help));
        return (concurrency, partitions);
    }
    match (concurrency, span) {
        (Some(given), Some(span)) if !given.is_multiple_of(count) => {
            let problem =
                format!("{count} partitions cannot share a concurrency of {given} evenly");
            errors.push(diag::at(span, problem, nearest(given, count)));
            (concurrency, partitions)
        }
        (None, None) => (
            DEFAULT_CONCURRENCY.checked_next_multiple_of(count),
            partitions,
        ),
        _ => (concurrency, partitions),
    }
}

fn nearest(given: u32, count: u32) -> String {
    let below = given - given % count;
    let above = below.saturating_add(count);
    match below {
        0 => format!("write `concurrency = {above}`, so that each partition has one"),
        _ => format!("write `concurrency = {below}` or `concurrency = {above}`"),
    }
}

fn span_of(count: Option<&Keyed<Count>>) -> Option<Span> {
    let count = count.and_then(|count| count.value.as_ref().ok());
    count.map(|count| count.span)
}

fn order(text: Keyed<Text>, errors: &mut Errors) -> Option<Order> {
    let Text(literal) = errors.keep(text.value)?;
    match literal.value().as_str() {
        "none" => return Some(Order::None),
        "fifo" => return Some(Order::Fifo),
        _ => {}
    }
    let problem = format!("`order` has no value `{}`", literal.value());
    let help = "the values are: \"fifo\", \"none\"";
    errors.push(diag::at(literal.span(), problem, help));
    None
}

/// An attempt ends before its message is offered again.
fn limits(
    visibility: Option<Keyed<DurationText>>,
    timeout: Option<Keyed<DurationText>>,
    errors: &mut Errors,
) -> (Option<Duration>, Option<Duration>) {
    let given = visibility.is_some();
    let visibility = visibility.and_then(|text| duration::written(text, errors));
    let timeout = timeout.and_then(|text| duration::written(text, errors));
    let bound = match &visibility {
        Some(written) => Some(written.duration),
        None => (!given).then_some(DEFAULT_VISIBILITY),
    };
    if let (Some(bound), Some(Written { duration, literal })) = (bound, &timeout)
        && *duration >= bound
    {
        errors.push(too_long(literal, visibility.as_ref()));
    }
    let duration = |written: Option<Written>| written.map(|written| written.duration);
    (duration(visibility), duration(timeout))
}

fn too_long(timeout: &LitStr, visibility: Option<&Written>) -> syn::Error {
    let bound = match visibility {
        Some(written) => written.literal.value(),
        None => "30s".to_owned(),
    };
    let problem = format!(
        "`timeout` is not shorter than `visibility`, which is {bound:?}: an attempt would still be out when its message is offered again"
    );
    let help = match visibility {
        Some(_) => "write a shorter `timeout`, or leave it out: `visibility` bounds attempts, too"
            .to_owned(),
        None => format!(
            "write a shorter `timeout`, or `visibility = {:?}` in its place",
            timeout.value()
        ),
    };
    diag::at(timeout.span(), problem, help)
}
