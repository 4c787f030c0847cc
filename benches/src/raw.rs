//! What SQLite itself can do: the rows that a host has written, written again by one thread.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::{Connection, params_from_iter, types::Value};

use crate::{Failure, cpu};

/// The settings of the host's writing connection.
const SETTINGS: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = OFF;
    PRAGMA cache_size = -32768;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA journal_size_limit = 67108864";

// The statements by which the host writes.
const INSERT: &str = "
    INSERT INTO instance (job, id, incarnation, status, wake_at, run_count, state_version,
                          updated_at, last_error, record, state)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
const UPDATE: &str = "
    UPDATE instance SET incarnation = ?2, status = ?3, wake_at = ?4, run_count = ?5,
      state_version = ?6, updated_at = ?7, last_error = ?8, record = ?9,
      state = coalesce(?10, state)
    WHERE key = ?1";
const APPEND: &str = "
    INSERT INTO event (instance, sequence, generation, arrived_at, event_id, event)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

const PUT: &str = "INSERT INTO item (instance, collection, number, value) VALUES (?1, ?2, ?3, ?4)";

const SCHEMA: &str = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND type <> 'view'";
const INSTANCES: &str = "
    SELECT job, id, incarnation, status, wake_at, run_count, state_version, updated_at, last_error,
           record, state
    FROM instance ORDER BY key";
const CHANGES: &str = "
    SELECT key, incarnation, status, wake_at, run_count, state_version, updated_at, last_error,
           record, state
    FROM instance ORDER BY key";
const EVENTS: &str = "
    SELECT instance, sequence, generation, arrived_at, event_id, event FROM event ORDER BY rowid";

type Row = Vec<Value>;

const MESSAGES: &str = "
    SELECT instance, collection, number, value FROM item ORDER BY instance, number";

/// Which rows were written while the clock ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// One event each; the instances were there.
    Events,
    /// One new instance each.
    Instances,
    /// One change of an instance each; the instances were there.
    Changes,
    /// One message each; the instances were there.
    Messages,
}

/// One thread that writes what a host would write, into a file of its own.
pub(crate) struct Limit {
    connection: Connection,
    written: Written,
    /// What a host has written in a rehearsal. They are written again and again, each time a little changed.
    rows: Vec<Row>,
    /// How many rows were written.
    count: usize,
}

impl Limit {
    /// Makes a file at `path` as that of a host that has ended was before its calls.
    pub(crate) fn new(rehearsed: &Path, path: &Path, written: Written) -> Result<Self, Failure> {
        let rehearsed = Connection::open(rehearsed)?;
        let connection = Connection::open(path)?;
        connection.execute_batch(SETTINGS)?;
        for sql in column(&rehearsed, SCHEMA)? {
            connection.execute_batch(&sql)?;
        }
        if written != Written::Instances {
            transact(&connection, INSERT, read(&rehearsed, INSTANCES)?.iter())?;
        }
        let rows = read(&rehearsed, written.query())?;
        Ok(Self {
            connection,
            written,
            rows,
            count: 0,
        })
    }

    /// Writes `count` rows, `group` in a transaction on average, and tells how long that took, and how many
    /// microseconds of the processor.
    pub(crate) fn write(
        &mut self,
        count: usize,
        group: f64,
    ) -> Result<(Duration, Option<f64>), Failure> {
        let rows: Vec<Row> = (self.count..self.count + count)
            .map(|at| self.row(at))
            .collect();
        self.count += count;
        let (begun, ran) = (Instant::now(), cpu::of_thread());
        let mut rest = rows.as_slice();
        let mut groups = 0.0;
        while !rest.is_empty() {
            groups += 1.0;
            let done = count - rest.len();
            let size = ((groups * group) as usize)
                .saturating_sub(done)
                .clamp(1, rest.len());
            let (now, later) = rest.split_at(size);
            transact(&self.connection, self.written.statement(), now.iter())?;
            rest = later;
        }
        let elapsed = begun.elapsed();
        Ok((
            elapsed,
            cpu::of_thread().zip(ran).map(|(now, before)| now - before),
        ))
    }

    fn row(&self, at: usize) -> Row {
        let rehearsed = self.rows.len().max(1);
        let mut row = self.rows.get(at % rehearsed).cloned().unwrap_or_default();
        self.written.renew(&mut row, at, at / rehearsed * rehearsed);
        row
    }
}

impl Written {
    fn query(self) -> &'static str {
        match self {
            Self::Events => EVENTS,
            Self::Instances => INSTANCES,
            Self::Changes => CHANGES,
            Self::Messages => MESSAGES,
        }
    }

    fn statement(self) -> &'static str {
        match self {
            Self::Events => APPEND,
            Self::Instances => INSERT,
            Self::Changes => UPDATE,
            Self::Messages => PUT,
        }
    }

    /// Makes a row differ from its earlier copies, of which `before` rows of all instances were written.
    fn renew(self, row: &mut Row, at: usize, before: usize) {
        let (column, value) = match self {
            // No instance has more events than were written.
            Self::Events => (1, later(row.get(1), before)),
            Self::Messages => (2, later(row.get(2), before)),
            Self::Instances => (1, Value::Text(format!("user-{at}"))),
            // SQLite leaves a row alone that is the same already.
            Self::Changes => (6, later(row.get(6), at)),
        };
        if let Some(old) = row.get_mut(column) {
            *old = value;
        }
    }
}

fn later(number: Option<&Value>, by: usize) -> Value {
    match number {
        Some(Value::Integer(number)) => Value::Integer(number + by as i64),
        _ => Value::Null,
    }
}

fn column(file: &Connection, query: &str) -> Result<Vec<String>, Failure> {
    let mut statement = file.prepare(query)?;
    let texts = statement.query_map([], |row| row.get(0))?;
    Ok(texts.collect::<Result<_, _>>()?)
}

fn read(file: &Connection, query: &str) -> Result<Vec<Row>, Failure> {
    let mut statement = file.prepare(query)?;
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| (0..columns).map(|at| row.get(at)).collect())?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn transact<'a>(
    connection: &Connection,
    sql: &str,
    rows: impl Iterator<Item = &'a Row>,
) -> Result<(), Failure> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let mut statement = connection.prepare_cached(sql)?;
    for row in rows {
        statement.execute(params_from_iter(row))?;
    }
    connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(())
}
