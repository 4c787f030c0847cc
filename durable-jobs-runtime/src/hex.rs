//! Random numbers as they are shown and stored: sixteen hexadecimal digits.

/// The digits of a number.
pub(crate) struct Digits([u8; 16]);

impl Digits {
    /// Not by the formatter, which is two kilobytes that a cold Worker compiles.
    pub(crate) fn of(number: u64) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut digits = [0; 16];
        let mut rest = number;
        for digit in digits.iter_mut().rev() {
            *digit = DIGITS[(rest & 0xf) as usize];
            rest >>= 4;
        }
        Self(digits)
    }

    pub(crate) fn as_str(&self) -> &str {
        // All of them are ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Writes them as a text in JSON.
    pub(crate) fn write_json(&self, out: &mut Vec<u8>) {
        out.push(b'"');
        out.extend_from_slice(&self.0);
        out.push(b'"');
    }
}

/// The digits of a number as a text of their own.
pub(crate) fn digits(number: u64) -> String {
    Digits::of(number).as_str().to_owned()
}

/// Implements for a type that holds such a number what shows, writes and reads it. In JSON it is text, because readers
/// lose integers beyond 2^53.
macro_rules! shown_in_hex {
    ($name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::hex::Digits::of(self.0).as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(digits: &str) -> Result<Self, Self::Err> {
                u64::from_str_radix(digits, 16).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::hex::Digits::of(self.0).as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let digits = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                digits.parse().map_err(serde::de::Error::custom)
            }
        }

        impl $crate::json::WriteJson for $name {
            fn write_json(&self, out: &mut Vec<u8>) {
                $crate::hex::Digits::of(self.0).write_json(out);
            }
        }

        impl<'de> $crate::json::ReadJson<'de> for $name {
            fn read_json(text: &'de serde_json::value::RawValue) -> serde_json::Result<Self> {
                let digits = <std::borrow::Cow<'de, str>>::read_json(text)?;
                digits.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use shown_in_hex;

#[cfg(test)]
mod tests {
    use crate::{Incarnation, json, wire::RequestId};

    #[test]
    fn a_number_is_shown_with_all_of_its_digits_and_read_again() {
        for number in [0, 1, 0x00ab_cdef, u64::MAX, 1 << 63, 0x0123_4567_89ab_cdef] {
            let digits = super::Digits::of(number);
            let digits = digits.as_str();
            assert_eq!(digits, format!("{number:016x}"));
            assert_eq!(digits.parse(), Ok(Incarnation(number)));
            let id = RequestId::new(number);
            assert_eq!(id.to_string(), *digits);
            assert_eq!(json::write(&id), format!("\"{digits}\""));
            assert_eq!(json::read::<RequestId>(&json::write(&id)).unwrap(), id);
        }
    }

    #[test]
    fn what_is_no_number_is_not_read() {
        for text in [r#""""#, r#""10123456789abcdef""#, r#""ghi""#, "1", "null"] {
            assert!(json::read::<Incarnation>(text).is_err(), "{text}");
        }
    }
}
