//! Heals what memory lost: now and then, rows that are long overdue are woken from the file.

use std::time::Duration;

use durable_jobs_runtime::Timestamp;
use rusqlite::Connection;

use crate::store::{DueRow, Slot, overdue};

/// How often to look.
const EVERY: Duration = Duration::from_secs(10);

/// A timer that is this late was lost; one that is less late may be on its way.
const GRACE: Duration = Duration::from_secs(60);

/// How many rows one look takes in. The next look goes on behind them, so that rows that stay overdue, of jobs
/// that this program does not have, hide no others.
const PAGE: usize = 1_000;

/// When to look for overdue rows. The clock may jump either way.
#[derive(Debug)]
pub(super) struct Rounds {
    last: Timestamp,
}

impl Rounds {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { last: now }
    }

    /// Whether it is time to look.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        now.since(self.last).max(self.last.since(now)) >= EVERY
    }

    /// Notes a look.
    pub(super) fn begin(&mut self, now: Timestamp) {
        self.last = now;
    }
}

/// Looks for overdue rows.
#[derive(Debug)]
pub(super) struct Watchdog {
    cursor: Slot,
}

impl Watchdog {
    pub(super) fn new() -> Self {
        Self {
            cursor: Slot::FIRST,
        }
    }

    /// Reads some rows that are overdue at `now`.
    pub(super) fn look(
        &mut self,
        connection: &Connection,
        now: Timestamp,
    ) -> rusqlite::Result<Vec<DueRow>> {
        let rows = overdue(connection, self.cursor, PAGE, now - GRACE)?;
        self.cursor = match rows.last() {
            Some(last) if rows.len() == PAGE => last.slot.next(),
            _ => Slot::FIRST,
        };
        Ok(rows)
    }
}
