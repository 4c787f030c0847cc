//! Values as the text of an enum, of which each program has a few variants only.

use crate::json::WriteJson;

/// Writes a variant as the text of an enum: `{"name":value}`. Its name is one of ours, which needs no escapes.
pub(super) fn write_variant(out: &mut Vec<u8>, name: &'static str, value: &dyn WriteJson) {
    out.extend_from_slice(b"{\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
    value.write_json(out);
    out.push(b'}');
}
