//! Timers as the file has them.

use durable_jobs_runtime::Timestamp;
use rusqlite::{Connection, Row, params};

use super::InstanceKey;

const PAGE: &str = "
    SELECT wake_at, key, job, id FROM instance
    WHERE wake_at IS NOT NULL AND (wake_at, key) >= (?1, ?2)
    ORDER BY wake_at, key LIMIT ?3";
const OVERDUE: &str = "
    SELECT wake_at, key, job, id FROM instance
    WHERE wake_at IS NOT NULL AND (wake_at, key) >= (?1, ?2) AND wake_at < ?4
    ORDER BY wake_at, key LIMIT ?3";

const SAVED_AFTER: &str = "
    SELECT wake_at, key, job, id FROM instance
    WHERE wake_at IS NOT NULL AND updated_at > ?1 AND key > ?2 AND key <= ?3";
const LAST_OF_CHUNK: &str = "
    SELECT max(key) FROM (SELECT key FROM instance WHERE key > ?1 ORDER BY key LIMIT ?2)";

/// The place of a timer in the order of all: no two instances share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot {
    pub(crate) due: Timestamp,
    pub(crate) key: InstanceKey,
}

impl Slot {
    /// Before every other.
    pub(crate) const FIRST: Self = Self {
        due: Timestamp::from_millis(i64::MIN),
        key: InstanceKey(i64::MIN),
    };

    /// The first place after this one.
    pub(crate) fn next(self) -> Self {
        Self {
            key: InstanceKey(self.key.0.saturating_add(1)),
            ..self
        }
    }
}

/// One timer with the names that its row has.
#[derive(Debug)]
pub(crate) struct DueRow {
    pub(crate) slot: Slot,
    pub(crate) job: String,
    pub(crate) id: String,
}

/// The timers from `first` on, in order, at most `limit` of them.
pub(crate) fn page(
    connection: &Connection,
    first: Slot,
    limit: usize,
) -> rusqlite::Result<Vec<DueRow>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    connection
        .prepare_cached(PAGE)?
        .query_map(params![first.due.as_millis(), first.key.0, limit], row)?
        .collect()
}

/// Like [`page`], of those that were due before `before`.
pub(crate) fn overdue(
    connection: &Connection,
    first: Slot,
    limit: usize,
    before: Timestamp,
) -> rusqlite::Result<Vec<DueRow>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    connection
        .prepare_cached(OVERDUE)?
        .query_map(
            params![
                first.due.as_millis(),
                first.key.0,
                limit,
                before.as_millis()
            ],
            row,
        )?
        .collect()
}

/// Rows with a timer that were saved after `moment`, of those behind one key and up to another.
pub(crate) fn saved_after(
    connection: &Connection,
    moment: Timestamp,
    behind: InstanceKey,
    upto: InstanceKey,
) -> rusqlite::Result<Vec<DueRow>> {
    connection
        .prepare_cached(SAVED_AFTER)?
        .query_map(params![moment.as_millis(), behind.0, upto.0], row)?
        .collect()
}

/// The key of the last of the next `limit` rows behind a key; `None` if there are no more. Keys may be far apart.
pub(crate) fn last_of_chunk(
    connection: &Connection,
    behind: InstanceKey,
    limit: u32,
) -> rusqlite::Result<Option<InstanceKey>> {
    connection
        .prepare_cached(LAST_OF_CHUNK)?
        .query_row(params![behind.0, limit], |row| {
            Ok(row.get::<_, Option<i64>>(0)?.map(InstanceKey))
        })
}

/// A name that is damaged is that of no instance: the timers of all others go on.
fn name(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    let bytes = row.get_ref(column)?.as_bytes()?;
    Ok(String::from_utf8_lossy(bytes).into_owned())
}

fn row(row: &Row<'_>) -> rusqlite::Result<DueRow> {
    let slot = Slot {
        due: Timestamp::from_millis(row.get(0)?),
        key: InstanceKey(row.get(1)?),
    };
    Ok(DueRow {
        slot,
        job: name(row, 2)?,
        id: name(row, 3)?,
    })
}
