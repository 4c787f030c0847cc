//! The rules of the keys inside `retry(..)`.

use std::time::Duration;

use super::duration::{self, Written};
use super::failure::at_least_one;
use crate::diag;
use crate::errors::Errors;
use crate::keyed::{Key, Keyed};
use crate::parse::retry::RetryKeys;
use crate::parse::value::{DurationText, Factor, Switch, Text};

/// A policy of the runtime that the keys change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Preset {
    Standard,
    Aggressive,
    Patient,
}

/// A policy spelled out.
#[derive(Debug, PartialEq)]
pub(crate) struct Policy {
    pub(crate) max_attempts: u32,
    pub(crate) backoff: Backoff,
    pub(crate) base: Duration,
    pub(crate) max: Option<Duration>,
    pub(crate) jitter: Switch,
    pub(crate) max_elapsed: Option<Duration>,
}

/// How the delay grows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Backoff {
    Exponential { factor: f64 },
    Linear { increment: Duration },
    Fixed,
}

/// The attempts of every preset.
const ATTEMPTS: u32 = 5;

/// What every preset multiplies its delay by.
const FACTOR: f64 = 2.0;

impl Preset {
    fn base(self) -> Duration {
        match self {
            Self::Standard => Duration::from_secs(1),
            Self::Aggressive => Duration::from_millis(100),
            Self::Patient => Duration::from_secs(5),
        }
    }

    fn max(self) -> Duration {
        match self {
            Self::Standard => Duration::from_secs(30),
            Self::Aggressive => Duration::from_secs(5),
            Self::Patient => Duration::from_secs(120),
        }
    }
}

/// The preset with the given keys in place of its own. A mistake is reported, and then the result
/// is never used.
pub(crate) fn policy(preset: Preset, keys: RetryKeys, errors: &mut Errors) -> Policy {
    let RetryKeys {
        max_attempts,
        backoff,
        base,
        increment,
        factor,
        max,
        jitter,
        max_elapsed,
    } = keys;
    let shape = Shape::check(backoff, errors);
    shape.refuse(
        increment.as_ref().map(|keyed| &keyed.key),
        Shape::Linear,
        errors,
    );
    shape.refuse(
        factor.as_ref().map(|keyed| &keyed.key),
        Shape::Exponential,
        errors,
    );
    let delays = Delays::check(preset, shape, base, max, errors);
    let increment = duration::optional(increment, errors).unwrap_or(delays.base);
    let factor = factor
        .and_then(|factor| at_least_once(factor, errors))
        .unwrap_or(FACTOR);
    Policy {
        max_attempts: max_attempts
            .and_then(|count| at_least_one(count, errors))
            .unwrap_or(ATTEMPTS),
        backoff: match shape {
            Shape::Linear => Backoff::Linear { increment },
            Shape::Fixed => Backoff::Fixed,
            Shape::Exponential | Shape::Mistaken => Backoff::Exponential { factor },
        },
        base: delays.base,
        max: delays.max,
        jitter: jitter
            .and_then(|jitter| errors.keep(jitter.value))
            .unwrap_or(Switch::On),
        max_elapsed: duration::optional(max_elapsed, errors),
    }
}

/// `backoff`, before its numbers are known.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Exponential,
    Linear,
    Fixed,
    Mistaken,
}

impl Shape {
    fn check(text: Option<Keyed<Text>>, errors: &mut Errors) -> Self {
        let Some(text) = text else {
            return Self::Exponential;
        };
        let Some(Text(literal)) = errors.keep(text.value) else {
            return Self::Mistaken;
        };
        match literal.value().as_str() {
            "exponential" => Self::Exponential,
            "linear" => Self::Linear,
            "fixed" => Self::Fixed,
            other => {
                let problem = format!("`backoff` has no value `{other}`");
                let help = "the values are: \"exponential\", \"linear\", \"fixed\"";
                errors.push(diag::at(literal.span(), problem, help));
                Self::Mistaken
            }
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Fixed => "fixed",
            Self::Exponential | Self::Mistaken => "exponential",
        }
    }

    /// Reports a key that says something only about another `backoff`.
    fn refuse(self, key: Option<&Key>, owner: Self, errors: &mut Errors) {
        let Some(key) = key else { return };
        if self == owner || self == Self::Mistaken {
            return;
        }
        let (name, owner) = (&key.name, owner.name());
        let problem = format!("`{name}` has no effect on `backoff = \"{}\"`", self.name());
        let help = format!("write `backoff = \"{owner}\"`, or leave `{name}` out");
        errors.push(diag::at(key.span, problem, help));
    }
}

/// The first delay and the longest.
struct Delays {
    base: Duration,
    max: Option<Duration>,
}

impl Delays {
    fn check(
        preset: Preset,
        shape: Shape,
        base: Option<Keyed<DurationText>>,
        max: Option<Keyed<DurationText>>,
        errors: &mut Errors,
    ) -> Self {
        // A delay that never grows needs no limit of its own.
        let default_max = (shape != Shape::Fixed).then(|| preset.max());
        let base = base.map(|text| duration::written(text, errors));
        let max = max.map(|text| duration::written(text, errors));
        errors.keep(in_order(preset, base.as_ref(), max.as_ref(), default_max));
        Self {
            base: base
                .flatten()
                .map_or_else(|| preset.base(), |written| written.duration),
            max: max
                .flatten()
                .map(|written| written.duration)
                .or(default_max),
        }
    }
}

/// Refuses a first delay that is longer than the longest. A value with a mistake of its own is not
/// compared.
fn in_order(
    preset: Preset,
    base: Option<&Option<Written>>,
    max: Option<&Option<Written>>,
    default_max: Option<Duration>,
) -> syn::Result<()> {
    match (base, max) {
        (Some(Some(base)), Some(Some(max))) if base.duration > max.duration => {
            let help = "delays start at `base` and grow up to `max`: swap them, or raise `max`";
            Err(diag::at(
                base.literal.span(),
                "`base` is longer than `max`",
                help,
            ))
        }
        (Some(Some(base)), None) if default_max.is_some_and(|max| base.duration > max) => {
            let help = format!(
                "add `max`, the longest delay, at least \"{}\"",
                base.literal.value()
            );
            Err(diag::at(
                base.literal.span(),
                "`base` is longer than the `max` that the policy has by default",
                help,
            ))
        }
        (None, Some(Some(max))) if preset.base() > max.duration => {
            let help = format!(
                "add `base`, the first delay, at most \"{}\"",
                max.literal.value()
            );
            Err(diag::at(
                max.literal.span(),
                "`max` is shorter than the `base` that the policy has by default",
                help,
            ))
        }
        _ => Ok(()),
    }
}

fn at_least_once(factor: Keyed<Factor>, errors: &mut Errors) -> Option<f64> {
    let Factor { value, span } = errors.keep(factor.value)?;
    if value.is_finite() && value >= 1.0 {
        return Some(value);
    }
    let help = "each delay is the one before it times `factor`; the default is `2.0`";
    errors.push(diag::at(
        span,
        "`factor` must be a finite number of at least 1",
        help,
    ));
    None
}
