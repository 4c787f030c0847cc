//! What the stored values of a type look like, one line for each part.

use std::collections::BTreeMap;

use serde_json::Value;

use super::path::{Path, Step};

/// The parts of a type's values, by where they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape(BTreeMap<Path, Part>);

/// One part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Part {
    what: String,
    optional: bool,
    may_be_missing: bool,
}

impl Shape {
    /// Notes what a type has asked for at a place. The first word counts, unless it was a vague one.
    pub(super) fn note(&mut self, path: &Path, what: &str) {
        let part = self.0.entry(path.clone()).or_default();
        let is_vague = match part.what.as_str() {
            "" => true,
            "map" => what == "object",
            "nothing" => what != "nothing",
            _ => false,
        };
        if is_vague {
            what.clone_into(&mut part.what);
        }
    }

    /// Notes that a type takes anything at a place: samples will show what.
    pub(super) fn note_anything(&mut self, path: &Path) {
        self.0.entry(path.clone()).or_default();
    }

    /// Whether a type has not told what it wants at a place.
    pub(super) fn is_untold(&self, path: &Path) -> bool {
        self.pattern(path)
            .is_none_or(|pattern| self.0[pattern].what.is_empty())
    }

    pub(super) fn note_optional(&mut self, path: &Path) {
        self.0.entry(path.clone()).or_default().optional = true;
    }

    pub(super) fn note_may_be_missing(&mut self, path: &Path) {
        let is_field = |pattern: &&Path| matches!(pattern.steps().last(), Some(Step::Key(_)));
        if let Some(pattern) = self.pattern(path).filter(is_field).cloned() {
            self.0.entry(pattern).or_default().may_be_missing = true;
        }
    }

    pub(super) fn may_be_missing(&self, path: &Path) -> bool {
        self.pattern(path)
            .is_some_and(|pattern| self.0[pattern].may_be_missing)
    }

    /// Adds the parts of a sample that its type has not told of.
    pub(super) fn add_sample(&mut self, sample: &Value) {
        self.add_parts(&Path::default(), sample);
    }

    fn add_parts(&mut self, path: &Path, value: &Value) {
        let called = self.pattern(path).unwrap_or(path).clone();
        if self
            .0
            .get(&called)
            .is_none_or(|part| ["", "nothing"].contains(&part.what.as_str()))
        {
            self.note(&called, kind(value));
        }
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    self.add_parts(&path.key(key), value);
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    let place = path.with(Step::Index(index));
                    let known = self.pattern(&place).is_some();
                    let place = if known {
                        place
                    } else {
                        path.with(Step::EveryItem)
                    };
                    self.add_parts(&place, value);
                }
            }
            _ => {}
        }
    }

    /// The part that a place of a value is, as it is called here.
    pub(super) fn pattern(&self, path: &Path) -> Option<&Path> {
        self.0.keys().find(|pattern| path.matches(pattern))
    }

    /// What a part is, in words.
    pub(super) fn describe(&self, path: &Path) -> Option<String> {
        let part = &self.0[self.pattern(path)?];
        let mut text = match part.what.as_str() {
            "" => "anything".to_owned(),
            what => what.to_owned(),
        };
        for (is, word) in [
            (part.optional, ", optional"),
            (part.may_be_missing, ", may be missing"),
        ] {
            if is {
                text.push_str(word);
            }
        }
        Some(text)
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.keys()
    }

    /// As it stands in a file.
    pub(super) fn lines(&self) -> BTreeMap<String, String> {
        let line = |path: &Path| (path.to_string(), self.describe(path).unwrap_or_default());
        self.0.keys().map(line).collect()
    }

    /// Reads what [`lines`](Self::lines) has written.
    pub(super) fn from_lines(lines: &BTreeMap<String, String>) -> Self {
        let part = |text: &String| Part {
            what: text.clone(),
            ..Part::default()
        };
        Self(
            lines
                .iter()
                .map(|(path, text)| (Path::parse(path), part(text)))
                .collect(),
        )
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}
