//! The values without parts inside of a value.

use serde_json::{Number, Value};

use super::path::{Path, Step};

/// Every value without parts, with the way to it. What is empty or null says nothing and is left out.
pub(super) fn leaves(value: &Value) -> Vec<(Path, &Value)> {
    let is_leaf =
        |value: &Value| matches!(value, Value::Bool(_) | Value::Number(_) | Value::String(_));
    let mut parts = parts(value);
    parts.retain(|(_, value)| is_leaf(value));
    parts
}

/// The ways to all places where something may stand and nothing does.
pub(super) fn vacancies(value: &Value) -> Vec<Path> {
    let is_vacant = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    let vacant = parts(value)
        .into_iter()
        .filter(|(_, value)| is_vacant(value));
    vacant.map(|(path, _)| path).collect()
}

/// The ways to all fields of all objects.
pub(super) fn fields(value: &Value) -> Vec<Path> {
    let is_field = |path: &Path| matches!(path.steps().last(), Some(Step::Key(_)));
    let paths = parts(value).into_iter().map(|(path, _)| path);
    paths.filter(is_field).collect()
}

/// A value and all that is inside of it.
fn parts(value: &Value) -> Vec<(Path, &Value)> {
    let mut found = Vec::new();
    collect(Path::default(), value, &mut found);
    found
}

fn collect<'a>(path: Path, value: &'a Value, found: &mut Vec<(Path, &'a Value)>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                collect(path.key(key), value, found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                collect(path.with(Step::Index(index)), value, found);
            }
        }
        _ => {}
    }
    found.push((path, value));
}

/// The part of a value that a path leads to.
pub(super) fn part<'a>(value: &'a Value, path: &Path) -> Option<&'a Value> {
    path.steps()
        .iter()
        .try_fold(value, |value, step| match step {
            Step::Key(key) => value.get(key),
            Step::Index(index) => value.get(index),
            Step::EveryKey | Step::EveryItem => None,
        })
}

/// The same value with another leaf, of the same type as far as JSON knows.
pub(super) fn varied(value: &Value, path: &Path) -> Option<Value> {
    replaced(value, path, other(part(value, path)?)?)
}

/// The same value with another part.
pub(super) fn replaced(value: &Value, path: &Path, new: Value) -> Option<Value> {
    let mut replaced = value.clone();
    *part_mut(&mut replaced, path.steps())? = new;
    Some(replaced)
}

fn part_mut<'a>(value: &'a mut Value, steps: &[Step]) -> Option<&'a mut Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(index),
        Step::EveryKey | Step::EveryItem => None,
    })
}

fn other(leaf: &Value) -> Option<Value> {
    Some(match leaf {
        Value::Bool(is) => Value::Bool(!is),
        Value::String(text) => Value::String(format!("{text}x")),
        Value::Number(number) => Value::Number(other_number(number)?),
        _ => return None,
    })
}

fn other_number(number: &Number) -> Option<Number> {
    if let Some(number) = number.as_u64() {
        return Some(number.checked_sub(1).unwrap_or(1).into());
    }
    match number.as_i64() {
        Some(number) => Some(number.saturating_add(1).into()),
        None => Number::from_f64(number.as_f64()? + 1.0),
    }
}

/// The same value without one field.
pub(super) fn without(value: &Value, path: &Path) -> Option<Value> {
    let (Step::Key(field), around) = path.steps().split_last()? else {
        return None;
    };
    let mut changed = value.clone();
    part_mut(&mut changed, around)?
        .as_object_mut()?
        .remove(field)?;
    Some(changed)
}
