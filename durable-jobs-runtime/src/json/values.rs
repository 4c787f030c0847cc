//! What is no object in JSON.

use std::{borrow::Cow, sync::Arc};

use serde_json::{Result, from_str, value::RawValue};

use super::{ReadJson, WriteJson, written};

/// Implements [`ReadJson`] and [`WriteJson`] for types that serde reads and writes.
macro_rules! json_by_serde {
    ($($type:ty),* $(,)?) => {
        $(impl<'de> $crate::json::ReadJson<'de> for $type {
            #[inline(never)]
            fn read_json(text: &'de serde_json::value::RawValue) -> serde_json::Result<Self> {
                serde_json::from_str(text.get())
            }
        }

        impl $crate::json::WriteJson for $type {
            #[inline(never)]
            fn write_json(&self, out: &mut Vec<u8>) {
                $crate::json::written(serde_json::to_writer(out, self));
            }
        })*
    };
}
pub(crate) use json_by_serde;

/// Implements [`ReadJson`] and [`WriteJson`] for a type that is written as what is in it.
macro_rules! json_newtype {
    ($name:ident($inner:ty)) => {
        impl<'de> $crate::json::ReadJson<'de> for $name {
            fn read_json(text: &'de serde_json::value::RawValue) -> serde_json::Result<Self> {
                <$inner as $crate::json::ReadJson>::read_json(text).map($name)
            }
        }

        impl $crate::json::WriteJson for $name {
            fn write_json(&self, out: &mut Vec<u8>) {
                self.0.write_json(out);
            }

            fn is_default(&self) -> bool {
                self.0.is_default()
            }
        }
    };
}
pub(crate) use json_newtype;

macro_rules! json_numbers {
    ($($type:ty),*) => {
        $(impl<'de> ReadJson<'de> for $type {
            #[inline(never)]
            fn read_json(text: &'de RawValue) -> Result<Self> {
                match whole(text).and_then(|number| number.try_into().ok()) {
                    Some(number) => Ok(number),
                    None => from_str(text.get()),
                }
            }
        }

        impl WriteJson for $type {
            #[inline(never)]
            fn write_json(&self, out: &mut Vec<u8>) {
                written(serde_json::to_writer(out, self));
            }

            fn is_default(&self) -> bool {
                *self == Self::default()
            }
        })*
    };
}
json_numbers!(u32, u64, i32, i64);

/// A whole number, as they mostly are. What becomes of anything else, or what is wrong with it, serde knows.
#[inline(never)]
fn whole(text: &RawValue) -> Option<i64> {
    text.get().parse().ok()
}

impl<'de> ReadJson<'de> for bool {
    #[inline(never)]
    fn read_json(text: &'de RawValue) -> Result<Self> {
        match text.get() {
            "true" => Ok(true),
            "false" => Ok(false),
            other => from_str(other),
        }
    }
}

impl WriteJson for bool {
    fn write_json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }

    fn is_default(&self) -> bool {
        !self
    }
}

impl<'de> ReadJson<'de> for String {
    #[inline(never)]
    fn read_json(text: &'de RawValue) -> Result<Self> {
        from_str(text.get())
    }
}

impl WriteJson for str {
    #[inline(never)]
    fn write_json(&self, out: &mut Vec<u8>) {
        written(serde_json::to_writer(out, self));
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }
}

impl WriteJson for String {
    fn write_json(&self, out: &mut Vec<u8>) {
        (**self).write_json(out);
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }
}

impl<T: WriteJson + ?Sized> WriteJson for &T {
    fn write_json(&self, out: &mut Vec<u8>) {
        (**self).write_json(out);
    }

    fn is_default(&self) -> bool {
        (**self).is_default()
    }
}

impl WriteJson for Arc<str> {
    fn write_json(&self, out: &mut Vec<u8>) {
        (**self).write_json(out);
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }
}

impl WriteJson for Cow<'_, str> {
    fn write_json(&self, out: &mut Vec<u8>) {
        (**self).write_json(out);
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }
}

impl WriteJson for RawValue {
    fn write_json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.get().as_bytes());
    }
}

impl<T: WriteJson> WriteJson for Option<T> {
    fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.write_json(out),
            None => out.extend_from_slice(b"null"),
        }
    }

    fn is_default(&self) -> bool {
        self.is_none()
    }
}

impl<T: WriteJson> WriteJson for Vec<T> {
    fn write_json(&self, out: &mut Vec<u8>) {
        self.as_slice().write_json(out);
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }
}

impl<T: WriteJson> WriteJson for [T] {
    fn write_json(&self, out: &mut Vec<u8>) {
        write_list(out, &mut self.iter().map(|value| value as &dyn WriteJson));
    }
}

fn write_list(out: &mut Vec<u8>, values: &mut dyn Iterator<Item = &dyn WriteJson>) {
    out.push(b'[');
    for (index, value) in values.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        value.write_json(out);
    }
    out.push(b']');
}

impl<'de> ReadJson<'de> for Arc<str> {
    #[inline(never)]
    fn read_json(text: &'de RawValue) -> Result<Self> {
        Ok(String::read_json(text)?.into())
    }
}

/// Borrowed, unless it has escapes in.
impl<'de> ReadJson<'de> for Cow<'de, str> {
    #[inline(never)]
    fn read_json(text: &'de RawValue) -> Result<Self> {
        let quoted = text.get().strip_prefix('"');
        let plain = quoted.and_then(|text| text.strip_suffix('"'));
        match plain.filter(|text| !text.as_bytes().contains(&b'\\')) {
            Some(plain) => Ok(plain.into()),
            None => Ok(from_str::<String>(text.get())?.into()),
        }
    }
}

impl<'de> ReadJson<'de> for &'de RawValue {
    fn read_json(text: &'de RawValue) -> Result<Self> {
        Ok(text)
    }
}

impl<'de, T: ReadJson<'de>> ReadJson<'de> for Option<T> {
    fn read_json(text: &'de RawValue) -> Result<Self> {
        match text.get() {
            "null" => Ok(None),
            _ => T::read_json(text).map(Some),
        }
    }
}

impl<'de, T: ReadJson<'de>> ReadJson<'de> for Vec<T> {
    #[inline(never)]
    fn read_json(text: &'de RawValue) -> Result<Self> {
        texts(text)?.into_iter().map(T::read_json).collect()
    }
}

#[inline(never)]
fn texts(list: &RawValue) -> Result<Vec<&RawValue>> {
    from_str(list.get())
}

macro_rules! json_tuples {
    ($(($($place:ident),*))*) => {
        $(
            impl<'de, $($place: ReadJson<'de>),*> ReadJson<'de> for ($($place,)*) {
                #[expect(non_snake_case, reason = "they are called as their types are")]
                fn read_json(text: &'de RawValue) -> Result<Self> {
                    let ($($place,)*) = from_str(text.get())?;
                    Ok(($($place::read_json($place)?,)*))
                }
            }

            impl<$($place: WriteJson),*> WriteJson for ($($place,)*) {
                #[expect(non_snake_case, reason = "they are called as their types are")]
                fn write_json(&self, out: &mut Vec<u8>) {
                    let ($($place,)*) = self;
                    let places: &[&dyn WriteJson] = &[$($place),*];
                    write_list(out, &mut places.iter().copied());
                }
            }
        )*
    };
}
json_tuples! { (A, B) (A, B, C) (A, B, C, D, E) }

#[cfg(test)]
mod tests {
    use std::{borrow::Cow, fmt::Debug};

    use serde::de::DeserializeOwned;

    use crate::json::{ReadOwned, read};

    const TEXTS: [&str; 19] = [
        "0",
        "7",
        "-7",
        "4294967295",
        "4294967296",
        "2147483648",
        "-2147483649",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "1.0",
        "1e3",
        "true",
        "false",
        "null",
        "\"1\"",
        "[1]",
    ];

    fn is_read_as_by_serde<T: ReadOwned + DeserializeOwned + PartialEq + Debug>() {
        for text in TEXTS {
            let expected = serde_json::from_str::<T>(text);
            match (read::<T>(text), expected) {
                (Ok(read), Ok(expected)) => assert_eq!(read, expected, "{text}"),
                (Err(error), Err(expected)) => {
                    assert_eq!(error.to_string(), expected.to_string(), "{text}");
                }
                (read, expected) => panic!("{text}: {read:?} for {expected:?}"),
            }
        }
    }

    #[test]
    fn numbers_and_truths_are_read_as_serde_reads_them() {
        is_read_as_by_serde::<u32>();
        is_read_as_by_serde::<u64>();
        is_read_as_by_serde::<i32>();
        is_read_as_by_serde::<i64>();
        is_read_as_by_serde::<bool>();
    }

    #[test]
    fn a_text_is_borrowed_unless_it_has_escapes() {
        let borrowed = |text| match read::<Cow<'_, str>>(text).unwrap() {
            Cow::Borrowed(plain) => Some(plain),
            Cow::Owned(_) => None,
        };
        assert_eq!(borrowed(r#""a ü""#), Some("a ü"));
        assert_eq!(borrowed(r#""""#), Some(""));
        assert_eq!(borrowed(r#""a\"""#), None);
        assert_eq!(read::<Cow<'_, str>>(r#""a\"""#).unwrap(), "a\"");
        assert!(read::<Cow<'_, str>>("1").is_err());
    }
}
