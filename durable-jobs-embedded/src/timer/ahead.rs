//! Shows the time to instances whose rows a clock has written that ran ahead.

use std::time::Duration;

use durable_jobs_runtime::Timestamp;
use rusqlite::Connection;

use crate::store::{DueRow, InstanceKey, last_of_chunk, saved_after};

/// How many rows are looked through at a time: timers that are due go before the rest.
const CHUNK: u32 = 8_192;

/// Clocks that differ by less are taken to agree.
const TOLERANCE: Duration = Duration::from_secs(60);

/// Walks through the rows that were saved later than the clock shows now. Their timers may lie far ahead; an
/// instance that is woken sees that itself.
pub(super) struct Ahead {
    later_than: Timestamp,
    behind: InstanceKey,
}

impl Ahead {
    /// To be begun when the host starts and when the clock has stepped back.
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            later_than: now + TOLERANCE,
            behind: InstanceKey(i64::MIN),
        }
    }

    /// Whether a clock that showed `before` has stepped back.
    pub(super) fn has_stepped_back(before: Timestamp, now: Timestamp) -> bool {
        before.since(now) > TOLERANCE
    }

    /// Reads some of those rows; `None` when there are no more.
    pub(super) fn step(
        &mut self,
        connection: &Connection,
    ) -> rusqlite::Result<Option<Vec<DueRow>>> {
        let upto = last_of_chunk(connection, self.behind, CHUNK)?;
        // A damaged file may show the same keys again and again.
        let Some(upto) = upto.filter(|upto| *upto > self.behind) else {
            return Ok(None);
        };
        let rows = saved_after(connection, self.later_than, self.behind, upto)?;
        self.behind = upto;
        Ok(Some(rows))
    }
}
