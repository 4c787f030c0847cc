//! Decoders of structs that are small.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

/// Implements `Deserialize` for a struct that is an object in JSON. What is marked `default` may be missing; what
/// is marked `optional` is an `Option` of what it is read as.
///
/// The decoders that are derived read arrays, too, and have a type of their own for the names of the fields: 23 KB of code
/// more in a Worker with three kinds, which pays for that with each of its cold starts.
macro_rules! read_fields {
    ($name:ident { $($field:ident $(: $missing:ident)?),* $(,)? }) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Fields;

                impl<'de> serde::de::Visitor<'de> for Fields {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("struct ", stringify!($name)))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(
                        self,
                        mut map: A,
                    ) -> Result<$name, A::Error> {
                        $(let mut $field = None;)*
                        while let Some(key) = map.next_key::<$crate::read_fields::Key<'_>>()? {
                            match &*key.0 {
                                $(stringify!($field) => $field = Some(map.next_value()?),)*
                                _ => drop(map.next_value::<serde::de::IgnoredAny>()?),
                            }
                        }
                        Ok($name {
                            $($field: $crate::read_fields::read_fields!(@take $field, A::Error $(, $missing)?),)*
                        })
                    }
                }

                deserializer.deserialize_map(Fields)
            }
        }
    };
    (@take $field:ident, $error:ty) => {
        $field.ok_or_else(|| <$error as serde::de::Error>::missing_field(stringify!($field)))?
    };
    // As it is read, so that `null` is a value where the type has it.
    (@take $field:ident, $error:ty, optional) => {
        $field
    };
    (@take $field:ident, $error:ty, default) => {
        $field.unwrap_or_default()
    };
}
pub(crate) use read_fields;

/// The name of a field.
pub(crate) struct Key<'a>(pub(crate) Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(name.into()))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Key<'de>, E> {
        Ok(Key(name.to_owned().into()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::from_str;

    #[derive(Debug, PartialEq)]
    struct Point {
        x: u32,
        y: Option<u32>,
        name: String,
    }
    read_fields!(Point {
        x,
        y: default,
        name: default
    });

    #[test]
    fn fields_are_read_by_their_names() {
        let point = |x, y, name: &str| Point {
            x,
            y,
            name: name.to_owned(),
        };
        let all = r#"{"name":"a\"","\u0079":2,"x":1,"later":[{}]}"#;
        assert_eq!(from_str::<Point>(all).unwrap(), point(1, Some(2), "a\""));
        let few = r#" { "x" : 1 , "y" : null } "#;
        assert_eq!(from_str::<Point>(few).unwrap(), point(1, None, ""));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, error) in [
            (r#"{"y":1}"#, "missing field `x` at line 1 column 7"),
            (
                r#"{"x":"1"}"#,
                "invalid type: string \"1\", expected u32 at line 1 column 8",
            ),
            (
                "[1,2]",
                "invalid type: sequence, expected struct Point at line 1 column 0",
            ),
        ] {
            assert_eq!(from_str::<Point>(text).unwrap_err().to_string(), error);
        }
    }
}
