use crate::Transition;
use crate::calendar::{Date, SECONDS_PER_DAY};
use crate::zone::Clock;

/// What the clocks of a zone do every year: the POSIX rule at the end of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Seconds that standard time is ahead of UTC.
    pub standard_offset: i32,
    /// The other half of the year, if the clocks change.
    pub daylight: Option<Daylight>,
}

/// Daylight saving time: how far the clock is moved, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Daylight {
    /// Seconds that daylight saving time is ahead of UTC.
    pub offset: i32,
    /// When it starts, on the clock of standard time.
    pub starts: YearlyChange,
    /// When it ends, on the clock of daylight saving time.
    pub ends: YearlyChange,
}

/// A date such as "the last Sunday of March at 01:00".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearlyChange {
    /// 1 (January) to 12.
    pub month: u8,
    /// 1 to 4, or 5 for the last one in the month.
    pub week: u8,
    /// 0 is Sunday.
    pub weekday: u8,
    /// Seconds after the midnight that begins the day; may be negative, or past the day's end.
    pub time: i32,
}

impl Rule {
    /// A clock that never changes.
    #[must_use]
    pub const fn fixed(standard_offset: i32) -> Self {
        Self {
            standard_offset,
            daylight: None,
        }
    }

    pub(crate) fn clock_at(&self, at: i64) -> Clock {
        let mut clock = Clock {
            offset: self.standard_offset,
            next: None,
        };
        let Some(daylight) = self.daylight else {
            return clock;
        };
        let mut latest = i64::MIN;
        for change in self.transitions_around(daylight, at) {
            if change.at > at {
                clock.next = clock
                    .next
                    .filter(|next| next.at < change.at)
                    .or(Some(change));
            } else if change.at > latest {
                (latest, clock.offset) = (change.at, change.offset);
            }
        }
        clock
    }

    /// The changes of three years, because one near New Year belongs to another year in UTC.
    fn transitions_around(&self, daylight: Daylight, at: i64) -> impl Iterator<Item = Transition> {
        let standard_offset = self.standard_offset;
        let year = Date::of_day(at.div_euclid(SECONDS_PER_DAY)).year;
        (0..6).map(move |half| {
            let year = year - 1 + half / 2;
            if half % 2 == 0 {
                daylight
                    .starts
                    .transition(year, standard_offset, daylight.offset)
            } else {
                daylight
                    .ends
                    .transition(year, daylight.offset, standard_offset)
            }
        })
    }
}

impl YearlyChange {
    fn transition(&self, year: i64, offset_before: i32, offset: i32) -> Transition {
        let local = self.day_number(year) * SECONDS_PER_DAY + i64::from(self.time);
        Transition {
            at: local - i64::from(offset_before),
            offset,
        }
    }

    fn day_number(&self, year: i64) -> i64 {
        let first = Date::first_of_month(year, self.month);
        let to_weekday = (i64::from(self.weekday) - i64::from(first.weekday())).rem_euclid(7);
        let mut days = to_weekday + 7 * (i64::from(self.week) - 1);
        if days >= i64::from(first.month_length()) {
            days -= 7;
        }
        first.number + days
    }
}
