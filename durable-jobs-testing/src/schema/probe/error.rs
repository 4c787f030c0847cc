//! What a type says of a value that it does not take.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

/// Why a type refused what it was given, kept apart as far as serde tells it apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Missing(&'static str),
    Duplicate,
    UnknownVariant {
        given: String,
        variants: &'static [&'static str],
    },
    Expected(String),
    /// The value would be inside of itself for ever.
    Endless,
    Other,
}

/// A refusal with its text.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    pub(super) refusal: Refusal,
    text: String,
}

impl Refused {
    fn new(refusal: Refusal, text: impl fmt::Display) -> Self {
        Self {
            refusal,
            text: text.to_string(),
        }
    }

    pub(super) fn endless() -> Self {
        Self::new(Refusal::Endless, "it holds itself without an end")
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Refused {}

impl de::Error for Refused {
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self::new(Refusal::Other, text)
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let text = format!("invalid type: {unexpected}, expected {expected}");
        Self::new(Refusal::Expected(expected.to_string()), text)
    }

    fn unknown_variant(given: &str, variants: &'static [&'static str]) -> Self {
        let refusal = Refusal::UnknownVariant {
            given: given.to_owned(),
            variants,
        };
        Self::new(refusal, format!("unknown variant `{given}`"))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Refusal::Missing(field), format!("missing field `{field}`"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(Refusal::Duplicate, format!("duplicate field `{field}`"))
    }
}
