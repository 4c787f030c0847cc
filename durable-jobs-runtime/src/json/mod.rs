//! Reads and writes the library's own types as JSON.
//!
//! The decoders that are derived read any format, and each has the loop over its fields, and the numbers and texts in
//! them, compiled in once more. A Worker pays for that with each of its cold starts. So here an object is first taken apart
//! into the texts of its fields, by code that is there once, and each type only names its fields. It is written alike. What
//! of these types is public derives the traits of serde, too, for whoever uses them.

mod fields;
mod names;
mod object;
mod values;
mod variants;

use serde_json::{Result, value::RawValue};

pub(crate) use self::{
    fields::{Fields, FromFields, json_fields},
    names::{json_names, unknown_name},
    object::{Key, Object, key},
    values::{json_by_serde, json_newtype},
    variants::{Variant, json_variants},
};

/// Something that is read from JSON.
pub trait ReadJson<'de>: Sized {
    /// Reads it from its text.
    fn read_json(text: &'de RawValue) -> Result<Self>;

    /// Reads it from a text of which nobody knows yet whether it is JSON.
    fn read_text(text: &'de str) -> Result<Self> {
        Self::read_json(parse(text)?)
    }
}

/// Something that is read from JSON and keeps nothing of the text.
pub trait ReadOwned: for<'de> ReadJson<'de> {}

impl<T: for<'de> ReadJson<'de>> ReadOwned for T {}

/// Something that is written as JSON. It cannot fail: numbers, texts and what is JSON already always can be.
pub trait WriteJson {
    /// Writes it behind what is there.
    fn write_json(&self, out: &mut Vec<u8>);

    /// Whether it is what a missing field is read as.
    fn is_default(&self) -> bool {
        false
    }
}

/// Room for most values, so that it need not be made bit by bit. The allocator of Workers gives away at once what is
/// below 256 bytes, and searches for more.
pub(crate) const USUAL_BYTES: usize = 192;

/// A value as text.
pub fn write(value: &dyn WriteJson) -> String {
    write_by(|out| value.write_json(out))
}

/// An object as text.
pub(crate) fn write_object(write: impl FnOnce(&mut Object<'_>)) -> String {
    write_by(|out| {
        let mut object = Object::begin(out);
        write(&mut object);
        object.end();
    })
}

fn write_by(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::with_capacity(USUAL_BYTES);
    write(&mut out);
    // All that is written is text.
    String::from_utf8(out).unwrap_or_default()
}

/// Takes note that serde has written a number or a text, which never fails.
pub(crate) fn written(result: Result<()>) {
    debug_assert!(result.is_ok(), "{result:?}");
}

/// Reads a value of which only the text is there.
pub fn read<'de, T: ReadJson<'de>>(text: &'de str) -> Result<T> {
    T::read_text(text)
}

#[inline(never)]
fn parse(text: &str) -> Result<&RawValue> {
    serde_json::from_str(text)
}
