//! The tables of an object, made when they are first written to.

use wasm_bindgen::JsValue;

use crate::platform::{self, Sql, Statement, statements};

/// The version of the tables below, in every instance's row.
pub(super) const VERSION: u32 = 1;

statements! {
    NAMES = "SELECT name FROM sqlite_master WHERE type = 'table'";
    CREATE_INSTANCE = "CREATE TABLE IF NOT EXISTS instance (
        key           INTEGER PRIMARY KEY,
        job           TEXT NOT NULL,
        id            TEXT NOT NULL,
        incarnation   TEXT NOT NULL,
        status        TEXT NOT NULL,
        wake_at       INTEGER,
        run_count     INTEGER NOT NULL,
        state_version INTEGER NOT NULL,
        updated_at    INTEGER NOT NULL,
        last_error    TEXT,
        schema        INTEGER NOT NULL,
        revision      INTEGER NOT NULL,
        record        TEXT NOT NULL,
        answers       TEXT NOT NULL,
        state         TEXT
    ) STRICT";
    CREATE_SEGMENT = "CREATE TABLE IF NOT EXISTS segment (
        number     INTEGER PRIMARY KEY,
        generation INTEGER NOT NULL,
        events     TEXT NOT NULL
    ) STRICT";
    CREATE_EVENT_ID = "CREATE TABLE IF NOT EXISTS event_id (
        event_id   TEXT PRIMARY KEY,
        expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID";
    CREATE_ITEM = "CREATE TABLE IF NOT EXISTS item (
        collection TEXT NOT NULL,
        number     INTEGER NOT NULL,
        value      TEXT NOT NULL,
        PRIMARY KEY (collection, number)
    ) STRICT, WITHOUT ROWID";
}

/// A table of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    /// One row: the instance, or what is left of it for a while.
    Instance,
    /// Events of a debounce job, several in a row.
    Segment,
    /// Event ids that are remembered.
    EventId,
    /// Rows of collections.
    Item,
}

impl Table {
    const ALL: [Self; 4] = [Self::Instance, Self::Segment, Self::EventId, Self::Item];

    const fn name(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::Segment => "segment",
            Self::EventId => "event_id",
            Self::Item => "item",
        }
    }

    fn statement(self) -> Statement {
        match self {
            Self::Instance => &CREATE_INSTANCE,
            Self::Segment => &CREATE_SEGMENT,
            Self::EventId => &CREATE_EVENT_ID,
            Self::Item => &CREATE_ITEM,
        }
    }
}

/// Which tables there are.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables(Vec<Table>);

impl Tables {
    /// Looks which tables there are.
    pub(super) fn find(sql: &Sql) -> Result<Self, JsValue> {
        let found = platform::rows(sql, &NAMES)?;
        let names: Vec<Option<String>> = found
            .iter()
            .map(|row| js_sys::Array::from(&row).get(0).as_string())
            .collect();
        let there = |table: &Table| names.iter().flatten().any(|name| name == table.name());
        Ok(Self(Table::ALL.into_iter().filter(there).collect()))
    }

    pub(super) fn has(&self, table: Table) -> bool {
        self.0.contains(&table)
    }

    /// Counts a table as made, and gives the statement that makes it; `None` if it is there.
    pub(super) fn make(&mut self, table: Table) -> Option<Statement> {
        if self.has(table) {
            return None;
        }
        self.0.push(table);
        Some(table.statement())
    }
}
