//! What SQLite itself can do: the rows that a host has written, written again by one thread.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::{CachedStatement, Connection, params_from_iter, types::Value};

use crate::Failure;

/// The settings of the host's writing connection.
const SETTINGS: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = OFF;
    PRAGMA wal_autocheckpoint = 4000;
    PRAGMA journal_size_limit = 67108864";

// The statements by which the host writes.
const INSERT: &str = "
    INSERT INTO instance (job, id, incarnation, status, wake_at, run_count, state_version,
                          updated_at, last_error, record, state)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
    ON CONFLICT (job, id) DO UPDATE SET
      incarnation = excluded.incarnation, status = excluded.status, wake_at = excluded.wake_at,
      run_count = excluded.run_count, state_version = excluded.state_version,
      updated_at = excluded.updated_at, last_error = excluded.last_error,
      record = excluded.record, state = coalesce(excluded.state, state)
    RETURNING key";
const UPDATE: &str = "
    UPDATE instance SET incarnation = ?2, status = ?3, wake_at = ?4, run_count = ?5,
      state_version = ?6, updated_at = ?7, last_error = ?8, record = ?9,
      state = coalesce(?10, state)
    WHERE key = ?1";
const APPEND: &str = "
    INSERT INTO event (instance, sequence, generation, arrived_at, event_id, event)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

const INSTANCES: &str = "
    SELECT job, id, incarnation, status, wake_at, run_count, state_version, updated_at, last_error,
           record, state
    FROM instance ORDER BY key";
const UPDATES: &str = "
    SELECT key, incarnation, status, wake_at, run_count, state_version, updated_at, last_error,
           record, state
    FROM instance ORDER BY key";
const EVENTS: &str = "
    SELECT instance, sequence, generation, arrived_at, event_id, event FROM event ORDER BY rowid";

type Row = Vec<Value>;

/// Which rows were written while the clock ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// One event each; the instances were there.
    Events,
    /// One new instance each.
    Instances,
    /// One change of an instance each; the instances were there.
    Changes,
}

/// What a host has written, taken from its file.
pub(crate) struct Rows {
    schema: Vec<String>,
    /// Written before the clock runs.
    instances: Vec<Row>,
    statement: &'static str,
    timed: Vec<Row>,
}

impl Rows {
    /// Reads the file of a host that has ended.
    pub(crate) fn read(path: &Path, written: Written) -> Result<Self, Failure> {
        let file = Connection::open(path)?;
        let schema = file
            .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND type <> 'view'")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let instances = read(&file, INSTANCES)?;
        Ok(match written {
            Written::Events => {
                let (statement, timed) = (APPEND, read(&file, EVENTS)?);
                Self {
                    schema,
                    instances,
                    statement,
                    timed,
                }
            }
            Written::Instances => Self {
                schema,
                instances: Vec::new(),
                statement: INSERT,
                timed: instances,
            },
            Written::Changes => {
                let (statement, timed) = (UPDATE, read(&file, UPDATES)?);
                Self {
                    schema,
                    instances,
                    statement,
                    timed,
                }
            }
        })
    }

    /// Writes `count` rows into a new file, `group` in a transaction on average, and tells how long that took.
    pub(crate) fn write(&self, path: &Path, count: usize, group: f64) -> Result<Duration, Failure> {
        let connection = Connection::open(path)?;
        connection.execute_batch(SETTINGS)?;
        self.schema
            .iter()
            .try_for_each(|sql| connection.execute_batch(sql))?;
        transact(&connection, INSERT, self.instances.iter())?;
        let mut rows = self.timed.iter().cycle();
        let begun = Instant::now();
        let (mut written, mut groups) = (0, 0.0);
        while written < count {
            groups += 1.0;
            let end = ((groups * group) as usize).clamp(written + 1, count);
            transact(
                &connection,
                self.statement,
                rows.by_ref().take(end - written),
            )?;
            written = end;
        }
        Ok(begun.elapsed())
    }
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
        write(&mut statement, row)?;
    }
    connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(())
}

/// Runs a statement to its end, whether it returns rows or not.
fn write(statement: &mut CachedStatement<'_>, row: &Row) -> Result<(), Failure> {
    let mut returned = statement.query(params_from_iter(row))?;
    while returned.next()?.is_some() {}
    Ok(())
}
