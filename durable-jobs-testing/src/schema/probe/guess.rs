//! A value for a type that takes anything and says afterwards what it wanted: tagged and flattened ones.

use serde_json::{Map, Value, json};

use super::error::Refusal;

/// A value that gets better with every refusal.
#[derive(Debug, Default)]
pub(super) struct Guess {
    pub(super) value: Value,
    /// The keys to the part that was tried last.
    cursor: Vec<String>,
    /// How many values without a reason were tried there.
    tries: usize,
    choices: Vec<Choice>,
}

/// A place where the name of a variant stands.
#[derive(Debug)]
struct Choice {
    at: Vec<String>,
    rest: std::slice::Iter<'static, &'static str>,
}

impl Guess {
    /// Follows a refusal. Says whether there is something new to try.
    pub(super) fn learn(&mut self, refusal: &Refusal) -> bool {
        match refusal {
            Refusal::Missing(field) => self.add(field),
            Refusal::Expected(what) => match self.wanted(what) {
                Some(value) if self.part().is_some_and(|part| *part != value) => self.set(value),
                _ => self.try_anything(),
            },
            Refusal::UnknownVariant { variants, .. } => {
                let mut rest = variants.iter();
                let Some(first) = rest.next() else {
                    return false;
                };
                let at = self.cursor.clone();
                self.choices.push(Choice { at, rest });
                self.set(json!(first))
            }
            _ => self.try_anything(),
        }
    }

    /// After a sample: the next variant, where one is left. Says whether one is.
    pub(super) fn advance(&mut self) -> bool {
        while let Some(mut choice) = self.choices.pop() {
            if let Some(next) = choice.rest.next() {
                self.cursor = choice.at.clone();
                self.forget_siblings();
                self.choices.push(choice);
                return self.set(json!(next));
            }
        }
        false
    }

    /// What stood beside a tag belonged to its variant.
    fn forget_siblings(&mut self) {
        if let Some((_, around)) = self.cursor.split_last()
            && let Some(part) = part_of(&mut self.value, around)
        {
            *part = Value::Null;
        }
    }

    fn part(&mut self) -> Option<&mut Value> {
        part_of(&mut self.value, &self.cursor)
    }

    fn set(&mut self, value: Value) -> bool {
        self.tries = 0;
        place(&mut self.value, &self.cursor, value);
        true
    }

    /// A missing field belongs to the part that was tried last, or to one around it.
    fn add(&mut self, field: &str) -> bool {
        let is_untouched = self.part().is_some_and(|part| part.is_null());
        if is_untouched && self.cursor.last().is_some_and(|last| last == field) {
            // It was put where nobody looks for it.
            self.cursor.pop();
            if let Some(Value::Object(fields)) = self.part() {
                fields.remove(field);
            }
            if self.cursor.pop().is_none() {
                return false;
            }
        }
        while !self.lacks(field) {
            if self.cursor.pop().is_none() {
                return false;
            }
        }
        self.cursor.push(field.to_owned());
        self.set(Value::Null)
    }

    /// Whether the part that was tried last may get a field.
    fn lacks(&mut self, field: &str) -> bool {
        let is_all = self.cursor.is_empty();
        match self.part() {
            Some(Value::Object(fields)) => !fields.contains_key(field),
            Some(Value::Null) => is_all,
            _ => false,
        }
    }

    /// What a type has named as what it wants.
    fn wanted(&mut self, what: &str) -> Option<Value> {
        let variant = self
            .part()
            .and_then(|part| part.as_str().map(str::to_owned));
        Some(match what {
            "u8" => json!(u8::MAX),
            "u16" => json!(u16::MAX),
            "u32" => json!(u32::MAX),
            "u64" | "usize" => json!(u64::MAX),
            "i8" => json!(i8::MIN),
            "i16" => json!(i16::MIN),
            "i32" => json!(i32::MIN),
            "i64" | "isize" => json!(i64::MIN),
            "f32" | "f64" => json!(0.5),
            "a boolean" => json!(true),
            "a character" => json!("x"),
            "unit" => Value::Null,
            _ if what.starts_with("internally tagged") => json!({}),
            "variant identifier" | "string or map" => json!("?"),
            "newtype variant" | "struct variant" | "tuple variant" => {
                let variant = variant?;
                self.set(json!({ &variant: null }));
                self.cursor.push(variant);
                return Some(Value::Null);
            }
            _ if what.contains("string") => json!("text"),
            _ if what.contains("sequence") || what.contains("tuple") => json!([]),
            _ if what.contains("struct") || what.contains("map") => json!({}),
            _ if what.contains("enum") => json!("?"),
            _ => return None,
        })
    }

    fn try_anything(&mut self) -> bool {
        let tries = [json!(true), json!(1), json!("text"), json!([]), json!({})];
        let Some(value) = tries.get(self.tries) else {
            return false;
        };
        let tried = self.tries + 1;
        self.set(value.clone());
        self.tries = tried;
        true
    }
}

fn part_of<'a>(value: &'a mut Value, keys: &[String]) -> Option<&'a mut Value> {
    keys.iter().try_fold(value, |part, key| part.get_mut(key))
}

/// Puts a value where the keys lead, through objects that are made where there are none.
fn place(value: &mut Value, keys: &[String], new: Value) {
    let Some((first, rest)) = keys.split_first() else {
        *value = new;
        return;
    };
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    if let Value::Object(fields) = value {
        place(fields.entry(first).or_insert(Value::Null), rest, new);
    }
}
