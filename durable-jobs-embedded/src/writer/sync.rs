//! How far a commit goes: to the operating system, or to the disk.

use durable_jobs_runtime::storage::Durability;
use rusqlite::{Connection, ErrorCode, ffi};

/// A row that changes, so that a commit has something to sync. SQLite syncs nothing for an empty one.
const TOUCH: &str = "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'syncs'";

/// Copies all that is committed from the log to the file, syncs it there, and empties the log.
const EMPTY_LOG: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

/// Follows what the connection is set to, and whether commits before now are on disk.
#[derive(Debug)]
pub(super) struct SyncMode {
    current: Durability,
    unsynced: bool,
    log: Log,
}

/// Whether the log can be built upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Log {
    Sound,
    /// A commit has failed. After a sync that failed, a system may take what it could not write for written, so that a
    /// later sync succeeds over a gap, at which a recovery would end.
    Doubtful,
}

impl SyncMode {
    /// The mode of a fresh connection.
    pub(super) fn new() -> Self {
        Self {
            current: Durability::Synced,
            unsynced: false,
            log: Log::Sound,
        }
    }

    /// Whether a commit must happen although it changes nothing, for the sake of those before it.
    pub(super) fn owes(&self, durability: Durability) -> bool {
        self.unsynced && durability == Durability::Synced
    }

    /// Sets the connection up for the next transaction. To be called outside of one.
    pub(super) fn prepare(
        &mut self,
        connection: &Connection,
        durability: Durability,
    ) -> rusqlite::Result<()> {
        if self.log == Log::Doubtful {
            self.renew_log(connection)?;
        }
        self.switch(connection, durability)
    }

    fn switch(&mut self, connection: &Connection, durability: Durability) -> rusqlite::Result<()> {
        if self.current != durability {
            connection.execute_batch(match durability {
                Durability::Synced => "PRAGMA synchronous = FULL",
                Durability::Written => "PRAGMA synchronous = NORMAL",
            })?;
            self.current = durability;
        }
        Ok(())
    }

    /// Nothing is acknowledged until what was is in a place that has been synced without a failure.
    fn renew_log(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.switch(connection, Durability::Synced)?;
        let is_busy: bool = connection.query_row(EMPTY_LOG, [], |row| row.get(0))?;
        if is_busy {
            let busy = ffi::Error {
                code: ErrorCode::DatabaseBusy,
                extended_code: ffi::SQLITE_BUSY,
            };
            let reason = "after a failed sync the log is to be written anew, and somebody reads it";
            return Err(rusqlite::Error::SqliteFailure(busy, Some(reason.into())));
        }
        self.log = Log::Sound;
        self.unsynced = false;
        Ok(())
    }

    /// Makes sure that the open transaction syncs what earlier ones only wrote.
    pub(super) fn pay(
        &self,
        connection: &Connection,
        durability: Durability,
    ) -> rusqlite::Result<()> {
        if self.owes(durability) {
            connection.prepare_cached(TOUCH)?.execute([])?;
        }
        Ok(())
    }

    /// Notes a commit.
    pub(super) fn committed(&mut self, durability: Durability) {
        self.unsynced = durability == Durability::Written;
    }

    /// Notes a commit that has failed and was rolled back. If only its sync has, it lies whole in the log, where a recovery
    /// would find it, although its callers are told that it had no effect: another commit takes its place.
    pub(super) fn failed(&mut self, connection: &Connection) {
        self.log = Log::Doubtful;
        let covered = self
            .switch(connection, Durability::Written)
            .and_then(|()| connection.prepare_cached(TOUCH)?.execute([]));
        if let Err(error) = covered {
            tracing::error!(
                target: "durable_jobs",
                %error,
                "the log cannot be written: what failed may be found in it if this process is killed now"
            );
        }
    }
}
