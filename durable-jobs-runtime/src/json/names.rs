//! Enums that are nothing but names in JSON.

use std::borrow::Cow;

use serde::de::Error;
use serde_json::value::RawValue;

/// Implements [`ReadJson`](super::ReadJson) and [`WriteJson`](super::WriteJson) for an enum whose variants have no
/// fields: less code than `json_variants!`, which does the same.
macro_rules! json_names {
    ($name:ident { $($text:literal => $variant:ident),* $(,)? }) => {
        impl<'de> $crate::json::ReadJson<'de> for $name {
            #[inline(never)]
            fn read_json(text: &'de serde_json::value::RawValue) -> serde_json::Result<Self> {
                match text.get() {
                    $(concat!('"', $text, '"') => Ok(Self::$variant),)*
                    _ => Err($crate::json::unknown_name(text, &[$($text),*])),
                }
            }
        }

        impl $crate::json::WriteJson for $name {
            fn write_json(&self, out: &mut Vec<u8>) {
                let text = match self {
                    $(Self::$variant => concat!('"', $text, '"'),)*
                };
                out.extend_from_slice(text.as_bytes());
            }
        }

        #[cfg(test)]
        impl $name {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),*];
        }
    };
}
pub(crate) use json_names;

#[cold]
#[inline(never)]
pub(crate) fn unknown_name(text: &RawValue, known: &'static [&'static str]) -> serde_json::Error {
    match serde_json::from_str::<Cow<'_, str>>(text.get()) {
        Ok(name) => Error::unknown_variant(&name, known),
        Err(error) => error,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde::{Serialize, de::DeserializeOwned};

    use crate::{
        Timestamp,
        continuous::{StartAnswer, Then},
        core::{Phase, Wake},
        debounce::{FlushOutcome, FlushReason},
        json::{ReadOwned, WriteJson, read, write},
        queue::Whereabouts,
        wire::{RunOutcome, Status},
    };

    /// What is written of a value is read as that value.
    fn come_back<T: WriteJson + ReadOwned + PartialEq + Debug>(values: &[T]) {
        for value in values {
            let text = write(value);
            assert_eq!(read::<T>(&text).unwrap(), *value, "{text}");
        }
    }

    fn are_what_serde_makes<T>(values: &[T])
    where
        T: Serialize + DeserializeOwned + WriteJson + ReadOwned + PartialEq + Debug,
    {
        come_back(values);
        for value in values {
            let text = write(value);
            assert_eq!(serde_json::to_string(value).unwrap(), text);
            assert_eq!(serde_json::from_str::<T>(&text).unwrap(), *value, "{text}");
        }
    }

    #[test]
    fn all_names_are_read_as_they_are_written() {
        are_what_serde_makes(Status::ALL);
        are_what_serde_makes(FlushReason::ALL);
        are_what_serde_makes(FlushOutcome::ALL);
        are_what_serde_makes(Whereabouts::ALL);
        are_what_serde_makes(&[
            RunOutcome::Completed,
            RunOutcome::Retrying {
                at: Timestamp::from_millis(1),
            },
            RunOutcome::Failed,
            RunOutcome::Parked,
            RunOutcome::Paused,
            RunOutcome::Stopped {
                reason: "\"".into(),
            },
            RunOutcome::Terminated { reason: "".into() },
        ]);
        come_back(StartAnswer::ALL);
        come_back(Then::ALL);
        come_back(Phase::ALL);
        come_back(Wake::ALL);
    }

    #[test]
    fn what_is_no_name_is_said() {
        let error = |text| read::<Then>(text).unwrap_err().to_string();
        assert_eq!(
            error(r#""dance""#),
            "unknown variant `dance`, expected `wait` or `trigger`"
        );
        assert!(error("1").starts_with("invalid type: integer `1`"));
    }
}
