//! Stored rows that something has damaged.

use std::{fs, path::Path, sync::OnceLock};

use proptest::{prelude::*, sample::Index};
use rusqlite::{Connection, types::Value};

use crate::{
    effort::config,
    everything::{filled, survives},
    mutation::{EDGES, Edit, edited, edits},
};

/// The tables, what tells their rows apart, and how often each is chosen.
const TABLES: [(u32, &str, &str); 6] = [
    (8, "instance", "key"),
    (4, "event", "rowid"),
    (2, "event_id", "instance, event_id"),
    (8, "item", "instance, collection, number"),
    (2, "answer", "job, id, request"),
    (1, "meta", "name"),
];

/// What is damaged, and how.
#[derive(Clone, Debug)]
pub(crate) struct Damage {
    pub(crate) table: &'static str,
    pub(crate) key: &'static str,
    pub(crate) row: Index,
    pub(crate) column: Index,
    pub(crate) edits: Vec<Edit>,
    pub(crate) number: i64,
}

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    let table = prop::strategy::Union::new_weighted(
        TABLES
            .map(|(weight, table, key)| (weight, Just((table, key))))
            .to_vec(),
    );
    let number = prop_oneof![prop::sample::select(&EDGES[..]), any::<i64>()];
    let damage = (table, any::<Index>(), any::<Index>(), edits(), number);
    let damage = damage.prop_map(|((table, key), row, column, edits, number)| Damage {
        table,
        key,
        row,
        column,
        edits,
        number,
    });
    prop::collection::vec(damage, 1..4)
}

/// The bytes of a file in which there is something of everything.
pub(crate) fn original() -> &'static [u8] {
    static ORIGINAL: OnceLock<Vec<u8>> = OnceLock::new();
    ORIGINAL.get_or_init(|| {
        let (_folder, path) = filled();
        fs::read(path).unwrap()
    })
}

/// A copy of it, to be damaged.
pub(crate) fn copy(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("jobs.db");
    fs::write(&path, original()).unwrap();
    path
}

/// Damages one column of one row, if it can be.
pub(crate) fn inflict(connection: &Connection, damage: &Damage) {
    let Damage {
        table,
        key,
        row,
        column,
        edits,
        number,
    } = damage;
    let columns: Vec<String> = connection
        .prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let column = &columns[column.index(columns.len())];
    let count: u32 = connection
        .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
            row.get(0)
        })
        .unwrap();
    if count == 0 {
        return;
    }
    let row = row.index(count as usize);
    let place =
        format!("({key}) = (SELECT {key} FROM {table} ORDER BY {key} LIMIT 1 OFFSET {row})");
    let stored: Result<Value, _> = connection.query_row(
        &format!("SELECT {column} FROM {table} WHERE {place}"),
        [],
        |row| row.get(0),
    );
    let (cast, damaged) = match stored {
        Ok(Value::Integer(_)) => ("?1", Value::Integer(*number)),
        Ok(Value::Text(text)) => (
            "CAST(?1 AS TEXT)",
            Value::Blob(edited(text.as_bytes(), edits)),
        ),
        // An earlier damage has left what is no text, or there is nothing.
        _ => return,
    };
    let update = format!("UPDATE OR IGNORE {table} SET {column} = {cast} WHERE {place}");
    connection.execute(&update, [damaged]).unwrap();
}

#[test]
fn there_is_something_of_everything() {
    let folder = tempfile::tempdir().unwrap();
    let connection = Connection::open(copy(folder.path())).unwrap();
    for (_, table, _) in TABLES {
        let count = format!("SELECT count(*) FROM {table}");
        let count: i64 = connection.query_row(&count, [], |row| row.get(0)).unwrap();
        assert!(count > 0, "{table}");
    }
    let mut collections = connection
        .prepare("SELECT DISTINCT collection FROM item ORDER BY 1")
        .unwrap();
    let collections = collections.query_map([], |row| row.get(0)).unwrap();
    let collections: Vec<String> = collections.collect::<Result<_, _>>().unwrap();
    assert!(collections.len() >= 7, "{collections:?}");
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn damaged_rows_are_refused_or_parked(damages in damages()) {
        let folder = tempfile::tempdir().unwrap();
        let path = copy(folder.path());
        let connection = Connection::open(&path).unwrap();
        for damage in &damages {
            inflict(&connection, damage);
        }
        connection.close().unwrap();
        survives(&path);
    }
}
