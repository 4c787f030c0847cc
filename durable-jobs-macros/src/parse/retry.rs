//! `retry(..)`: a preset, keys, or a preset with keys.

use darling::FromMeta;
use syn::Meta;

use super::keys::Keys;
use super::list;
use super::value::{Count, DurationText, Factor, Switch, Text};
use crate::errors::Errors;
use crate::keyed::{FromValue, Key, Keyed, Value};

pub(crate) const KEYS: &[&str] = &[
    "max_attempts",
    "backoff",
    "base",
    "increment",
    "factor",
    "max",
    "jitter",
    "max_elapsed",
];

/// What other libraries call these keys.
const KEYS_ELSEWHERE: &[(&str, &str)] = &[
    ("delay", "the delay before the first retry is `base`"),
    ("interval", "the delay before the first retry is `base`"),
    ("initial", "the delay before the first retry is `base`"),
    ("multiplier", "write `factor`"),
    ("max_delay", "the longest delay is `max`"),
    (
        "max_retries",
        "write `max_attempts`, which counts the first attempt, too",
    ),
    (
        "retries",
        "write `max_attempts`, which counts the first attempt, too",
    ),
    (
        "attempts",
        "write `max_attempts`, which counts the first attempt, too",
    ),
];

/// The words that stand for a whole policy.
pub(crate) const PRESETS: &[&str] = &["standard", "aggressive", "patient", "none"];

/// What `retry(..)` says. Mistakes about keys are reported by the check, with the mistakes about
/// values.
#[derive(Debug)]
pub(crate) struct Retry {
    pub(crate) presets: Vec<Key>,
    /// Some key that is not a preset.
    pub(crate) first_key: Option<Key>,
    pub(crate) keys: RetryKeys,
    pub(crate) mistakes: Errors,
}

#[derive(Debug, Default, FromMeta)]
pub(crate) struct RetryKeys {
    pub(crate) max_attempts: Option<Keyed<Count>>,
    pub(crate) backoff: Option<Keyed<Text>>,
    pub(crate) base: Option<Keyed<DurationText>>,
    pub(crate) increment: Option<Keyed<DurationText>>,
    pub(crate) factor: Option<Keyed<Factor>>,
    pub(crate) max: Option<Keyed<DurationText>>,
    pub(crate) jitter: Option<Keyed<Switch>>,
    pub(crate) max_elapsed: Option<Keyed<DurationText>>,
}

impl FromValue for Retry {
    fn from_value(key: &Key, value: &Value<'_>) -> syn::Result<Self> {
        let tokens = match value {
            Value::List(tokens) if !tokens.is_empty() => (*tokens).clone(),
            _ => {
                let help = "write `retry(standard)`, or `retry(max_attempts = 5, base = \"1s\")`";
                return Err(value.refuse(key, "`retry` takes a policy in parentheses", help));
            }
        };
        let mut mistakes = Errors::default();
        let list = list::parse(tokens, &mut mistakes);
        let (presets, items): (Vec<_>, Vec<_>) = list.items.into_iter().partition(is_preset);
        let presets = presets.iter().map(|word| Key::of(word.path())).collect();
        let known = Keys::of_list("retry", KEYS, KEYS_ELSEWHERE).known(items, &mut mistakes);
        let keys = super::read(&known.items, KEYS, &mut mistakes).unwrap_or_default();
        Ok(Self {
            presets,
            first_key: known.items.first().map(|item| Key::of(item.path())),
            keys,
            mistakes,
        })
    }
}

/// A word alone that is no key is meant as a preset.
fn is_preset(item: &Meta) -> bool {
    matches!(item, Meta::Path(path) if !KEYS.contains(&Key::of(path).name.as_str()))
}
