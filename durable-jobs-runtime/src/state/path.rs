//! Where in a JSON text a value does not decode.

use std::fmt::Write;

/// The path of the value before an error's position, such as `items[2].name`; `None` at the top.
///
/// The text itself tells it, so that no decoder has to be compiled a second time for it.
pub(super) fn path_of(json: &str, error: &serde_json::Error) -> Option<String> {
    let before: usize = json
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let end = before.saturating_add(error.column()).min(json.len());
    let mut walk = Walk::default();
    let mut rest = json.as_bytes().get(..end)?;
    while let Some((&byte, after)) = rest.split_first() {
        rest = match byte {
            b'"' => walk.string(after),
            _ => {
                walk.mark(byte);
                after
            }
        };
    }
    walk.path()
}

/// Which value a text has reached.
#[derive(Default)]
struct Walk {
    levels: Vec<Level>,
}

/// An object or an array that is open.
enum Level {
    Object {
        key: Option<String>,
        /// Whether the next string is a key.
        at_key: bool,
    },
    Array {
        index: usize,
        begun: bool,
    },
}

impl Walk {
    /// Takes a string whose opening quote has been read, and gives what follows it.
    fn string<'a>(&mut self, text: &'a [u8]) -> &'a [u8] {
        let mut length = 0;
        while let Some(byte) = text.get(length) {
            match byte {
                b'"' => break,
                b'\\' => length += 2,
                _ => length += 1,
            }
        }
        let (string, rest) = text.split_at(length.min(text.len()));
        match self.levels.last_mut() {
            Some(Level::Object { key, at_key: true }) => {
                *key = Some(String::from_utf8_lossy(string).into_owned());
            }
            Some(Level::Array { begun, .. }) => *begun = true,
            _ => {}
        }
        rest.get(1..).unwrap_or_default()
    }

    /// Takes a byte outside of strings.
    fn mark(&mut self, byte: u8) {
        match (byte, self.levels.last_mut()) {
            (b'{', _) => self.open(Level::Object {
                key: None,
                at_key: true,
            }),
            (b'[', _) => self.open(Level::Array {
                index: 0,
                begun: false,
            }),
            (b'}' | b']', _) => drop(self.levels.pop()),
            (b':', Some(Level::Object { at_key, .. })) => *at_key = false,
            (b',', Some(Level::Object { at_key, .. })) => *at_key = true,
            (b',', Some(Level::Array { index, .. })) => *index += 1,
            (byte, Some(Level::Array { begun, .. })) if !byte.is_ascii_whitespace() => {
                *begun = true;
            }
            _ => {}
        }
    }

    fn open(&mut self, level: Level) {
        if let Some(Level::Array { begun, .. }) = self.levels.last_mut() {
            *begun = true;
        }
        self.levels.push(level);
    }

    fn path(&self) -> Option<String> {
        let mut path = String::new();
        for level in &self.levels {
            // Text in memory takes whatever is written.
            let _ = match level {
                Level::Object { key: Some(key), .. } if path.is_empty() => path.write_str(key),
                Level::Object { key: Some(key), .. } => write!(path, ".{key}"),
                Level::Array { index, begun: true } => write!(path, "[{index}]"),
                Level::Object { key: None, .. } | Level::Array { begun: false, .. } => Ok(()),
            };
        }
        (!path.is_empty()).then_some(path)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only decoded")]
    struct Order {
        id: u64,
        lines: Vec<Line>,
        notes: BTreeMap<String, Vec<bool>>,
        place: (u8, Option<String>),
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only decoded")]
    struct Line {
        name: String,
        price: f64,
    }

    /// The path that another library finds by decoding a second time.
    fn oracle(json: &str) -> Option<String> {
        let mut reader = serde_json::Deserializer::from_str(json);
        let error = serde_path_to_error::deserialize::<_, Order>(&mut reader).expect_err(json);
        let path = error.path().to_string();
        (path != ".").then_some(path)
    }

    #[test]
    fn the_path_is_that_of_the_value_that_does_not_decode() {
        for json in [
            r#"{"id":"x"}"#,
            r#"{"id":-1}"#,
            r#"{"id":1,"lines":7}"#,
            r#"{"id":1,"lines":[{"name":"a","price":1.5},{"name":"b","price":"c"}]}"#,
            r#"{"id":1,"lines":[{"name":"}],\"","price":1.5},{"name":null}]}"#,
            r#"{"id":1,"lines":[],"notes":{"x":[true],"y":[true,false,3]}}"#,
            r#"{"id":1,"lines":[],"notes":{},"place":[300,null]}"#,
            "{\n  \"id\": 1,\n  \"lines\": [\n    {\"name\": \"a\", \"price\": []}\n  ]\n}",
        ] {
            let error = serde_json::from_str::<Order>(json).expect_err(json);
            assert_eq!(path_of(json, &error), oracle(json), "{json}: {error}");
        }
    }

    #[test]
    fn no_text_and_no_position_makes_it_fail() {
        for json in ["", "\"", "\\", "[[[", "{\"a\":{\"b\":[", "{\"ü\":1é"] {
            let error = serde_json::from_str::<Order>(json).expect_err(json);
            let _ = path_of(json, &error);
        }
    }
}
