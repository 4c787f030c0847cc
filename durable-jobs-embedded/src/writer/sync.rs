//! How far a commit goes: to the operating system, or to the disk.

use durable_jobs_runtime::storage::Durability;
use rusqlite::Connection;

/// A row that changes, so that a commit has something to sync. SQLite syncs nothing for an empty one.
const TOUCH: &str = "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'syncs'";

/// Follows what the connection is set to, and whether commits before now are on disk.
#[derive(Debug)]
pub(super) struct SyncMode {
    current: Durability,
    unsynced: bool,
}

impl SyncMode {
    /// The mode of a fresh connection.
    pub(super) fn new() -> Self {
        Self {
            current: Durability::Synced,
            unsynced: false,
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
        if self.current != durability {
            connection.execute_batch(match durability {
                Durability::Synced => "PRAGMA synchronous = FULL",
                Durability::Written => "PRAGMA synchronous = NORMAL",
            })?;
            self.current = durability;
        }
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
}
