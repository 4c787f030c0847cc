//! Durations: the grammar is that of `durable-jobs-schedule`.

use std::time::Duration;

use durable_jobs_schedule::parse;
use syn::LitStr;

use crate::diag;
use crate::errors::Errors;
use crate::keyed::Keyed;
use crate::parse::value::DurationText;

/// A duration and the literal that it was read from.
pub(crate) struct Written {
    pub(crate) duration: Duration,
    pub(crate) literal: LitStr,
}

/// Checks a duration that may be absent.
pub(crate) fn optional(text: Option<Keyed<DurationText>>, errors: &mut Errors) -> Option<Duration> {
    text.and_then(|text| written(text, errors))
        .map(|written| written.duration)
}

/// Checks a duration, and keeps where it stands.
pub(crate) fn written(text: Keyed<DurationText>, errors: &mut Errors) -> Option<Written> {
    let DurationText(literal) = errors.keep(text.value)?;
    let duration = errors.keep(parse_literal(&text.key.name, &literal))?;
    Some(Written { duration, literal })
}

/// A hundred years: longer is a slip of the pen, and leaves no room for sums of timestamps.
const LONGEST: Duration = Duration::from_secs(100 * 366 * 86_400);

fn parse_literal(key: &str, literal: &LitStr) -> syn::Result<Duration> {
    let text = literal.value();
    let duration = parse::duration(&text).map_err(|error| {
        let problem = format!("`{key}`: {text:?} is not a duration: {error}");
        diag::at(literal.span(), problem, error.help())
    })?;
    match flaw(key, duration) {
        None => Ok(duration),
        Some((flaw, help)) => Err(diag::at(literal.span(), format!("`{key}` {flaw}"), help)),
    }
}

fn flaw(key: &str, duration: Duration) -> Option<(&'static str, &'static str)> {
    let shortest = match key {
        "every" => "the shortest interval is \"100ms\"",
        _ => "the shortest duration is \"100ms\"",
    };
    if duration.is_zero() {
        Some(("must be longer than zero", shortest))
    } else if duration < parse::MINIMUM {
        Some(("is too short", shortest))
    } else if duration > LONGEST {
        Some((
            "is longer than 100 years",
            "write a shorter duration, as in \"365d\"",
        ))
    } else {
        None
    }
}
