//! A bucket that permits drip into, as the generic cell rate algorithm keeps it: by the time at which it will be full.

use serde::{Deserialize, Serialize};

use super::level::Limit;

/// When the bucket is full: `full_at` and `part / permits` of a millisecond.
///
/// All sums are in units of one `permits`-th of a millisecond: in them one permit drips in every `window_ms`, exactly.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct TokenBucket {
    full_at: i64,
    part: u32,
}

impl TokenBucket {
    fn units(&self, limit: &Limit) -> i128 {
        units(limit, self.full_at) + i128::from(self.part)
    }

    fn set(&mut self, limit: &Limit, units: i128) {
        let permits = i128::from(limit.permits);
        self.full_at = i64::try_from(units.div_euclid(permits)).unwrap_or(i64::MAX);
        self.part = u32::try_from(units.rem_euclid(permits)).unwrap_or(0);
    }

    pub(super) fn settle(&mut self, limit: &Limit, now: i64) -> bool {
        let empty = units(limit, now) + of_permits(limit, limit.burst);
        let is_ahead = self.units(limit) > empty;
        if is_ahead {
            self.set(limit, empty);
        }
        is_ahead
    }

    pub(super) fn available(&self, limit: &Limit, now: i64) -> u32 {
        let now = units(limit, now);
        let missing = (self.units(limit) - now).max(0);
        let there = (of_permits(limit, limit.burst) - missing) / i128::from(limit.window_ms);
        u32::try_from(there.max(0)).unwrap_or(u32::MAX)
    }

    /// When there are so many permits that some are missing now.
    pub(super) fn has_at(&self, limit: &Limit, permits: u32) -> i64 {
        let more = of_permits(limit, limit.burst.saturating_sub(permits));
        ceil(limit, self.units(limit) - more)
    }

    pub(super) fn take(&mut self, limit: &Limit, permits: u32, now: i64) {
        let from = self.units(limit).max(units(limit, now));
        self.set(limit, from + of_permits(limit, permits));
    }

    pub(super) fn full_at(&self, limit: &Limit) -> i64 {
        ceil(limit, self.units(limit))
    }
}

fn units(limit: &Limit, millis: i64) -> i128 {
    i128::from(millis) * i128::from(limit.permits)
}

/// How long so many permits take to drip in.
fn of_permits(limit: &Limit, permits: u32) -> i128 {
    i128::from(permits) * i128::from(limit.window_ms)
}

/// The first whole millisecond that is not before a moment.
fn ceil(limit: &Limit, units: i128) -> i64 {
    let permits = i128::from(limit.permits);
    let up = units.div_euclid(permits) + i128::from(units.rem_euclid(permits) > 0);
    i64::try_from(up).unwrap_or(i64::MAX)
}
