//! Structs, which are objects in JSON.

use std::{cell::Cell, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::{Result, value::RawValue};

use super::ReadJson;

/// Implements [`ReadJson`] and [`WriteJson`](super::WriteJson) for a struct. What is marked `default`, or has a value
/// here, may be missing, and is left out where it is that. Fields that the struct does not have are passed over.
macro_rules! json_fields {
    ($name:ident $(<$text:lifetime>)? { $($field:ident $(: $missing:ident)? $(= $value:expr)?),* $(,)? }) => {
        $crate::json::json_fields!(@impl $name ($($text)?) ($($text)? 'de) { $($field $(: $missing)? $(= $value)?),* });
    };
    (@impl $name:ident ($($text:lifetime)?) ($de:lifetime $($rest:lifetime)?) { $($field:ident $(: $missing:ident)? $(= $value:expr)?),* }) => {
        impl<$de> $crate::json::FromFields<$de> for $name $(<$text>)? {
            #[inline(never)]
            fn from_fields(fields: &$crate::json::Fields<$de>) -> serde_json::Result<Self> {
                let read = || -> serde_json::Result<Self> {
                    Ok(Self {
                        $($field: $crate::json::json_fields!(@take fields, $field $(, $missing)? $(= $value)?)?,)*
                    })
                };
                read().map_err(|error| fields.explain(error))
            }
        }

        impl<$de> $crate::json::ReadJson<$de> for $name $(<$text>)? {
            fn read_json(text: &$de serde_json::value::RawValue) -> serde_json::Result<Self> {
                Self::read_text(text.get())
            }

            fn read_text(text: &$de str) -> serde_json::Result<Self> {
                $crate::json::FromFields::from_fields(&$crate::json::Fields::of(text)?)
            }
        }

        impl $(<$text>)? $crate::json::WriteJson for $name $(<$text>)? {
            fn write_json(&self, out: &mut Vec<u8>) {
                let mut object = $crate::json::Object::begin(out);
                $($crate::json::json_fields!(
                    @put object, stringify!($field), &self.$field $(, $missing)? $(, = $value)?
                );)*
                object.end();
            }
        }
    };
    (@put $object:ident, $name:expr, $field:expr) => {
        $object.put($crate::json::key!($name), $field)
    };
    (@put $object:ident, $name:expr, $field:expr, default) => {
        $object.put_unless_default($crate::json::key!($name), $field)
    };
    (@put $object:ident, $name:expr, $field:expr, = $value:expr) => {
        if *$field != $value {
            $object.put($crate::json::key!($name), $field);
        }
    };
    (@take $fields:ident, $field:ident) => {
        $fields.required(stringify!($field))
    };
    (@take $fields:ident, $field:ident, default) => {
        $fields.or(stringify!($field), Default::default)
    };
    (@take $fields:ident, $field:ident = $value:expr) => {
        $fields.or(stringify!($field), || $value)
    };
}
pub(crate) use json_fields;

/// Something that an object is made of, if it has the fields.
pub(crate) trait FromFields<'de>: Sized {
    /// Reads the fields.
    fn from_fields(fields: &Fields<'de>) -> Result<Self>;
}

/// An object, taken apart: the texts of its fields.
pub(crate) struct Fields<'de> {
    fields: Vec<(&'de RawValue, &'de RawValue)>,
    /// The place behind the field that was found last: what was written in the same order is found at once.
    next: Cell<usize>,
    /// The field that is being read.
    reading: Cell<Option<&'static str>>,
}

impl<'de> Fields<'de> {
    /// Takes an object apart, and each of its fields no further.
    #[inline(never)]
    pub(crate) fn of(text: &'de str) -> Result<Self> {
        serde_json::from_str(text)
    }

    /// No fields at all.
    pub(crate) fn none() -> Self {
        Self::from(Vec::new())
    }

    /// A field that has to be there.
    pub(crate) fn required<T: ReadJson<'de>>(&self, name: &'static str) -> Result<T> {
        T::read_json(self.get(name).ok_or_else(|| missing(name))?)
    }

    /// A field that may be missing.
    pub(crate) fn or<T: ReadJson<'de>>(
        &self,
        name: &'static str,
        missing: impl FnOnce() -> T,
    ) -> Result<T> {
        match self.get(name) {
            Some(text) => T::read_json(text),
            None => Ok(missing()),
        }
    }

    /// Says in which field the error is.
    #[cold]
    #[inline(never)]
    pub(crate) fn explain(&self, error: serde_json::Error) -> serde_json::Error {
        match self.reading.get() {
            Some(name) => Error::custom(format_args!("{name}: {error}")),
            None => error,
        }
    }

    /// All of them, each with its name as it is written.
    pub(crate) fn into_all(self) -> Vec<(&'de RawValue, &'de RawValue)> {
        self.fields
    }

    /// The field of a name, which none of ours is written with an escape in.
    #[inline(never)]
    fn get(&self, name: &'static str) -> Option<&'de RawValue> {
        let (before, behind) = self.fields.split_at_checked(self.next.get())?;
        let mut fields = behind.iter().chain(before);
        let found = fields.position(|(written, _)| is_called(written.get(), name));
        self.reading.set(found.map(|_| name));
        let place = (self.next.get() + found?) % self.fields.len();
        self.next.set(place + 1);
        self.fields.get(place).map(|(_, value)| *value)
    }
}

/// Whether a name is this one, as it is written in quotes.
fn is_called(written: &str, name: &str) -> bool {
    written.len() == name.len() + 2 && written.get(1..=name.len()) == Some(name)
}

#[cold]
#[inline(never)]
fn missing(name: &'static str) -> serde_json::Error {
    Error::missing_field(name)
}

impl<'de> From<Vec<(&'de RawValue, &'de RawValue)>> for Fields<'de> {
    fn from(fields: Vec<(&'de RawValue, &'de RawValue)>) -> Self {
        Self {
            fields,
            next: Cell::new(0),
            reading: Cell::new(None),
        }
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// Room for most objects.
const USUAL_FIELDS: usize = 8;

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(
        self,
        mut map: A,
    ) -> std::result::Result<Fields<'de>, A::Error> {
        let mut fields = Vec::with_capacity(USUAL_FIELDS);
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(fields.into())
    }
}

#[cfg(test)]
mod tests {
    use crate::json::{read, write};

    #[derive(Debug, PartialEq)]
    struct Point {
        x: u32,
        y: Option<u32>,
        name: String,
    }
    json_fields!(Point {
        x,
        y: default,
        name: default
    });

    #[derive(Debug, PartialEq)]
    struct Line {
        ends: Vec<Point>,
    }
    json_fields!(Line { ends });

    struct Nothing {
        any: Option<u32>,
    }
    json_fields!(Nothing { any: default });

    #[derive(Debug, PartialEq)]
    struct Numbered {
        number: u32,
    }
    json_fields!(Numbered { number = 7 });

    #[test]
    fn fields_are_read_by_their_names() {
        let point = |x, y, name: &str| Point {
            x,
            y,
            name: name.to_owned(),
        };
        let all = r#"{"name":"a\"","y":2,"x":1,"later":[{}]}"#;
        assert_eq!(read::<Point>(all).unwrap(), point(1, Some(2), "a\""));
        let few = r#" { "x" : 1 , "y" : null } "#;
        assert_eq!(read::<Point>(few).unwrap(), point(1, None, ""));
        let twice = r#"{"x":1,"x":2}"#;
        assert_eq!(read::<Point>(twice).unwrap(), point(1, None, ""));
    }

    #[test]
    fn what_is_its_default_is_left_out() {
        let point = |y, name: &str| Point {
            x: 0,
            y,
            name: name.to_owned(),
        };
        assert_eq!(write(&point(None, "")), r#"{"x":0}"#);
        let all = point(Some(0), "a\"\n");
        assert_eq!(write(&all), r#"{"x":0,"y":0,"name":"a\"\n"}"#);
        assert_eq!(read::<Point>(&write(&all)).unwrap(), all);
        assert_eq!(write(&Line { ends: Vec::new() }), r#"{"ends":[]}"#);
        assert_eq!(write(&Nothing { any: None }), "{}");
        assert_eq!(write(&Numbered { number: 7 }), "{}");
        assert_eq!(write(&Numbered { number: 0 }), r#"{"number":0}"#);
        assert_eq!(read::<Numbered>("{}").unwrap(), Numbered { number: 7 });
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, error) in [
            (r#"{"y":1}"#, "missing field `x`"),
            (
                r#"{"x":"1"}"#,
                "x: invalid type: string \"1\", expected u32 at line 1 column 3",
            ),
            (
                "[1,2]",
                "invalid type: sequence, expected an object at line 1 column 0",
            ),
            (
                r#"{"x":1"#,
                "EOF while parsing an object at line 1 column 6",
            ),
            (r#"{"x":1}}"#, "trailing characters at line 1 column 8"),
        ] {
            assert_eq!(read::<Point>(text).unwrap_err().to_string(), error);
        }
        assert_eq!(
            read::<Line>(r#"{"ends":[{"x":1},{}]}"#)
                .unwrap_err()
                .to_string(),
            "ends: missing field `x`"
        );
    }
}
