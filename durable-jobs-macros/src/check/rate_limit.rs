//! The rules of `#[rate_limit]`.

use std::time::Duration;

use super::duration;
use super::failure::at_least_one;
use crate::diag;
use crate::errors::Errors;
use crate::keyed::{Key, Keyed};
use crate::parse::Arguments;
use crate::parse::keys::nearest;
use crate::parse::rate_limit::Own;
use crate::parse::value::Text;

/// A rate limiter without a mistake.
pub(crate) struct Job {
    pub(crate) permits: u32,
    pub(crate) window: Duration,
    pub(crate) algorithm: Algorithm,
    pub(crate) burst: Option<u32>,
}

/// How permits come back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Algorithm {
    TokenBucket,
    SlidingWindow,
    FixedWindow,
}

const ALGORITHMS: [(&str, Algorithm); 3] = [
    ("token_bucket", Algorithm::TokenBucket),
    ("sliding_window", Algorithm::SlidingWindow),
    ("fixed_window", Algorithm::FixedWindow),
];

/// Checks what the attribute says.
pub(crate) fn check(arguments: Arguments<Own>, errors: &mut Errors) -> Option<Job> {
    let Arguments {
        own:
            Own {
                permits,
                window,
                algorithm,
                burst,
            },
        absent,
        ..
    } = arguments;
    let missing = match (&permits, &window) {
        (None, None) => Some(("`permits` and `window`", "permits = 100, window = \"1m\"")),
        (None, Some(_)) => Some(("`permits`", "permits = 100")),
        (Some(_), None) => Some(("a `window`", "window = \"1m\"")),
        (Some(_), Some(_)) => None,
    };
    if let Some((keys, example)) = missing {
        let problem = format!("a rate limiter needs {keys}");
        absent.report(errors, &problem, &format!("add `{example}`"));
    }
    let permits = permits.and_then(|count| at_least_one(count, errors));
    let window = duration::optional(window, errors);
    let algorithm = match algorithm {
        Some(text) => self::algorithm(text, errors),
        None => Some(Algorithm::TokenBucket),
    };
    let burst_key = burst.as_ref().map(|burst| burst.key.clone());
    let burst = burst.and_then(|count| at_least_one(count, errors));
    if let (Some(key), Some(algorithm)) = (burst_key, algorithm) {
        refuse_burst_without_bucket(&key, algorithm, errors);
    }
    Some(Job {
        permits: permits?,
        window: window?,
        algorithm: algorithm?,
        burst,
    })
}

fn algorithm(text: Keyed<Text>, errors: &mut Errors) -> Option<Algorithm> {
    let Text(literal) = errors.keep(text.value)?;
    let written = literal.value();
    let known = ALGORITHMS.iter().find(|(name, _)| *name == written);
    if known.is_none() {
        let near = nearest(&written, ALGORITHMS.iter().map(|(name, _)| *name));
        let help = match near {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => {
                "the values are: \"token_bucket\", \"sliding_window\", \"fixed_window\"".to_owned()
            }
        };
        let problem = format!("`algorithm` has no value `{written}`");
        errors.push(diag::at(literal.span(), problem, help));
    }
    known.map(|(_, algorithm)| *algorithm)
}

fn refuse_burst_without_bucket(key: &Key, algorithm: Algorithm, errors: &mut Errors) {
    if algorithm != Algorithm::TokenBucket {
        errors.push(diag::at(
            key.span,
            "`burst` is how much a bucket holds, and this algorithm has none",
            "leave `burst` out, or write `algorithm = \"token_bucket\"`",
        ));
    }
}
