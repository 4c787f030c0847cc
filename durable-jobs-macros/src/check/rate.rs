//! Rates: a number of starts, a slash, and a duration.

use std::time::Duration;

use durable_jobs_schedule::parse;
use syn::LitStr;

use crate::diag;
use crate::errors::Errors;
use crate::keyed::Keyed;
use crate::parse::value::RateText;

/// So many starts in a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rate {
    pub(crate) starts: u32,
    pub(crate) per: Duration,
}

const EXAMPLE: &str = "write a number of starts and a time, as in \"100/1m\"";

/// Checks a rate that may be absent.
pub(crate) fn optional(text: Option<Keyed<RateText>>, errors: &mut Errors) -> Option<Rate> {
    let Keyed { key, value } = text?;
    let RateText(literal) = errors.keep(value)?;
    errors.keep(parse_literal(&key.name, &literal))
}

fn parse_literal(key: &str, literal: &LitStr) -> syn::Result<Rate> {
    let text = literal.value();
    let refuse = |why: &str, help: String| {
        let problem = format!("`{key}`: {text:?} is not a rate: {why}");
        diag::at(literal.span(), problem, help)
    };
    let Some((starts, per)) = text.split_once('/') else {
        return Err(refuse("it has no `/`", EXAMPLE.to_owned()));
    };
    let starts = starts.trim().replace('_', "");
    let starts: u32 = starts
        .parse()
        .map_err(|_| refuse("what is before `/` is no number", EXAMPLE.to_owned()))?;
    if starts == 0 {
        let help = "leave `rate` out to begin as many as `concurrency` allows".to_owned();
        return Err(refuse("nothing would ever begin", help));
    }
    let per = per.trim();
    if per.chars().all(|unit| unit.is_ascii_alphabetic()) && !per.is_empty() {
        let help = format!("write \"{starts}/1{per}\"");
        return Err(refuse("the time has no number", help));
    }
    let per = parse::duration(per)
        .map_err(|error| refuse(&format!("{error}"), error.help().to_string()))?;
    if per < parse::MINIMUM {
        let help = "the shortest time is \"100ms\"".to_owned();
        return Err(refuse("the time is too short", help));
    }
    if per.as_micros() < u128::from(starts) {
        let help = format!("write at most {} starts", per.as_micros());
        return Err(refuse("it is more than one start in a microsecond", help));
    }
    Ok(Rate { starts, per })
}
