//! The tables.

use std::path::Path;

use rusqlite::Connection;

use crate::OpenError;

/// `DJOB` in ASCII: what `file` and `PRAGMA application_id` tell our files by.
pub(super) const APPLICATION_ID: i32 = 0x444A_4F42;

/// The version of the tables below, in `PRAGMA user_version`.
pub(super) const SCHEMA_VERSION: i32 = 3;

/// What version 2 has brought: the answers of requests, which belong to an id and outlive its instance.
const ANSWERS: &str = "
CREATE TABLE answer (
  job        TEXT NOT NULL,
  id         TEXT NOT NULL,
  request    TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  answer     TEXT,
  PRIMARY KEY (job, id, request)
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_expiry ON answer (expires_at);
";

/// What version 3 has brought: the rows of collections, and views of them.
const ITEMS: &str = "
CREATE TABLE item (
  instance   INTEGER NOT NULL,
  collection TEXT NOT NULL,
  number     INTEGER NOT NULL,
  value      TEXT NOT NULL,
  PRIMARY KEY (instance, collection, number)
) STRICT, WITHOUT ROWID;
CREATE VIEW collected AS
  SELECT job, id, collection, number, value
  FROM item JOIN instance ON instance.key = item.instance ORDER BY job, id, collection, number;
";

/// Short columns come first, so that a reader of them does not walk through a large state. Events lie in order of
/// arrival, whatever their instance, so that a group of them fills few pages; only their index is scattered.
const TABLES: &str = "
CREATE TABLE instance (
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
  record        TEXT NOT NULL,
  state         TEXT,
  UNIQUE (job, id)
) STRICT;
CREATE INDEX instance_wake_at ON instance (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE event (
  instance   INTEGER NOT NULL,
  sequence   INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  arrived_at INTEGER NOT NULL,
  event_id   TEXT,
  event      TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX event_sequence ON event (instance, sequence);

CREATE TABLE event_id (
  instance   INTEGER NOT NULL,
  event_id   TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (instance, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_id_expiry ON event_id (instance, expires_at);

CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES ('created_by', 'durable-jobs-embedded '), ('syncs', '0');

CREATE VIEW parked AS
  SELECT job, id, last_error, run_count,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000.0, 'unixepoch') AS since
  FROM instance WHERE status = 'parked' ORDER BY updated_at;
CREATE VIEW failing AS
  SELECT job, id, status, last_error, run_count,
    strftime('%Y-%m-%dT%H:%M:%fZ', wake_at / 1000.0, 'unixepoch') AS next_attempt_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', updated_at / 1000.0, 'unixepoch') AS updated_at
  FROM instance
  WHERE status = 'retrying' OR coalesce(json_extract(record, '$.consecutive_failures'), 0) > 0
  ORDER BY instance.updated_at;
CREATE VIEW due AS
  SELECT job, id, status,
    strftime('%Y-%m-%dT%H:%M:%fZ', wake_at / 1000.0, 'unixepoch') AS due_at,
    round((julianday('now') - 2440587.5) * 86400 - wake_at / 1000.0, 3) AS seconds_late
  FROM instance WHERE wake_at <= (julianday('now') - 2440587.5) * 86400000 ORDER BY wake_at;
";

/// Whether these identifiers are those of a file that we may open.
pub(super) fn check_owner(path: &Path, application: i32, version: i32) -> Result<(), OpenError> {
    let path = path.to_owned();
    match (application, version) {
        (APPLICATION_ID, 1..=SCHEMA_VERSION) | (0, 0) => Ok(()),
        (APPLICATION_ID, stored) => Err(OpenError::NewerVersion {
            path,
            stored,
            supported: SCHEMA_VERSION,
        }),
        _ => Err(OpenError::NotOurs { path }),
    }
}

/// Creates the tables, with the marks of ownership, in one transaction.
pub(super) fn create(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE;
         {TABLES}
         {ANSWERS}
         {ITEMS}
         UPDATE meta SET value = value || '{version}' WHERE name = 'created_by';
         PRAGMA application_id = {APPLICATION_ID};
         PRAGMA user_version = {SCHEMA_VERSION};
         COMMIT;",
        version = env!("CARGO_PKG_VERSION"),
    ))
}

/// Brings a file of an earlier version up to date in one transaction: the version tells which it is.
pub(super) fn upgrade(connection: &Connection, stored: i32) -> rusqlite::Result<()> {
    if stored >= SCHEMA_VERSION {
        return Ok(());
    }
    let answers = if stored < 2 { ANSWERS } else { "" };
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE;
         {answers}
         {ITEMS}
         PRAGMA user_version = {SCHEMA_VERSION};
         COMMIT;"
    ))
}
