//! The rows of objects while no process has them.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use rusqlite::Connection;

/// What the platform itself keeps beside the objects.
const OF_THE_PLATFORM: &str = "metadata";

/// What is stored.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// The numbers that batches still hold.
    pub(super) batches: BTreeMap<String, Vec<u64>>,
    /// The last number that each relay has taken.
    pub(super) relays: BTreeMap<String, u64>,
    /// The letters that queues still hold.
    pub(super) letters: BTreeSet<u64>,
}

impl Rows {
    /// Reads a copy of them, and panics when a file is damaged or a timer is missing.
    pub(super) fn read(storage: &Path) -> Self {
        let copy = tempfile::tempdir().unwrap();
        let mut rows = Self::default();
        for class in fs::read_dir(storage).unwrap() {
            let class = class.unwrap().path();
            if class.is_dir() {
                for object in copied(&class, copy.path()) {
                    rows.add(&Connection::open(object).unwrap());
                }
            }
        }
        rows
    }

    fn add(&mut self, file: &Connection) {
        let check: String = one(file, "PRAGMA integrity_check");
        assert_eq!(check, "ok");
        if !has_table(file, "instance") {
            return;
        }
        let Some((job, id)) = instance(file) else {
            return;
        };
        match job.as_str() {
            "Hasty" => {
                let events =
                    "SELECT json_extract(value, '$[2].Put') FROM segment, json_each(events)
                              ORDER BY number, json_extract(value, '$[0]')";
                let held = numbers(file, "segment", events);
                check_timer(file, &id, !held.is_empty());
                if !held.is_empty() {
                    self.batches.insert(id, held);
                }
            }
            "Relay" => {
                let state = "SELECT json_extract(state, '$.last') FROM instance WHERE state IS NOT NULL
                             UNION ALL SELECT json_extract(state, '$.told') FROM instance WHERE state IS NOT NULL";
                let [last, told] = numbers(file, "instance", state)[..] else {
                    return;
                };
                check_timer(file, &id, last != told);
                self.relays.insert(id, last);
            }
            "Rushed" => {
                let messages = "SELECT json_extract(value, '$[1].number') FROM item
                                WHERE collection = 'message' AND substr(value, 1, 1) <> '{'
                                UNION ALL
                                SELECT json_extract(message.value, '$[1].number')
                                FROM item, json_each(item.value) AS message
                                WHERE collection = 'message' AND substr(item.value, 1, 1) = '{'";
                let held = numbers(file, "item", messages);
                check_timer(file, &id, !held.is_empty());
                for number in held {
                    assert!(self.letters.insert(number), "{number} is stored twice");
                }
            }
            "Beating" => check_timer(file, &id, true),
            _ => {}
        }
    }
}

/// Copies the objects of a class, and gives the copies.
fn copied(class: &Path, to: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(class).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let copied = files.filter_map(|file| {
        let copy = to.join(file.file_name()?);
        fs::copy(&file, &copy).unwrap();
        let is_object = file.extension() == Some(OsStr::new("sqlite"))
            && file.file_stem() != Some(OsStr::new(OF_THE_PLATFORM));
        is_object.then_some(copy)
    });
    copied.collect()
}

/// What is to go on by itself has a time at which it does.
fn check_timer(file: &Connection, id: &str, has_work: bool) {
    let never: bool = one(file, "SELECT wake_at IS NULL FROM instance");
    let status: String = one(file, "SELECT status FROM instance");
    let rests = status == "idle" && !has_work;
    assert!(rests || !never, "{id} is {status}, and never due");
}

fn has_table(file: &Connection, table: &str) -> bool {
    let query = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    let tables: u32 = file.query_row(query, [table], |row| row.get(0)).unwrap();
    tables > 0
}

fn instance(file: &Connection) -> Option<(String, String)> {
    let found = file.query_row("SELECT job, id FROM instance", [], |row| {
        Ok((row.get(0)?, row.get(1)?))
    });
    found.ok()
}

fn one<T: rusqlite::types::FromSql>(file: &Connection, query: &str) -> T {
    file.query_row(query, [], |row| row.get(0)).unwrap()
}

/// The numbers that a query of a table finds, if there is that table.
fn numbers(file: &Connection, table: &str, query: &str) -> Vec<u64> {
    if !has_table(file, table) {
        return Vec::new();
    }
    let mut statement = file.prepare(query).unwrap();
    let numbers = statement.query_map([], |row| row.get::<_, i64>(0)).unwrap();
    numbers
        .map(|number| number.unwrap().unsigned_abs())
        .collect()
}
