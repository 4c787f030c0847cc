//! Windows one after the other, counted from 1970: each has all permits.

use serde::{Deserialize, Serialize};

use super::level::Limit;

/// The window that was used last.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct FixedWindow {
    begins_at: i64,
    taken: u32,
}

impl FixedWindow {
    /// A window that lies ahead of the clock goes on to count, but not one that lies more than one window ahead.
    pub(super) fn settle(&mut self, limit: &Limit, now: i64) -> bool {
        let next = begin(limit, now).saturating_add(limit.window_ms);
        let is_ahead = self.begins_at > next;
        if is_ahead {
            self.begins_at = next;
        }
        is_ahead
    }

    fn is_over(&self, limit: &Limit, now: i64) -> bool {
        self.ends_at(limit) <= now
    }

    pub(super) fn available(&self, limit: &Limit, now: i64) -> u32 {
        match self.is_over(limit, now) {
            true => limit.permits,
            false => limit.permits.saturating_sub(self.taken),
        }
    }

    pub(super) fn ends_at(&self, limit: &Limit) -> i64 {
        self.begins_at.saturating_add(limit.window_ms)
    }

    pub(super) fn take(&mut self, limit: &Limit, permits: u32, now: i64) {
        if self.is_over(limit, now) {
            (self.begins_at, self.taken) = (begin(limit, now), 0);
        }
        self.taken = self.taken.saturating_add(permits);
    }

    pub(super) fn full_at(&self, limit: &Limit) -> i64 {
        match self.taken {
            0 => i64::MIN,
            _ => self.ends_at(limit),
        }
    }
}

/// When the window began that it is now.
fn begin(limit: &Limit, now: i64) -> i64 {
    now.saturating_sub(now.rem_euclid(limit.window_ms))
}
