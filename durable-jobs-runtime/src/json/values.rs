//! What is no object in JSON.

use std::{borrow::Cow, sync::Arc};

use serde_json::{Result, from_str, value::RawValue};

use super::ReadJson;

/// Implements [`ReadJson`] for types that serde reads.
macro_rules! read_by_serde {
    ($($type:ty),* $(,)?) => {
        $(impl<'de> $crate::json::ReadJson<'de> for $type {
            #[inline(never)]
            fn read_json(text: &'de serde_json::value::RawValue) -> serde_json::Result<Self> {
                serde_json::from_str(text.get())
            }
        })*
    };
}
pub(crate) use read_by_serde;

/// Implements [`ReadJson`] for a type that is written as what is in it.
macro_rules! read_newtype {
    ($name:ident($inner:ty)) => {
        impl<'de> $crate::json::ReadJson<'de> for $name {
            fn read_json(text: &'de serde_json::value::RawValue) -> serde_json::Result<Self> {
                <$inner as $crate::json::ReadJson>::read_json(text).map($name)
            }
        }
    };
}
pub(crate) use read_newtype;

read_by_serde!(bool, i32, i64, String);

impl<'de> ReadJson<'de> for u64 {
    #[inline(never)]
    fn read_json(text: &'de RawValue) -> Result<Self> {
        from_str(text.get())
    }
}

impl<'de> ReadJson<'de> for u32 {
    #[inline(never)]
    fn read_json(text: &'de RawValue) -> Result<Self> {
        from_str(text.get())
    }
}

impl<'de> ReadJson<'de> for Arc<str> {
    #[inline(never)]
    fn read_json(text: &'de RawValue) -> Result<Self> {
        Ok(String::read_json(text)?.into())
    }
}

impl<'de> ReadJson<'de> for Cow<'de, str> {
    fn read_json(text: &'de RawValue) -> Result<Self> {
        Ok(String::read_json(text)?.into())
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

macro_rules! read_tuples {
    ($(($($place:ident),*))*) => {
        $(
            impl<'de, $($place: ReadJson<'de>),*> ReadJson<'de> for ($($place,)*) {
                #[expect(non_snake_case, reason = "they are called as their types are")]
                fn read_json(text: &'de RawValue) -> Result<Self> {
                    let ($($place,)*) = from_str(text.get())?;
                    Ok(($($place::read_json($place)?,)*))
                }
            }
        )*
    };
}
read_tuples! { (A, B) (A, B, C) (A, B, C, D, E) }
