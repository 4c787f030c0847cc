//! All rows of one instance.

use std::{num::ParseIntError, sync::Arc};

use durable_jobs_runtime::{
    Address, Incarnation, Timestamp,
    storage::{Collection, EventRow, InstanceRow, ItemRow, Loaded, Stored},
    wire::Status,
};
use rusqlite::{Connection, OptionalExtension, Row, params, types::Type};

use super::{answers, statements::Statements};

const INSTANCE: &str = "
    SELECT key, incarnation, status, wake_at, run_count, state_version, updated_at, last_error,
           record, state,
           EXISTS (SELECT 1 FROM answer WHERE answer.job = ?1 AND answer.id = ?2)
    FROM instance WHERE job = ?1 AND id = ?2";
const EXISTS: &str = "
    SELECT EXISTS (SELECT 1 FROM instance WHERE job = ?1 AND id = ?2)
        OR EXISTS (SELECT 1 FROM answer WHERE job = ?1 AND id = ?2)";
const EVENTS: &str = "
    SELECT sequence, generation, arrived_at, event_id, event
    FROM event WHERE instance = ?1 ORDER BY sequence";
const EVENT_IDS: &str =
    "SELECT event_id, expires_at FROM event_id WHERE instance = ?1 ORDER BY expires_at";
const ITEMS: &str = "
    SELECT collection, number, value FROM item
    WHERE instance = ?1 ORDER BY collection, number";

/// Whether there is anything of an id: an instance, or answers that have outlived one.
pub(crate) fn exists(connection: &Connection, address: &Address) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(EXISTS)?
        .query_row(params![address.job, address.id.as_str()], |row| row.get(0))
}

/// Reads all there is of an id, inside of a transaction that somebody else begins and ends.
pub(crate) fn load(statements: &mut Statements<'_>, address: &Address) -> rusqlite::Result<Loaded> {
    let found = statements
        .get(INSTANCE)?
        .query_row(params![address.job, address.id.as_str()], |row| {
            Ok((row.get::<_, i64>(0)?, instance(row)?, row.get(10)?))
        })
        .optional()?;
    let has_answers = found
        .as_ref()
        .is_none_or(|(_, _, has_answers)| *has_answers);
    let answers = match has_answers {
        true => answers::last(statements, address)?,
        false => Vec::new(),
    };
    let stored = match found {
        Some((key, row, _)) => Some(stored(statements, key, row)?),
        None => None,
    };
    Ok(Loaded { stored, answers })
}

/// An instance with the rows that hang on its own.
fn stored(statements: &mut Statements<'_>, key: i64, row: InstanceRow) -> rusqlite::Result<Stored> {
    let events = statements
        .get(EVENTS)?
        .query_map([key], event)?
        .collect::<Result<_, _>>()?;
    let event_ids = statements
        .get(EVENT_IDS)?
        .query_map([key], |row| Ok((row.get(0)?, timestamp(row, 1)?)))?
        .collect::<Result<_, _>>()?;
    let items = statements
        .get(ITEMS)?
        .query_map([key], item)?
        .collect::<Result<_, _>>()?;
    Ok(Stored {
        row,
        events,
        event_ids,
        items,
    })
}

/// The columns behind the first one, which is the caller's.
pub(super) fn instance(row: &Row<'_>) -> rusqlite::Result<InstanceRow> {
    Ok(InstanceRow {
        incarnation: incarnation(row, 1)?,
        status: status(row, 2)?,
        wake_at: row.get::<_, Option<i64>>(3)?.map(Timestamp::from_millis),
        run_count: count(row, 4)?,
        state_version: row.get(5)?,
        updated_at: timestamp(row, 6)?,
        last_error: row.get(7)?,
        record: row.get(8)?,
        state: row.get(9)?,
    })
}

fn event(row: &Row<'_>) -> rusqlite::Result<EventRow> {
    Ok(EventRow {
        sequence: count(row, 0)?,
        generation: count(row, 1)?,
        arrived_at: timestamp(row, 2)?,
        event_id: row.get(3)?,
        event: row.get(4)?,
    })
}

fn item(row: &Row<'_>) -> rusqlite::Result<ItemRow> {
    Ok(ItemRow {
        collection: collection(row, 0)?,
        number: count(row, 1)?,
        value: row.get(2)?,
    })
}

fn collection(row: &Row<'_>, column: usize) -> rusqlite::Result<Collection> {
    let name: Arc<str> = row.get(column)?;
    Collection::from_name(&name)
        .ok_or_else(|| unknown(column, &format!("`{name}` is not a collection")))
}

fn timestamp(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp::from_millis)
}

fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let stored = row.get::<_, i64>(column)?;
    u64::try_from(stored).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, stored))
}

fn incarnation(row: &Row<'_>, column: usize) -> rusqlite::Result<Incarnation> {
    let text: Arc<str> = row.get(column)?;
    text.parse().map_err(|error: ParseIntError| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}

fn status(row: &Row<'_>, column: usize) -> rusqlite::Result<Status> {
    let name: Arc<str> = row.get(column)?;
    Status::from_name(&name).ok_or_else(|| unknown(column, &format!("`{name}` is not a status")))
}

fn unknown(column: usize, what: &str) -> rusqlite::Error {
    let error = format!("{what} that this version knows");
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into())
}
