//! Values as the text of an enum, of which each program has a few variants only.

use serde::Serialize;
use serde_json::Result;

/// Something that can be written as JSON, whatever its type.
pub(super) trait WriteJson {
    fn to_json(&self) -> Result<String>;
}

impl<T: Serialize> WriteJson for T {
    fn to_json(&self) -> Result<String> {
        serde_json::to_string(self)
    }
}

/// Writes a variant as the text of an enum.
pub(super) fn write_variant(name: &str, value: &(impl WriteJson + ?Sized)) -> Result<String> {
    Ok(format!("{{\"{name}\":{}}}", value.to_json()?))
}
