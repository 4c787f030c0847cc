//! How fast attempts begin: evenly, so that no stretch of the rate's time sees more than it allows.

use crate::{Timestamp, json::json_newtype, queue::Rate};

const MICROS: i64 = 1000;

/// When the next attempt may begin, in microseconds: an even share of a time is rarely a whole millisecond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pace(i64);

json_newtype!(Pace(i64));

impl Pace {
    /// When the next attempt may begin, unless that is now.
    pub(super) fn next_at(self, rate: Option<Rate>, now: Timestamp) -> Option<Timestamp> {
        let gap = gap(rate?);
        // Later than a whole gap from the end of this millisecond it was set by a clock that ran ahead.
        let latest = micros(now).saturating_add(gap + MICROS - 1);
        let next = Timestamp::from_millis(self.0.min(latest).div_euclid(MICROS));
        (next > now).then_some(next)
    }

    /// When the next attempt may begin, by whatever clock it was noted.
    pub(super) fn due(self, rate: Option<Rate>) -> Option<Timestamp> {
        rate.map(|_| Timestamp::from_millis(self.0.div_euclid(MICROS)))
    }

    /// Notes that an attempt begins now.
    pub(super) fn begin(&mut self, rate: Option<Rate>, now: Timestamp) {
        if let Some(rate) = rate {
            let gap = gap(rate);
            let latest = micros(now).saturating_add(MICROS - 1);
            let from = self.0.clamp(micros(now), latest);
            self.0 = from.saturating_add(gap);
        }
    }
}

fn gap(rate: Rate) -> i64 {
    let per = i64::try_from(rate.per.as_micros()).unwrap_or(i64::MAX);
    let starts = i64::from(rate.starts.max(1));
    (per / starts).saturating_add(i64::from(per % starts > 0))
}

fn micros(time: Timestamp) -> i64 {
    time.as_millis().saturating_mul(MICROS)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// When attempts begin that begin as soon as they may.
    fn starts(rate: Rate, count: usize) -> Vec<i64> {
        let (mut pace, mut now, mut starts) = (Pace::default(), 0, Vec::new());
        while starts.len() < count {
            let at = Timestamp::from_millis(now);
            match pace.next_at(Some(rate), at) {
                Some(next) => now = next.as_millis(),
                None => {
                    pace.begin(Some(rate), at);
                    starts.push(now);
                }
            }
        }
        starts
    }

    #[test]
    fn attempts_begin_in_even_steps() {
        let rate = Rate::new(100, Duration::from_secs(60));
        assert_eq!(starts(rate, 4), [0, 600, 1200, 1800]);
        let rate = Rate::new(7, Duration::from_secs(1));
        assert_eq!(starts(rate, 8), [0, 142, 285, 428, 571, 714, 857, 1000]);
        let rate = Rate::new(4000, Duration::from_secs(1));
        let starts = starts(rate, 12);
        assert_eq!(starts, [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    }

    #[test]
    fn a_millisecond_that_has_begun_takes_no_start_of_the_next() {
        let rate = Some(Rate::new(3, Duration::from_millis(1)));
        let mut pace = Pace::default();
        for _ in 0..3 {
            assert_eq!(pace.next_at(rate, Timestamp::from_millis(0)), None);
            pace.begin(rate, Timestamp::from_millis(0));
        }
        assert_eq!(pace, Pace(1002));
        pace.begin(rate, Timestamp::from_millis(0));
        assert_eq!(pace, Pace(999 + 334), "set by a clock that ran ahead");
    }

    #[test]
    fn what_was_not_used_is_not_saved_up() {
        let rate = Some(Rate::new(1, Duration::from_secs(1)));
        let mut pace = Pace::default();
        pace.begin(rate, Timestamp::from_millis(0));
        let later = Timestamp::from_millis(60_000);
        assert_eq!(pace.next_at(rate, later), None);
        pace.begin(rate, later);
        let next = Timestamp::from_millis(61_000);
        assert_eq!(pace.next_at(rate, later), Some(next));
    }

    #[test]
    fn a_clock_that_steps_back_holds_nothing_up() {
        let rate = Some(Rate::new(1, Duration::from_secs(1)));
        let mut pace = Pace::default();
        pace.begin(rate, Timestamp::from_millis(3_600_000));
        let back = Timestamp::from_millis(0);
        let next = Timestamp::from_millis(1_000);
        assert_eq!(pace.next_at(rate, back), Some(next));
    }
}
