//! Heals what memory lost: now and then, rows that are long overdue are woken from the file.

use std::time::{Duration, Instant};

use durable_jobs_runtime::Timestamp;
use rusqlite::Connection;

use crate::store::{DueRow, Slot, overdue};

/// How often to look, in real time.
const EVERY: Duration = Duration::from_secs(10);

/// A timer that is this late was lost; one that is less late may be on its way.
const GRACE: Duration = Duration::from_secs(60);

/// How many rows one look takes in. The next look goes on behind them, so that rows that stay overdue, of jobs
/// that this program does not have, hide no others.
const PAGE: usize = 1_000;

/// Looks for overdue rows.
pub(super) struct Watchdog {
    next_look: Instant,
    cursor: Slot,
}

impl Watchdog {
    pub(super) fn new() -> Self {
        Self {
            next_look: real_now() + EVERY,
            cursor: Slot::FIRST,
        }
    }

    /// Whether it is time to look.
    pub(super) fn is_due(&self) -> bool {
        self.next_look <= real_now()
    }

    /// Reads some rows that are overdue at `now`.
    pub(super) fn look(
        &mut self,
        connection: &Connection,
        now: Timestamp,
    ) -> rusqlite::Result<Vec<DueRow>> {
        self.next_look = real_now() + EVERY;
        let rows = overdue(connection, self.cursor, PAGE, now - GRACE)?;
        self.cursor = match rows.last() {
            Some(last) if rows.len() == PAGE => last.slot.next(),
            _ => Slot::FIRST,
        };
        Ok(rows)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how often to look does not depend on the host's clock"
)]
fn real_now() -> Instant {
    Instant::now()
}
