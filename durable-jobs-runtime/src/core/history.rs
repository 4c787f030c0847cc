//! What an instance remembers of runs that have ended.

use std::{collections::VecDeque, sync::Arc};

use crate::{
    json::{self, WriteJson},
    sorted::SortedMap,
    storage::{Collection, ItemRow, Write},
};

/// The last entries, as JSON, the oldest first, each with the place of its row.
///
/// A full history writes one row for an entry: the place of the oldest one is used again. So entries are sorted by
/// what they hold, which begins with their number.
#[derive(Debug, Default)]
pub(crate) struct History {
    most: usize,
    entries: VecDeque<Entry>,
    last_order: u64,
}

#[derive(Debug)]
struct Entry {
    place: u64,
    /// Its number and its JSON, as they are stored: `[number, entry]`.
    order: u64,
    json: Arc<str>,
}

impl History {
    /// What the store has kept. Entries that do not decode are left out: nothing depends on them.
    pub(crate) fn restore(items: &[ItemRow], most: u32) -> Self {
        let rows = items
            .iter()
            .filter(|item| item.collection == Collection::History);
        let mut entries = SortedMap::default();
        for entry in rows.filter_map(Entry::read) {
            entries.insert(entry.order, entry);
        }
        Self {
            most: most as usize,
            last_order: entries.last().map_or(0, |(order, _)| *order),
            entries: entries.take_values().collect(),
        }
    }

    /// Adds an entry, and hands out the writes that keep the store in step.
    pub(crate) fn push(&mut self, entry: &dyn WriteJson, mut write: impl FnMut(Write)) {
        let mut free = None;
        while self.entries.len() >= self.most.max(1) {
            let oldest = self.entries.pop_front().map(|entry| entry.place);
            if let Some(place) = std::mem::replace(&mut free, oldest) {
                write(delete(place));
            }
        }
        if self.most == 0 {
            free.into_iter().for_each(|place| write(delete(place)));
            return;
        }
        let unused = || self.entries.iter().map(|entry| entry.place + 1).max();
        let place = free.or_else(unused).unwrap_or(0);
        let json: Arc<str> = json::write(entry).into();
        self.last_order = self.last_order.saturating_add(1);
        let order = self.last_order;
        write(Write::PutItem(ItemRow {
            collection: Collection::History,
            number: place,
            value: format!("[{order},{json}]").into(),
        }));
        self.entries.push_back(Entry { place, order, json });
    }

    /// Forgets all entries, and hands out the writes that keep the store in step.
    pub(crate) fn clear(&mut self, write: impl FnMut(Write)) {
        let forgotten = self.entries.drain(..);
        forgotten.map(|entry| delete(entry.place)).for_each(write);
    }

    /// Whether nothing is kept.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The last entries as JSON, the newest first.
    pub(crate) fn last(&self, limit: u32) -> Vec<Arc<str>> {
        let newest = self.entries.iter().rev();
        newest
            .take(limit as usize)
            .map(|entry| Arc::clone(&entry.json))
            .collect()
    }
}

impl Entry {
    fn read(item: &ItemRow) -> Option<Self> {
        let (order, json) = item
            .value
            .strip_prefix('[')?
            .strip_suffix(']')?
            .split_once(',')?;
        Some(Self {
            place: item.number,
            order: order.parse().ok()?,
            json: json.into(),
        })
    }
}

fn delete(number: u64) -> Write {
    Write::DeleteItem {
        collection: Collection::History,
        number,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Rows as a store keeps them.
    #[derive(Default)]
    struct Rows(BTreeMap<u64, ItemRow>);

    impl Rows {
        fn history(&self, most: u32) -> History {
            let items: Vec<ItemRow> = self.0.values().cloned().collect();
            History::restore(&items, most)
        }

        /// Adds an entry; says how many rows that has written.
        fn push(&mut self, history: &mut History, entry: u32) -> usize {
            let mut written = 0;
            history.push(&entry, |write| {
                written += 1;
                match write {
                    Write::PutItem(item) => drop(self.0.insert(item.number, item)),
                    Write::DeleteItem { number, .. } => drop(self.0.remove(&number)),
                    other => panic!("a history does not write {other:?}"),
                }
            });
            written
        }
    }

    fn numbers(history: &History, limit: u32) -> Vec<u32> {
        let last = history.last(limit);
        last.iter().map(|json| json.parse().unwrap()).collect()
    }

    #[test]
    fn the_last_entries_are_kept_with_one_row_written_for_each() {
        let mut rows = Rows::default();
        let mut history = rows.history(3);
        for entry in 1..=8 {
            assert_eq!(rows.push(&mut history, entry), 1);
            assert_eq!(numbers(&history, 10), numbers(&rows.history(3), 10));
        }
        assert_eq!(numbers(&history, 10), [8, 7, 6]);
        assert_eq!(numbers(&history, 2), [8, 7]);
        assert_eq!(rows.0.len(), 3);
    }

    #[test]
    fn another_limit_holds_from_the_next_entry_on() {
        let mut rows = Rows::default();
        let mut history = rows.history(5);
        for entry in 1..=7 {
            rows.push(&mut history, entry);
        }
        let mut shorter = rows.history(2);
        rows.push(&mut shorter, 8);
        assert_eq!(numbers(&rows.history(2), 10), [8, 7]);
        assert_eq!(rows.0.len(), 2);
        let mut longer = rows.history(4);
        for entry in 9..=12 {
            rows.push(&mut longer, entry);
        }
        assert_eq!(numbers(&rows.history(4), 10), [12, 11, 10, 9]);
        let mut none = rows.history(0);
        rows.push(&mut none, 13);
        assert!(rows.0.is_empty());
    }

    #[test]
    fn what_is_forgotten_leaves_no_row() {
        let mut rows = Rows::default();
        let mut history = rows.history(3);
        (1..=4).for_each(|entry| assert_eq!(rows.push(&mut history, entry), 1));
        history.clear(|write| match write {
            Write::DeleteItem { number, .. } => drop(rows.0.remove(&number)),
            other => panic!("a history does not write {other:?}"),
        });
        assert!(rows.0.is_empty() && history.is_empty());
        assert_eq!(rows.push(&mut history, 5), 1);
        assert!(!history.is_empty());
        assert_eq!(numbers(&rows.history(3), 10), [5]);
    }

    #[test]
    fn what_does_not_decode_is_left_out() {
        let item = |number, value: &str| ItemRow {
            collection: Collection::History,
            number,
            value: value.into(),
        };
        let items = [item(0, "[1,10]"), item(1, "nonsense"), item(2, "[x,1]")];
        assert_eq!(numbers(&History::restore(&items, 3), 10), [10]);
    }
}
