//! Enums, which are the name of a variant in JSON, or an object with one field of that name.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::{Result, value::RawValue};

use super::{Fields, ReadJson};

/// Implements [`ReadJson`] and [`WriteJson`](super::WriteJson) for an enum whose variants have named fields, or none.
/// What is marked `default` may be missing.
macro_rules! json_variants {
    ($name:ident { $($text:literal => $variant:ident $({ $($field:ident $(: $missing:ident)?),* })?),* $(,)? }) => {
        impl<'de> $crate::json::ReadJson<'de> for $name {
            fn read_json(text: &'de serde_json::value::RawValue) -> serde_json::Result<Self> {
                Self::read_text(text.get())
            }

            fn read_text(text: &'de str) -> serde_json::Result<Self> {
                let variant = $crate::json::Variant::of(text)?;
                let fields = variant.fields()?;
                let read = || -> serde_json::Result<Self> {
                    Ok(match variant.name {
                        $($text => Self::$variant $({
                            $($field: $crate::json::json_fields!(@take fields, $field $(, $missing)?)?),*
                        })?,)*
                        _ => return Err(variant.unknown(&[$($text),*])),
                    })
                };
                read().map_err(|error| fields.explain(error))
            }
        }

        impl $crate::json::WriteJson for $name {
            fn write_json(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant $({ $($field),* })? => {
                        $crate::json::json_variants!(@write out, $text $({ $($field $(: $missing)?),* })?);
                    })*
                }
            }
        }
    };
    (@write $out:ident, $text:literal) => {
        $out.extend_from_slice(concat!('"', $text, '"').as_bytes())
    };
    (@write $out:ident, $text:literal { $($field:ident $(: $missing:ident)?),* }) => {
        $out.extend_from_slice(concat!(r#"{""#, $text, r#"":"#).as_bytes());
        let mut object = $crate::json::Object::begin($out);
        $($crate::json::json_fields!(@put object, stringify!($field), $field $(, $missing)?);)*
        object.end();
        $out.push(b'}')
    };
}
pub(crate) use json_variants;

/// The one variant that an enum's text holds.
pub(crate) struct Variant<'de> {
    pub(crate) name: &'de str,
    /// Maybe no JSON yet: whoever reads it finds out.
    value: Option<&'de str>,
}

impl<'de> Variant<'de> {
    /// Takes a text apart, and its value no further.
    #[inline(never)]
    pub(crate) fn of(text: &'de str) -> Result<Self> {
        match Self::as_we_write(text) {
            Some(variant) => Ok(variant),
            None => Self::as_others_write(text),
        }
    }

    /// The way of [`WriteJson`](super::WriteJson), without spaces and escapes: nothing is looked through to its end.
    fn as_we_write(text: &'de str) -> Option<Self> {
        let inside = text.strip_prefix("{\"")?.strip_suffix('}')?;
        let (name, rest) = inside.split_at_checked(inside.find('"')?)?;
        let value = rest.strip_prefix("\":")?;
        let is_plain = !name.contains('\\');
        is_plain.then_some(Self {
            name,
            value: Some(value),
        })
    }

    #[inline(never)]
    fn as_others_write(text: &'de str) -> Result<Self> {
        match text.trim_start().starts_with('"') {
            true => Ok(Self {
                name: serde_json::from_str(text)?,
                value: None,
            }),
            false => serde_json::from_str(text),
        }
    }

    /// The fields of the variant; none of one that is a name alone.
    #[inline(never)]
    pub(crate) fn fields(&self) -> Result<Fields<'de>> {
        self.value.map_or_else(|| Ok(Fields::none()), Fields::of)
    }

    /// The value of the variant, if this is its name.
    pub(crate) fn take<T: ReadJson<'de>>(&self, name: &str) -> Result<Option<T>> {
        let value = self.value.filter(|_| self.name == name);
        value.map(T::read_text).transpose()
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn unknown(&self, known: &'static [&'static str]) -> serde_json::Error {
        Error::unknown_variant(self.name, known)
    }
}

impl<'de> Deserialize<'de> for Variant<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(OneEntry)
    }
}

struct OneEntry;

impl<'de> Visitor<'de> for OneEntry {
    type Value = Variant<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one variant")
    }

    fn visit_map<A: MapAccess<'de>>(
        self,
        mut map: A,
    ) -> std::result::Result<Self::Value, A::Error> {
        let entry = map.next_entry()?;
        let (name, value): (&str, &RawValue) =
            entry.ok_or_else(|| Error::custom("there is no variant"))?;
        Ok(Variant {
            name,
            value: Some(value.get()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{read, write};

    #[derive(Debug, PartialEq)]
    enum Order {
        Move { x: u32, y: Option<u32> },
        Say { text: Option<String> },
        Stop,
    }
    json_variants!(Order {
        "move" => Move { x, y: default },
        "say" => Say { text },
        "stop" => Stop,
    });

    #[test]
    fn each_variant_is_read_by_its_name() {
        let cases = [
            (
                r#"{"move":{"y":2,"x":1}}"#,
                Order::Move { x: 1, y: Some(2) },
            ),
            (
                r#"{"move":{"x":1,"text":"later"}}"#,
                Order::Move { x: 1, y: None },
            ),
            (
                r#" { "say" : { "text" : "a" } } "#,
                Order::Say {
                    text: Some("a".to_owned()),
                },
            ),
            (r#"{"say":{"text":null}}"#, Order::Say { text: None }),
            (r#"  "stop" "#, Order::Stop),
        ];
        for (text, expected) in cases {
            assert_eq!(read::<Order>(text).unwrap(), expected, "{text}");
            assert_eq!(read::<Order>(&write(&expected)).unwrap(), expected);
        }
    }

    #[test]
    fn each_variant_is_written_with_its_name() {
        let cases = [
            (Order::Move { x: 1, y: None }, r#"{"move":{"x":1}}"#),
            (Order::Say { text: None }, r#"{"say":{"text":null}}"#),
            (Order::Stop, r#""stop""#),
        ];
        for (order, text) in cases {
            assert_eq!(write(&order), text);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            (r#"{"move":{"y":1}}"#, "missing field `x`"),
            (r#"{"say":{}}"#, "missing field `text`"),
            (
                r#"{"say":{"text":1}}"#,
                "text: invalid type: integer `1`, expected a string",
            ),
            (
                r#"{"dance":{}}"#,
                "unknown variant `dance`, expected one of `move`, `say`, `stop`",
            ),
            (r#""move""#, "missing field `x`"),
            (
                r#"{"stop":1}"#,
                "invalid type: integer `1`, expected an object",
            ),
            ("1", "invalid type: integer `1`, expected one variant"),
            (r#"{"stop":{},"say":{"text":"a"}}"#, "trailing characters"),
            (r#" {"stop":{},"say":{"text":"a"}}"#, "trailing comma"),
            ("{}", "there is no variant"),
        ];
        for (text, expected) in cases {
            let error = read::<Order>(text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }

    #[test]
    fn the_value_of_a_variant_is_taken_by_its_name() {
        let count = |text: &str| Variant::of(text)?.take::<u32>("count");
        assert_eq!(count(r#"{"count":1}"#).unwrap(), Some(1));
        assert_eq!(count(r#" { "count" : 2 } "#).unwrap(), Some(2));
        assert_eq!(count(r#"{"sum":[1, {"count":1}]}"#).unwrap(), None);
        let wrong = [
            "",
            "1",
            "{}",
            "[1]",
            r#"{"count":}"#,
            r#"{"count":"a"}"#,
            r#"{"count":1,"sum":2}"#,
        ];
        for text in wrong {
            assert!(count(text).is_err(), "{text}");
        }
    }
}
