//! A window that ends now: a log of what was taken in it.

use serde::{Deserialize, Serialize};

use super::level::Limit;

/// A log has about as many entries at most.
const MOST_ENTRIES: u32 = 60;

/// What was taken, the oldest first: when, and how many permits.
///
/// Of a limit of up to 60 permits every acquire is an entry of its own. Of a larger one those of one 60th of the window
/// share an entry, which counts as of the end of that time: a permit comes back up to a 60th of a window late, never early.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct SlidingWindow(Vec<(i64, u32)>);

impl SlidingWindow {
    pub(super) fn settle(&mut self, limit: &Limit, now: i64) -> bool {
        let latest = entry_at(limit, now);
        let from = self.0.partition_point(|(at, _)| *at <= latest);
        let ahead: u32 = sum(self.0.drain(from..));
        if ahead > 0 {
            self.add(latest, ahead);
        }
        ahead > 0
    }

    fn add(&mut self, at: i64, permits: u32) {
        match self.0.last_mut() {
            Some((last, taken)) if *last == at => *taken = taken.saturating_add(permits),
            _ => self.0.push((at, permits)),
        }
    }

    /// What counts now.
    fn counting(&self, limit: &Limit, now: i64) -> &[(i64, u32)] {
        let over = |(at, _): &(i64, u32)| at.saturating_add(limit.window_ms) <= now;
        self.0.get(self.0.partition_point(over)..).unwrap_or(&[])
    }

    pub(super) fn available(&self, limit: &Limit, now: i64) -> u32 {
        let taken = sum(self.counting(limit, now).iter().copied());
        limit.permits.saturating_sub(taken)
    }

    /// When so much has left the window that there are so many permits.
    pub(super) fn has_at(&self, limit: &Limit, permits: u32, now: i64) -> i64 {
        let counting = self.counting(limit, now);
        let mut taken = sum(counting.iter().copied());
        let most = limit.permits.saturating_sub(permits);
        for (at, permits) in counting {
            taken = taken.saturating_sub(*permits);
            if taken <= most {
                return at.saturating_add(limit.window_ms);
            }
        }
        now
    }

    pub(super) fn take(&mut self, limit: &Limit, permits: u32, now: i64) {
        let over = self.0.len() - self.counting(limit, now).len();
        self.0.drain(..over);
        self.add(entry_at(limit, now), permits);
    }

    pub(super) fn full_at(&self, limit: &Limit) -> i64 {
        let last = self.0.last();
        last.map_or(i64::MIN, |(at, _)| at.saturating_add(limit.window_ms))
    }
}

fn sum(entries: impl Iterator<Item = (i64, u32)>) -> u32 {
    entries.fold(0, |sum, (_, permits)| sum.saturating_add(permits))
}

/// The time of the entry that holds what is taken now.
fn entry_at(limit: &Limit, now: i64) -> i64 {
    let grain = match limit.permits {
        ..=MOST_ENTRIES => 1,
        _ => limit
            .window_ms
            .unsigned_abs()
            .div_ceil(u64::from(MOST_ENTRIES)) as i64,
    };
    now.saturating_add((-now).rem_euclid(grain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rate_limit::Algorithm;

    const LIMIT: Limit = Limit {
        algorithm: Algorithm::SlidingWindow,
        permits: 3,
        burst: 3,
        window_ms: 1000,
    };

    #[test]
    fn what_is_taken_at_one_time_is_one_entry() {
        let mut window = SlidingWindow::default();
        window.take(&LIMIT, 1, 5);
        window.take(&LIMIT, 1, 5);
        window.take(&LIMIT, 1, 6);
        assert_eq!(window, SlidingWindow(vec![(5, 2), (6, 1)]));
    }

    #[test]
    fn only_what_lies_ahead_is_taken_back() {
        let mut window = SlidingWindow::default();
        window.take(&LIMIT, 1, 5);
        assert!(!window.settle(&LIMIT, 5));
        window.take(&LIMIT, 2, 900);
        assert!(window.settle(&LIMIT, 6));
        assert_eq!(window, SlidingWindow(vec![(5, 1), (6, 2)]));
        assert!(!window.settle(&LIMIT, 6));
    }
}
