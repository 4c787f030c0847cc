//! The rows of a program that does not run.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use crate::Place;

/// What is stored.
#[derive(Debug)]
pub(crate) struct Rows {
    /// The numbers that batches still hold.
    pub(crate) batches: BTreeMap<String, Vec<u64>>,
    /// The last number that each errand has taken.
    pub(crate) errands: BTreeMap<String, u64>,
    /// The messages that queues still hold.
    pub(crate) parcels: BTreeSet<u64>,
}

impl Rows {
    /// Reads them, and panics when the file is damaged or a timer is missing. The file is recovered by that.
    pub(crate) fn read(place: &Place) -> Self {
        let file = Connection::open(place.database()).unwrap();
        check_integrity(&file);
        if has_no_tables(&file) {
            return Self {
                batches: BTreeMap::new(),
                errands: BTreeMap::new(),
                parcels: BTreeSet::new(),
            };
        }
        check_timers(&file);
        let mut batches = BTreeMap::<String, Vec<u64>>::new();
        let events = "SELECT id, event FROM event JOIN instance ON key = instance
                      WHERE job = 'Batch' ORDER BY id, sequence";
        for (id, number) in pairs(&file, events) {
            batches.entry(id).or_default().push(number);
        }
        let errands = "SELECT id, json_extract(state, '$.last') FROM instance
                       WHERE job = 'Errand' AND state IS NOT NULL";
        let parcels = "SELECT id, json_extract(value, '$[1].number')
                       FROM item JOIN instance ON key = instance
                       WHERE job = 'Parcel' AND collection = 'message'";
        let (errands, held) = (pairs(&file, errands), pairs(&file, parcels));
        let parcels: BTreeSet<u64> = held.iter().map(|(_, number)| *number).collect();
        assert_eq!(parcels.len(), held.len(), "a message is stored twice");
        Self {
            batches,
            errands: errands.into_iter().collect(),
            parcels,
        }
    }

    /// The first number that each batch holds.
    pub(crate) fn first_of_batches(&self) -> BTreeMap<String, u64> {
        let batches = self.batches.iter();
        batches
            .map(|(id, numbers)| (id.clone(), numbers[0]))
            .collect()
    }
}

pub(crate) fn check_integrity(file: &Connection) {
    let check: String = file
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok");
}

/// Whether the crash came before the first commit.
fn has_no_tables(file: &Connection) -> bool {
    let tables: u32 = file
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .unwrap();
    tables == 0
}

/// Whatever is to go on by itself has a time at which it does.
fn check_timers(file: &Connection) {
    let forgotten: Option<String> = file
        .query_row(
            "SELECT group_concat(job || ' ' || id || ' is ' || status) FROM instance
             WHERE wake_at IS NULL AND status NOT IN ('idle', 'paused')",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(forgotten, None, "a timer is missing");
    let stranded: Option<String> = file
        .query_row(
            "SELECT group_concat(id) FROM instance WHERE wake_at IS NULL AND (
               job = 'Batch' AND EXISTS (SELECT 1 FROM event WHERE instance = key) OR
               job = 'Parcel' AND EXISTS (SELECT 1 FROM item WHERE instance = key AND collection = 'message') OR
               job = 'Errand' AND json_extract(state, '$.told') < json_extract(state, '$.last'))",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(stranded, None, "work without a timer");
}

fn pairs(file: &Connection, query: &str) -> Vec<(String, u64)> {
    let mut statement = file.prepare(query).unwrap();
    let rows = statement.query_map([], |row| {
        let number: rusqlite::types::Value = row.get(1)?;
        let number = match number {
            rusqlite::types::Value::Integer(number) => number.unsigned_abs(),
            rusqlite::types::Value::Text(text) => text.parse().unwrap(),
            other => panic!("{other:?}"),
        };
        Ok((row.get(0)?, number))
    });
    rows.unwrap().map(Result::unwrap).collect()
}
