//! Fields of a stored state that the running code does not know, because newer code has added them.

use serde_json::Value;

/// What of a stored value the running code does not know, and where it belongs.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Unknown {
    fields: Vec<(String, Value)>,
    inside: Vec<(Place, Self)>,
}

#[derive(Debug, PartialEq)]
enum Place {
    Key(String),
    /// An item of a list: where it stood, and what the code knows of it.
    Item(usize, Value),
}

impl Unknown {
    /// Compares what is stored with what the code makes of it. `None` if it knows everything.
    pub(crate) fn find(stored: Value, known: &Value) -> Option<Self> {
        let mut found = Self::default();
        match (stored, known) {
            (Value::Object(stored), Value::Object(known)) => {
                for (key, value) in stored {
                    match known.get(&key) {
                        Some(known) => found.look_inside(value, known, |_| Place::Key(key)),
                        None => found.fields.push((key, value)),
                    }
                }
            }
            (Value::Array(stored), Value::Array(known)) if stored.len() == known.len() => {
                for (index, (value, known)) in stored.into_iter().zip(known).enumerate() {
                    found.look_inside(value, known, |known| Place::Item(index, known.clone()));
                }
            }
            _ => {}
        }
        (found != Self::default()).then_some(found)
    }

    fn look_inside(&mut self, stored: Value, known: &Value, place: impl FnOnce(&Value) -> Place) {
        let found = Self::find(stored, known);
        self.inside.extend(found.map(|found| (place(known), found)));
    }

    /// Puts it back into what the code has made of the value since. What belonged to a part that is gone goes with it.
    pub(crate) fn put_back(&self, value: &mut Value) {
        // Items that have not changed are found wherever they stand now, before others are taken for them.
        let (settled, changed): (Vec<_>, Vec<_>) = self
            .inside
            .iter()
            .partition(|(place, _)| place.find_unchanged(&mut *value).is_some());
        for (place, unknown) in settled {
            if let Some(part) = place.find_unchanged(value) {
                unknown.put_back(part);
            }
        }
        for (place, unknown) in changed {
            if let Some(part) = place.find_changed(value) {
                unknown.put_back(part);
            }
        }
        if let Value::Object(object) = value {
            for (key, unknown) in &self.fields {
                object
                    .entry(key.as_str())
                    .or_insert_with(|| unknown.clone());
            }
        }
    }
}

impl Place {
    fn find_unchanged<'a>(&self, value: &'a mut Value) -> Option<&'a mut Value> {
        match (self, value) {
            (Self::Key(key), Value::Object(object)) => object.get_mut(key),
            (Self::Item(index, known), Value::Array(items)) => {
                let at = match items.get(*index) {
                    Some(item) if item == known => *index,
                    _ => items.iter().position(|item| item == known)?,
                };
                items.get_mut(at)
            }
            _ => None,
        }
    }

    fn find_changed<'a>(&self, value: &'a mut Value) -> Option<&'a mut Value> {
        match (self, value) {
            (Self::Item(index, _), Value::Array(items)) => items.get_mut(*index),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kept(stored: Value, known: &Value, mut now: Value) -> Value {
        if let Some(unknown) = Unknown::find(stored, known) {
            unknown.put_back(&mut now);
        }
        now
    }

    #[test]
    fn a_field_that_is_not_known_is_kept_where_it_was() {
        let stored = json!({"count": 1, "note": "x", "inside": {"a": 1, "b": [2]}});
        let known = json!({"count": 1, "inside": {"a": 1}});
        let now = json!({"count": 2, "inside": {"a": 3}});
        let wanted = json!({"count": 2, "note": "x", "inside": {"a": 3, "b": [2]}});
        assert_eq!(kept(stored, &known, now), wanted);
    }

    #[test]
    fn a_field_goes_with_the_part_that_it_belonged_to() {
        let stored = json!({"Placed": {"total": 1, "note": "x"}});
        let known = json!({"Placed": {"total": 1}});
        assert_eq!(kept(stored, &known, json!("New")), json!("New"));
    }

    #[test]
    fn a_field_of_an_item_follows_it() {
        let stored = json!([{"a": 1, "x": 1}, {"a": 2, "x": 2}, {"a": 3}]);
        let known = json!([{"a": 1}, {"a": 2}, {"a": 3}]);
        let appended = kept(
            stored.clone(),
            &known,
            json!([{"a": 1}, {"a": 2}, {"a": 3}, {"a": 4}]),
        );
        assert_eq!(
            appended,
            json!([{"a": 1, "x": 1}, {"a": 2, "x": 2}, {"a": 3}, {"a": 4}])
        );
        let changed = kept(
            stored.clone(),
            &known,
            json!([{"a": 9}, {"a": 2}, {"a": 3}]),
        );
        assert_eq!(
            changed,
            json!([{"a": 9, "x": 1}, {"a": 2, "x": 2}, {"a": 3}])
        );
        let moved = kept(stored, &known, json!([{"a": 3}, {"a": 2}, {"a": 1}]));
        assert_eq!(moved, json!([{"a": 3}, {"a": 2, "x": 2}, {"a": 1, "x": 1}]));
    }

    #[test]
    fn what_is_known_is_not_touched() {
        let value = json!({"a": [1, {"b": null}]});
        assert_eq!(Unknown::find(value.clone(), &value), None);
    }
}
