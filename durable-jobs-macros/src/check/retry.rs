//! The rules of `retry(..)`.

use super::policy::{Policy, Preset, policy};
use crate::diag;
use crate::errors::Errors;
use crate::keyed::{Key, Keyed};
use crate::parse::keys::{list, nearest};
use crate::parse::retry::{KEYS, PRESETS, Retry};

/// What failed attempts are answered with.
#[derive(Debug, PartialEq)]
pub(crate) enum RetryRule {
    /// One attempt, no more.
    None,
    /// A policy of the runtime, as it is.
    Preset(Preset),
    /// A policy spelled out.
    Policy(Policy),
}

/// Checks `retry(..)`.
pub(crate) fn check(retry: Keyed<Retry>, errors: &mut Errors) -> Option<RetryRule> {
    let Retry {
        presets,
        first_key,
        keys,
        mistakes,
    } = errors.keep(retry.value)?;
    errors.append(mistakes);
    match (start(&presets, errors), first_key) {
        (RetryRule::Preset(preset), Some(_)) => {
            Some(RetryRule::Policy(policy(preset, keys, errors)))
        }
        (_, Some(key)) => {
            let help = "leave it out, or start from another preset, as in `retry(standard, ..)`";
            let problem = format!("`{}` cannot be used together with `none`", key.name);
            errors.push(diag::at(key.span, problem, help));
            None
        }
        (rule, None) => Some(rule),
    }
}

/// The preset that the keys change: the one that is named, or else `standard`.
fn start(words: &[Key], errors: &mut Errors) -> RetryRule {
    let mut start: Option<(&Key, RetryRule)> = None;
    for word in words {
        match (preset(&word.name), &start) {
            (None, _) => errors.push(unknown(word)),
            (Some(_), Some((first, _))) => errors.push(second_preset(word, first)),
            (Some(rule), None) => start = Some((word, rule)),
        }
    }
    start.map_or(RetryRule::Preset(Preset::Standard), |(_, rule)| rule)
}

fn preset(name: &str) -> Option<RetryRule> {
    match name {
        "standard" => Some(RetryRule::Preset(Preset::Standard)),
        "aggressive" => Some(RetryRule::Preset(Preset::Aggressive)),
        "patient" => Some(RetryRule::Preset(Preset::Patient)),
        "none" => Some(RetryRule::None),
        _ => None,
    }
}

fn unknown(word: &Key) -> syn::Error {
    let near = nearest(&word.name, PRESETS.iter().chain(KEYS).copied());
    let help = near.map_or_else(
        || list("presets", PRESETS),
        |near| format!("did you mean `{near}`?"),
    );
    diag::at(
        word.span,
        format!("`retry(..)` has no preset `{}`", word.name),
        help,
    )
}

fn second_preset(second: &Key, first: &Key) -> syn::Error {
    let problem = format!(
        "`{}` cannot be used together with `{}`",
        second.name, first.name
    );
    diag::at(second.span, problem, "keep one preset")
}
