use crate::calendar::{Date, SECONDS_PER_DAY};

/// The five fields of a cron expression, as bit masks.
///
/// A day matches when its month does, and its day of the month **or** its weekday. A field
/// written as exactly `*` counts as not given, and its mask is empty; when neither is given,
/// `days` holds every day. Any other form, `*/2` and `1-31` too, is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fields {
    /// Bits 0 to 59.
    pub minutes: u64,
    /// Bits 0 to 23.
    pub hours: u32,
    /// Bits 1 to 31, and bit 0 for the last day of the month (`L`).
    pub days: u32,
    /// Bits 1 (January) to 12.
    pub months: u16,
    /// One byte of weekdays, bit 0 for Sunday, for each of the first to the fifth occurrence in
    /// the month (`MON#1` is in the lowest byte; plain `MON` in five), and a sixth byte for the
    /// last occurrence (`5L`).
    pub weekdays: u64,
    /// What happens when the clock changes.
    pub time_of_day: TimeOfDay,
}

/// How a schedule behaves when the clocks of its zone change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeOfDay {
    /// Neither the minute nor the hour has a `*`, but numbers, lists or ranges: a time that the spring change skips runs
    /// at the first instant after it, one that the autumn change repeats runs at the first pass.
    Fixed,
    /// The minute or the hour has a `*`, as in `*/15`: the schedule follows elapsed time,
    /// so that nothing runs for the skipped times and both passes of the repeated ones run.
    Wildcard,
}

const MINUTES_OF_HOUR: u64 = (1 << 60) - 1;
const HOURS_OF_DAY: u64 = (1 << 24) - 1;

impl Fields {
    /// The first matching minute in `from..until`, all in seconds on the clock of the zone.
    pub(crate) fn first_match(&self, from: i64, until: i64) -> Option<i64> {
        let first_minute = from.div_euclid(60) + i64::from(from.rem_euclid(60) > 0);
        let mut date = Date::of_day(first_minute.div_euclid(1_440));
        let mut earliest = first_minute.rem_euclid(1_440) as u32;
        while date.number * SECONDS_PER_DAY < until {
            let in_month = self.months >> date.month & 1 == 1;
            if in_month
                && self.matches_day(&date)
                && let Some(minute) = self.minute_of_day(earliest)
            {
                let found = date.number * SECONDS_PER_DAY + i64::from(minute) * 60;
                return (found < until).then_some(found);
            }
            let days = if in_month {
                1
            } else {
                i64::from(date.days_left()) + 1
            };
            date = Date::of_day(date.number + days);
            earliest = 0;
        }
        None
    }

    fn matches_day(&self, date: &Date) -> bool {
        let days_left = date.days_left();
        let weekday = self.weekdays >> date.weekday();
        self.days >> date.day & 1 == 1
            || (days_left == 0 && self.days & 1 == 1)
            || weekday >> ((date.day - 1) / 7 * 8) & 1 == 1
            || (days_left < 7 && weekday >> 40 & 1 == 1)
    }

    /// The first matching minute of a day, not before `earliest`.
    fn minute_of_day(&self, earliest: u32) -> Option<u32> {
        let minutes = self.minutes & MINUTES_OF_HOUR;
        let hours = u64::from(self.hours) & HOURS_OF_DAY;
        let hour = lowest_bit_from(hours, earliest / 60)?;
        if hour > earliest / 60 {
            return Some(hour * 60 + lowest_bit_from(minutes, 0)?);
        }
        match lowest_bit_from(minutes, earliest % 60) {
            Some(minute) => Some(hour * 60 + minute),
            None => Some(lowest_bit_from(hours, hour + 1)? * 60 + lowest_bit_from(minutes, 0)?),
        }
    }
}

fn lowest_bit_from(mask: u64, from: u32) -> Option<u32> {
    let rest = mask.checked_shr(from)?;
    (rest != 0).then(|| from + rest.trailing_zeros())
}
