//! Enums of which only one variant is written or read.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error, MapAccess, Visitor},
};
use serde_json::{Result, value::RawValue};

/// Reads a variant from the text of an enum, such as `1` from `{"count":1}`; `None` if it is another variant.
///
/// A derived decoder has the code of all variants in it, also of those that a program never meets.
pub(crate) fn read_variant<T: DeserializeOwned>(text: &str, name: &str) -> Result<Option<T>> {
    let variant = Variant::find(text)?;
    let value = (variant.name == name).then(|| variant.value.get());
    value.map(serde_json::from_str).transpose()
}

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

/// The one variant that the text of an enum holds.
pub(super) struct Variant<'a> {
    pub(super) name: &'a str,
    value: &'a RawValue,
}

impl<'a> Variant<'a> {
    pub(super) fn find(text: &'a str) -> Result<Self> {
        serde_json::from_str(text)
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
        let (name, value) = entry.ok_or_else(|| Error::custom("there is no variant"))?;
        Ok(Variant { name, value })
    }
}

#[cfg(test)]
mod tests {
    use super::read_variant;

    fn count(text: &str) -> Option<Option<u32>> {
        read_variant(text, "count").ok()
    }

    #[test]
    fn the_value_of_the_variant_is_read() {
        assert_eq!(count(r#"{"count":1}"#), Some(Some(1)));
        assert_eq!(count(r#" { "count" : 2 } "#), Some(Some(2)));
        assert_eq!(count(r#"{"sum":[1, {"count":1}]}"#), Some(None));
    }

    #[test]
    fn what_is_no_variant_is_an_error() {
        let wrong = [
            "",
            "1",
            r#""count""#,
            "{}",
            "[1]",
            r#"{"count":}"#,
            r#"{"count":"a"}"#,
            r#"{"count":1,"sum":2}"#,
        ];
        for text in wrong {
            assert_eq!(count(text), None, "{text}");
        }
    }
}
