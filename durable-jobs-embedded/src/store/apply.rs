//! The changes of a batch as statements.

use durable_jobs_runtime::{
    Address, Timestamp,
    storage::{Batch, EventRow, InstanceRow, Write},
    wire::Status,
};
use rusqlite::{OptionalExtension, params};

use super::{
    InstanceKey, answers,
    keys::{KeyCache, KnownRow},
    statements::Statements,
};

const FIND: &str = "SELECT key FROM instance WHERE job = ?1 AND id = ?2";
const INSERT: &str = "
    INSERT INTO instance (job, id, incarnation, status, wake_at, run_count, state_version,
                          updated_at, last_error, record, state)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
const UPDATE: &str = "
    UPDATE instance SET incarnation = ?2, status = ?3, run_count = ?4, state_version = ?5,
      updated_at = ?6, last_error = ?7, record = ?8, state = coalesce(?9, state), wake_at = ?10
    WHERE key = ?1";
/// The same of a row whose timer stays as it is: the index is not touched.
const UPDATE_BUT_WAKE: &str = "
    UPDATE instance SET incarnation = ?2, status = ?3, run_count = ?4, state_version = ?5,
      updated_at = ?6, last_error = ?7, record = ?8, state = coalesce(?9, state)
    WHERE key = ?1";
const APPEND_EVENT: &str = "
    INSERT INTO event (instance, sequence, generation, arrived_at, event_id, event)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const DELETE_EVENTS: &str = "DELETE FROM event WHERE instance = ?1 AND generation = ?2";
const REPLACE_EVENT: &str = "
    UPDATE event SET arrived_at = ?3, event_id = ?4, event = ?5
    WHERE instance = ?1 AND sequence = ?2";
const DELETE_OLDEST_EVENTS: &str =
    "DELETE FROM event WHERE instance = ?1 AND sequence <= ?3 AND generation = ?2";
const REMEMBER_EVENT_ID: &str = "
    INSERT INTO event_id (instance, event_id, expires_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (instance, event_id) DO UPDATE SET expires_at = excluded.expires_at";
const FORGET_EVENT_IDS: &str = "DELETE FROM event_id WHERE instance = ?1 AND expires_at <= ?2";
const PUT_ITEM: &str = "
    INSERT INTO item (instance, collection, number, value) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (instance, collection, number) DO UPDATE SET value = excluded.value";
const DELETE_ITEM: &str =
    "DELETE FROM item WHERE instance = ?1 AND collection = ?2 AND number = ?3";
const ERASE: [&str; 4] = [
    "DELETE FROM event WHERE instance = ?1",
    "DELETE FROM event_id WHERE instance = ?1",
    "DELETE FROM item WHERE instance = ?1",
    "DELETE FROM instance WHERE key = ?1",
];

/// The wake-up that an instance has once its batch is committed.
#[derive(Clone, Debug)]
pub(crate) struct Rearm {
    pub(crate) key: InstanceKey,
    pub(crate) address: Address,
    pub(crate) wake_at: Option<Timestamp>,
}

/// Applies batches inside of a transaction that somebody else begins and ends.
#[derive(Debug, Default)]
pub(crate) struct Applier {
    keys: KeyCache,
    /// Whether the transaction has brought an answer.
    keeps_answers: bool,
}

impl Applier {
    /// To be called after a rollback: keys that were given in the transaction do not exist.
    pub(crate) fn forget_keys(&mut self) {
        self.keys.clear();
    }

    /// Applies one batch, and tells what it does to the instance's wake-up, if anything.
    pub(crate) fn apply(
        &mut self,
        statements: &mut Statements<'_>,
        batch: &Batch,
    ) -> rusqlite::Result<Option<Rearm>> {
        let mut wake = None;
        for (index, write) in batch.writes.iter().enumerate() {
            match write {
                Write::Save(row) => {
                    wake = Some((self.save(statements, batch, row)?, next_wake(row)));
                }
                Write::Erase => {
                    let erased = self.erase(statements, batch)?;
                    wake = erased.map(|key| (key, None)).or(wake);
                }
                Write::KeepAnswer(answer) => {
                    self.keeps_answers = true;
                    answers::keep(statements, &batch.address, answer)?;
                }
                change => {
                    if let Some(key) = self.key_for(statements, batch, index)? {
                        apply_to(statements, key, change)?;
                    }
                }
            }
        }
        let address = || batch.address.clone();
        Ok(wake.map(|(key, wake_at)| Rearm {
            key,
            address: address(),
            wake_at,
        }))
    }

    /// Deletes expired answers, if the transaction has brought new ones: whoever asks for none pays for none.
    pub(crate) fn forget_answers(
        &mut self,
        statements: &mut Statements<'_>,
        now: impl FnOnce() -> Timestamp,
    ) -> rusqlite::Result<()> {
        if std::mem::take(&mut self.keeps_answers) {
            answers::forget_some(statements, now())?;
        }
        Ok(())
    }

    /// The key of the rows that the change at `index` belongs to; `None` if there are none to delete from.
    fn key_for(
        &mut self,
        statements: &mut Statements<'_>,
        batch: &Batch,
        index: usize,
    ) -> rusqlite::Result<Option<InstanceKey>> {
        if let Some(known) = self.find(statements, batch)? {
            return Ok(Some(known.key));
        }
        let Some([change, later @ ..]) = batch.writes.get(index..) else {
            return Ok(None);
        };
        if let Write::DeleteEvents { .. }
        | Write::DeleteOldestEvents { .. }
        | Write::ForgetEventIds { .. }
        | Write::DeleteItem { .. } = change
        {
            return Ok(None);
        }
        // The first event of an instance may come before the row that it belongs to.
        let row = later.iter().find_map(|write| match write {
            Write::Save(row) => Some(row),
            _ => None,
        });
        let row = row.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        self.save(statements, batch, row).map(Some)
    }

    fn erase(
        &mut self,
        statements: &mut Statements<'_>,
        batch: &Batch,
    ) -> rusqlite::Result<Option<InstanceKey>> {
        let key = self.find(statements, batch)?.map(|known| known.key);
        self.keys.remove(batch.activation);
        if let Some(key) = key {
            ERASE
                .iter()
                .try_for_each(|sql| statements.run(sql, [key.0]))?;
        }
        Ok(key)
    }

    fn save(
        &mut self,
        statements: &mut Statements<'_>,
        batch: &Batch,
        row: &InstanceRow,
    ) -> rusqlite::Result<InstanceKey> {
        // An upsert that returns the key would build a table of results for each row.
        let Some(known) = self.find(statements, batch)? else {
            let key = insert(statements, &batch.address, row)?;
            self.remember(batch, key, row.wake_at);
            return Ok(key);
        };
        update(statements, known, row)?;
        if !stays_due(known, row) {
            self.remember(batch, known.key, row.wake_at);
        }
        Ok(known.key)
    }

    fn remember(&mut self, batch: &Batch, key: InstanceKey, wake_at: Option<Timestamp>) {
        let known = KnownRow { key, wake_at };
        self.keys.insert(batch.activation, known);
    }

    fn find(
        &mut self,
        statements: &mut Statements<'_>,
        batch: &Batch,
    ) -> rusqlite::Result<Option<KnownRow>> {
        if let Some(known) = self.keys.get(batch.activation) {
            return Ok(Some(known));
        }
        let Address { job, id, .. } = &batch.address;
        let found = statements
            .get(FIND)?
            .query_row(params![job, id.as_str()], |row| row.get(0).map(InstanceKey))
            .optional()?;
        let known = found.map(|key| KnownRow { key, wake_at: None });
        if let Some(known) = known {
            self.keys.insert(batch.activation, known);
        }
        Ok(known)
    }
}

/// Applies a change to the rows that hang on an instance's.
fn apply_to(
    statements: &mut Statements<'_>,
    key: InstanceKey,
    change: &Write,
) -> rusqlite::Result<()> {
    let key = key.0;
    match change {
        Write::AppendEvent(event) => append(statements, key, event),
        Write::DeleteEvents { generation } => {
            statements.run(DELETE_EVENTS, params![key, stored(*generation)])
        }
        Write::ReplaceEvent(event) => replace(statements, key, event),
        Write::DeleteOldestEvents {
            generation,
            through,
        } => statements.run(
            DELETE_OLDEST_EVENTS,
            params![key, stored(*generation), stored(*through)],
        ),
        Write::RememberEventId {
            event_id,
            expires_at,
        } => statements.run(
            REMEMBER_EVENT_ID,
            params![key, event_id, expires_at.as_millis()],
        ),
        Write::ForgetEventIds { now } => {
            statements.run(FORGET_EVENT_IDS, params![key, now.as_millis()])
        }
        Write::PutItem(item) => statements.run(
            PUT_ITEM,
            params![
                key,
                item.collection.as_str(),
                stored(item.number),
                item.value
            ],
        ),
        Write::DeleteItem { collection, number } => statements.run(
            DELETE_ITEM,
            params![key, collection.as_str(), stored(*number)],
        ),
        unknown => Err(unsupported(unknown)),
    }
}

/// When memory has to wake the instance. While a run is out its row is due for whoever finds it after a crash;
/// this process needs no wake for it.
fn next_wake(row: &InstanceRow) -> Option<Timestamp> {
    row.wake_at.filter(|_| !is_out(row))
}

fn is_out(row: &InstanceRow) -> bool {
    matches!(row.status, Status::Running | Status::Flushing)
}

/// Whether a run goes out for a timer that is in the row: it stays due, for whoever finds it after a crash.
fn stays_due(known: KnownRow, row: &InstanceRow) -> bool {
    let was_due_before = known
        .wake_at
        .is_some_and(|at| row.wake_at.is_some_and(|now| at <= now));
    is_out(row) && was_due_before
}

fn insert(
    statements: &mut Statements<'_>,
    address: &Address,
    row: &InstanceRow,
) -> rusqlite::Result<InstanceKey> {
    let row = params![
        address.job,
        address.id.as_str(),
        row.incarnation.to_string(),
        row.status.as_str(),
        row.wake_at.map(Timestamp::as_millis),
        stored(row.run_count),
        row.state_version,
        row.updated_at.as_millis(),
        row.last_error,
        row.record,
        row.state,
    ];
    statements.get(INSERT)?.insert(row).map(InstanceKey)
}

fn update(
    statements: &mut Statements<'_>,
    known: KnownRow,
    row: &InstanceRow,
) -> rusqlite::Result<()> {
    let values = params![
        known.key.0,
        row.incarnation.to_string(),
        row.status.as_str(),
        stored(row.run_count),
        row.state_version,
        row.updated_at.as_millis(),
        row.last_error,
        row.record,
        row.state,
        row.wake_at.map(Timestamp::as_millis),
    ];
    match values {
        [but_wake @ .., _] if stays_due(known, row) => statements.run(UPDATE_BUT_WAKE, but_wake),
        all => statements.run(UPDATE, all),
    }
}

fn append(statements: &mut Statements<'_>, key: i64, event: &EventRow) -> rusqlite::Result<()> {
    let row = params![
        key,
        stored(event.sequence),
        stored(event.generation),
        event.arrived_at.as_millis(),
        event.event_id,
        event.event,
    ];
    statements.run(APPEND_EVENT, row)
}

fn replace(statements: &mut Statements<'_>, key: i64, event: &EventRow) -> rusqlite::Result<()> {
    let row = params![
        key,
        stored(event.sequence),
        event.arrived_at.as_millis(),
        event.event_id,
        event.event,
    ];
    statements.run(REPLACE_EVENT, row)
}

/// Counters as SQLite keeps them. None gets near to 2^63 in the life of a host.
fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn unsupported(write: &Write) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(format!("this host cannot store {write:?}").into())
}
