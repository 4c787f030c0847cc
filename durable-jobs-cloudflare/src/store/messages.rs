//! Messages of a queue: those that come together share rows.
//!
//! Rows are billed and bytes are not. The end of a message costs one written row whether a row of its own is deleted or
//! a shared one is written again without it; what sharing saves is the rows of their arrival.

use std::sync::Arc;

use durable_jobs_runtime::storage::{Collection, ItemRow};
use js_sys::Array;
use wasm_bindgen::JsValue;

use super::{
    number,
    plan::Plan,
    schema::{Table, Tables},
};
use crate::platform::{Statement, statements};

/// How many messages share a row at most. More would save little, and take longer at the end of each of them.
const MOST: u64 = 16;

/// A row of so many bytes is full.
const FULL_AT: usize = 16 * 1024;

statements! {
    PUT = "
    INSERT INTO item (collection, number, value) VALUES ('message', ?1, ?2)
    ON CONFLICT (collection, number) DO UPDATE SET value = excluded.value";
    DELETE = "DELETE FROM item WHERE collection = 'message' AND number = ?1";
    PUT_INTO = "
    UPDATE item SET value = json_set(value, ?2, json(?3))
    WHERE collection = 'message' AND number = ?1";
    TAKE_OUT = "
    UPDATE item SET value = json_remove(value, ?2) WHERE collection = 'message' AND number = ?1";
}

/// Which messages share rows.
#[derive(Debug, Default)]
pub(super) struct Messages {
    /// In order. A row has the number of its first message, and holds an object: its messages by their numbers.
    shared: Vec<Shared>,
    /// Messages with higher numbers are not stored.
    last: u64,
    /// What the batch that is being planned makes of messages, in the order of their numbers: `None` deletes.
    changes: Vec<(u64, Option<Arc<str>>)>,
}

/// A row that messages share: those with the numbers from its own on, as many as it has held. It takes no others.
#[derive(Debug)]
struct Shared {
    row: u64,
    numbers: u64,
    /// Which of them it holds now, one bit each.
    held: u32,
}

impl Shared {
    fn bit(&self, message: u64) -> Option<u32> {
        let place = message.checked_sub(self.row)?;
        (place < self.numbers.min(MOST)).then(|| 1 << place)
    }
}

impl Messages {
    /// Notes a message that is stored, and the row that it shares, if it does.
    pub(super) fn find(&mut self, message: u64, row: Option<u64>) {
        self.last = self.last.max(message);
        let Some(row) = row else {
            return;
        };
        if self.shared.last().is_none_or(|shared| shared.row != row) {
            let (numbers, held) = (0, 0);
            self.shared.push(Shared { row, numbers, held });
        }
        if let Some(shared) = self.shared.last_mut() {
            shared.numbers = (message + 1).saturating_sub(row);
            shared.held |= shared.bit(message).unwrap_or_default();
        }
    }

    /// Notes what becomes of a message. The last word of a batch counts.
    pub(super) fn change(&mut self, message: u64, value: Option<&Arc<str>>) {
        let value = value.map(Arc::clone);
        let place = self.changes.partition_point(|change| change.0 < message);
        match self.changes.get_mut(place) {
            Some(change) if change.0 == message => change.1 = value,
            _ => self.changes.insert(place, (message, value)),
        }
    }

    /// Everything is deleted.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Whether the batch makes anything of messages.
    pub(super) fn have_changed(&self) -> bool {
        !self.changes.is_empty()
    }

    /// Writes what the batch has made of messages.
    #[inline(never)]
    pub(super) fn write(&mut self, tables: &mut Tables, plan: &mut Plan) {
        let changes = std::mem::take(&mut self.changes);
        if changes.iter().any(|(_, value)| value.is_some()) {
            plan.need(tables, Table::Item);
        }
        if !tables.has(Table::Item) {
            return;
        }
        let mut rest = changes.as_slice();
        while let Some((first, _)) = rest.first() {
            let count = match self.place_of(*first) {
                Some(place) => self.change_shared(place, rest, plan),
                None => self.change_others(rest, plan),
            };
            rest = rest.get(count..).unwrap_or_default();
        }
    }

    /// The shared row that is for a number.
    fn place_of(&self, message: u64) -> Option<usize> {
        let behind = self.shared.partition_point(|shared| shared.row <= message);
        let place = behind.checked_sub(1)?;
        self.shared.get(place)?.bit(message).map(|_| place)
    }

    /// Makes the first changes, those of one shared row, and says how many they are.
    fn change_shared(
        &mut self,
        place: usize,
        changes: &[(u64, Option<Arc<str>>)],
        plan: &mut Plan,
    ) -> usize {
        let Some(shared) = self.shared.get_mut(place) else {
            return 1;
        };
        let bits = changes.iter().map(|change| shared.bit(change.0));
        let bits: Vec<u32> = bits.map_while(|bit| bit).collect();
        let row = shared.row;
        for (bit, (_, value)) in bits.iter().zip(changes) {
            match value {
                Some(_) => shared.held |= bit,
                None => shared.held &= !bit,
            }
        }
        if shared.held == 0 {
            self.shared.remove(place);
            plan.add(&DELETE, vec![number(row)]);
            return bits.len();
        }
        for (_, (message, value)) in bits.iter().zip(changes) {
            let mut bindings = vec![number(row), path(*message)];
            let statement: Statement = match value {
                Some(value) => {
                    bindings.push(JsValue::from_str(value));
                    &PUT_INTO
                }
                None => &TAKE_OUT,
            };
            plan.add(statement, bindings);
        }
        bits.len()
    }

    /// Makes the first changes, those of one message or of some that are new and will share a row, and says how many
    /// they are.
    fn change_others(&mut self, changes: &[(u64, Option<Arc<str>>)], plan: &mut Plan) -> usize {
        let Some((first, value)) = changes.first() else {
            return 0;
        };
        let Some(value) = value else {
            plan.add(&DELETE, vec![number(*first)]);
            return 1;
        };
        let together = self.together(changes);
        let last = first + together as u64 - 1;
        if together == 1 {
            plan.add(&PUT, vec![number(*first), JsValue::from_str(value)]);
        } else {
            let object = object(changes.get(..together).unwrap_or_default());
            plan.add(&PUT, vec![number(*first), JsValue::from_str(&object)]);
            // A row that is not stored has the highest number of all.
            self.shared.push(Shared {
                row: *first,
                numbers: together as u64,
                held: (1 << together) - 1,
            });
        }
        self.last = self.last.max(last);
        together
    }

    /// How many of the first changes bring messages that can share a row: consecutive ones that are not stored yet.
    fn together(&self, changes: &[(u64, Option<Arc<str>>)]) -> usize {
        let Some((first, _)) = changes.first().filter(|(first, _)| *first > self.last) else {
            return 1;
        };
        let mut bytes = 0;
        let fits = |(number, (message, value)): &(u64, &(u64, Option<Arc<str>>))| {
            let is_next = *message == first + number;
            let Some(value) = value.as_ref().filter(|_| is_next && *number < MOST) else {
                return false;
            };
            bytes += value.len();
            bytes <= FULL_AT
        };
        let together = (0..).zip(changes).take_while(fits).count();
        together.max(1)
    }
}

/// Messages as one object.
fn object(messages: &[(u64, Option<Arc<str>>)]) -> String {
    let mut object = String::new();
    for (message, value) in messages {
        let before = if object.is_empty() { "{\"" } else { ",\"" };
        object.push_str(before);
        object.push_str(&message.to_string());
        object.push_str("\":");
        object.push_str(value.as_deref().unwrap_or("null"));
    }
    object.push('}');
    object
}

/// Where a message is in a shared row.
fn path(message: u64) -> JsValue {
    JsValue::from_str(&format!("$.\"{message}\""))
}

/// Notes the message that a loaded item is, if it is one; its row's number is the fourth column, if others may share
/// it.
pub(super) fn note(item: &ItemRow, row: &Array, messages: &mut Messages) {
    if item.collection == Collection::Message {
        let shared = row.get(3).as_f64().map(|row| row as u64);
        messages.find(item.number, shared);
    }
}
