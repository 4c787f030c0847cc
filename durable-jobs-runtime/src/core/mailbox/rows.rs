//! The rows of an outbox: several messages share one.

use serde::Serialize;

use super::{OutgoingMessage, text};
use crate::{
    Incarnation,
    read_fields::read_fields,
    sorted::SortedMap,
    storage::{Collection, ItemRow, Write},
};

/// How many messages of one step share a row, and how much text: hosts bill rows, and limit how long they are.
pub(super) const MOST_IN_ROW: usize = 64;
pub(super) const MOST_BYTES_IN_ROW: usize = 64 * 1024;

/// How a row is stored.
#[derive(Serialize)]
pub(super) struct StoredRow {
    pub(super) incarnation: Incarnation,
    /// The last number that was given when the row was written.
    pub(super) last: u64,
    pub(super) messages: Vec<OutgoingMessage>,
}
read_fields!(StoredRow {
    incarnation,
    last,
    messages,
});

/// The rows that are stored. The newest one also keeps the last number given: it stays when its messages have
/// arrived, and is written over by the next ones.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: SortedMap<u64, Row>,
    /// Those that are stored and shall not be.
    deleted: Vec<u64>,
    /// The highest one that this version cannot read: it is left as it is.
    unread: u64,
}

#[derive(Debug, Default)]
struct Row {
    /// Its messages that have not arrived.
    numbers: SortedMap<u64, ()>,
    text: Text,
}

/// How the stored text of a row compares with what is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Text {
    #[default]
    Right,
    /// It holds messages that have arrived. That does no harm, while others of them may arrive at any moment.
    Stale,
    /// It is to be written with the next step.
    Wrong,
}

impl Rows {
    /// Notes a row that is stored.
    pub(super) fn find(&mut self, row: u64) {
        self.rows.or_insert_with(row, Row::default);
    }

    /// Notes one that this version cannot read.
    pub(super) fn leave_alone(&mut self, row: u64) {
        self.unread = self.unread.max(row);
    }

    /// The row for further messages: the newest one if all of its own have arrived.
    pub(super) fn next(&mut self) -> u64 {
        let newest = self.rows.last();
        let number = match newest {
            Some((number, row)) if row.numbers.is_empty() && *number > self.unread => *number,
            Some((number, _)) => self.unread.max(*number) + 1,
            None => self.unread + 1,
        };
        self.rows.or_insert_with(number, Row::default).text = Text::Wrong;
        number
    }

    /// Notes a message of a row.
    pub(super) fn keep(&mut self, row: u64, message: u64) {
        let row = self.rows.or_insert_with(row, Row::default);
        row.numbers.insert(message, ());
    }

    /// Notes that a message of a row is no longer needed.
    pub(super) fn finish(&mut self, row: u64, message: u64) {
        if let Some(row) = self.rows.get_mut(&row) {
            row.numbers.remove(&message);
            if row.text == Text::Right {
                row.text = Text::Stale;
            }
        }
    }

    /// Deletes rows whose messages have all arrived, and has those written anew of which nothing will arrive soon:
    /// all that are left wait.
    pub(super) fn tidy(&mut self, waits: impl Fn(u64) -> bool) {
        let newest = self.rows.last().map(|(number, _)| *number);
        let deleted = &mut self.deleted;
        self.rows.retain(|number, row| {
            let done = row.text == Text::Stale && row.numbers.is_empty();
            if done && Some(*number) != newest {
                deleted.push(*number);
                return false;
            }
            if row.text == Text::Stale && row.numbers.iter().all(|(number, ())| waits(*number)) {
                row.text = Text::Wrong;
            }
            true
        });
    }

    /// All of them are to be written: they were deleted with the instance.
    pub(super) fn write_all(&mut self) {
        self.deleted.clear();
        for (_, row) in self.rows.iter_mut() {
            row.text = Text::Wrong;
        }
    }

    /// Writes what has changed, as `stored` says what is stored of the messages of a row.
    pub(super) fn write_changes(
        &mut self,
        writes: &mut Vec<Write>,
        stored: impl Fn(&SortedMap<u64, ()>) -> StoredRow,
    ) {
        let collection = Collection::Outbox;
        for (number, row) in self.rows.iter_mut() {
            if row.text == Text::Wrong {
                row.text = Text::Right;
                writes.push(Write::PutItem(ItemRow {
                    collection,
                    number: *number,
                    value: text(&stored(&row.numbers)),
                }));
            }
        }
        let deleted = self.deleted.drain(..);
        writes.extend(deleted.map(|number| Write::DeleteItem { collection, number }));
    }
}
