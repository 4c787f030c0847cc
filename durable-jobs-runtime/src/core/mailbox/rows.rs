//! The rows of an outbox: several messages share one.

use super::{OutgoingMessage, text};
use crate::{
    Incarnation,
    json::json_fields,
    sorted::SortedMap,
    storage::{Collection, ItemRow, Write},
};

/// How many messages of one step share a row, and how much text: hosts bill rows, and limit how long they are.
pub(super) const MOST_IN_ROW: usize = 64;
pub(super) const MOST_BYTES_IN_ROW: usize = 64 * 1024;

/// How a row is stored.
pub(super) struct StoredRow {
    pub(super) incarnation: Incarnation,
    /// The last number that was given when the row was written.
    pub(super) last: u64,
    pub(super) messages: Vec<OutgoingMessage>,
}
json_fields!(StoredRow {
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
    #[inline(never)]
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Which rows are written, and which are deleted.
    fn changes(rows: &mut Rows) -> (Vec<u64>, Vec<u64>) {
        let mut writes = Vec::new();
        rows.write_changes(&mut writes, |_| StoredRow {
            incarnation: Incarnation(1),
            last: 0,
            messages: Vec::new(),
        });
        let (mut written, mut deleted) = (Vec::new(), Vec::new());
        for write in writes {
            match write {
                Write::PutItem(row) => written.push(row.number),
                Write::DeleteItem { number, .. } => deleted.push(number),
                _ => {}
            }
        }
        (written, deleted)
    }

    /// Rows of two messages each, as they are stored.
    fn two_rows() -> Rows {
        let mut rows = Rows::default();
        for row in 1..=2 {
            assert_eq!(rows.next(), row);
            rows.keep(row, 2 * row - 1);
            rows.keep(row, 2 * row);
        }
        assert_eq!(changes(&mut rows), (vec![1, 2], vec![]));
        rows
    }

    #[test]
    fn a_row_of_which_nothing_is_left_is_deleted_unless_it_is_the_newest() {
        let mut rows = two_rows();
        for message in 1..=2 {
            rows.finish(1, message);
            rows.finish(2, message + 2);
        }
        rows.tidy(|_| false);
        assert_eq!(changes(&mut rows), (vec![2], vec![1]));
        assert_eq!(rows.next(), 2, "it is written over by the next messages");
        rows.keep(2, 5);
        assert_eq!(rows.next(), 3);
    }

    #[test]
    fn a_row_is_written_anew_when_all_that_is_left_of_it_waits() {
        let mut rows = two_rows();
        rows.tidy(|_| true);
        assert_eq!(changes(&mut rows), (vec![], vec![]), "nothing has arrived");
        rows.finish(1, 1);
        rows.tidy(|_| false);
        assert_eq!(changes(&mut rows), (vec![], vec![]), "more may arrive");
        rows.tidy(|message| message == 2);
        assert_eq!(changes(&mut rows), (vec![1], vec![]));
    }

    #[test]
    fn rows_of_a_newer_version_are_left_alone() {
        let mut rows = Rows::default();
        rows.find(3);
        rows.leave_alone(7);
        assert_eq!(rows.next(), 8);
        let mut rows = Rows::default();
        rows.leave_alone(7);
        assert_eq!(rows.next(), 8);
    }

    #[test]
    fn a_stored_row_without_messages_is_written_over() {
        let mut rows = Rows::default();
        rows.find(3);
        assert_eq!(rows.next(), 3);
    }
}
