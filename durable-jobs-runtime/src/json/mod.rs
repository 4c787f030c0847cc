//! Reads the library's own types from JSON.
//!
//! The decoders that are derived read any format, and each has the loop over its fields, and the numbers and texts in
//! them, compiled in once more. A Worker pays for that with each of its cold starts. So here an object is first taken apart
//! into the texts of its fields, by code that is there once, and each type only names its fields. What of these types is
//! public can be derived, too, for whoever reads it with serde: no Worker does.

mod fields;
mod names;
mod values;
mod variants;

use serde_json::{Result, value::RawValue};

pub(crate) use self::{
    fields::{Fields, read_fields},
    names::{read_names, unknown_name},
    values::{read_by_serde, read_newtype},
    variants::{Variant, read_variants},
};

/// Something that is read from JSON.
pub trait ReadJson<'de>: Sized {
    /// Reads it from its text.
    fn read_json(text: &'de RawValue) -> Result<Self>;
}

/// Something that is read from JSON and keeps nothing of the text.
pub trait ReadOwned: for<'de> ReadJson<'de> {}

impl<T: for<'de> ReadJson<'de>> ReadOwned for T {}

/// Reads a value of which only the text is there.
pub fn read<'de, T: ReadJson<'de>>(text: &'de str) -> Result<T> {
    T::read_json(parse(text)?)
}

#[inline(never)]
fn parse(text: &str) -> Result<&RawValue> {
    serde_json::from_str(text)
}
