//! Values as the text of an enum, of which each program has a few variants only.

use crate::json::{Object, WriteJson};

/// Writes a variant as the text of an enum: `{"name":value}`.
pub(super) fn write_variant(out: &mut Vec<u8>, name: &'static str, value: &dyn WriteJson) {
    let mut object = Object::begin(out);
    object.put(name, value);
    object.end();
}
