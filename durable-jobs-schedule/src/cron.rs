use std::fmt;

use crate::calendar::SECONDS_PER_DAY;
use crate::{Fields, TimeOfDay, Zone};

/// The longest time between two occurrences is the 40 years from one 29 February on a given
/// weekday to the next, when a century without a leap day lies between them.
const HORIZON: i64 = 45 * 366 * SECONDS_PER_DAY;

/// A calendar schedule: when something runs, on the clock of a time zone.
///
/// The macros write it as a constant; `parse::cron` builds one at run time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cron<'a> {
    expression: &'a str,
    fields: Fields,
    zone: Zone<'a>,
}

impl<'a> Cron<'a> {
    /// A schedule from the expression as it is shown, what it means, and its zone.
    #[must_use]
    pub const fn new(expression: &'a str, fields: Fields, zone: Zone<'a>) -> Self {
        Self {
            expression,
            fields,
            zone,
        }
    }

    /// The expression, as in `0 9 * * MON-FRI`.
    #[must_use]
    pub const fn expression(&self) -> &'a str {
        self.expression
    }

    /// The IANA name of the zone, as in `America/New_York`.
    #[must_use]
    pub const fn zone_name(&self) -> &'a str {
        self.zone.name()
    }

    /// What the expression means.
    #[must_use]
    pub const fn fields(&self) -> Fields {
        self.fields
    }

    /// The zone on whose clock the expression is read.
    #[must_use]
    pub const fn zone(&self) -> Zone<'a> {
        self.zone
    }

    /// The text by which a changed schedule is noticed: the expression and the zone's name. A
    /// newer time zone database does not change it.
    ///
    /// ```
    /// # use durable_jobs_schedule::{Cron, Fields, TimeOfDay, Zone};
    /// # const FIELDS: Fields = Fields {
    /// #     minutes: 1, hours: 1, days: u32::MAX - 1, months: 0x1ffe, weekdays: 0,
    /// #     time_of_day: TimeOfDay::Fixed,
    /// # };
    /// assert_eq!(Cron::new("@daily", FIELDS, Zone::UTC).fingerprint(), "@daily UTC");
    /// ```
    #[must_use]
    pub fn fingerprint(&self) -> String {
        [self.expression, " ", self.zone_name()].concat()
    }

    /// The first occurrence after an instant, both in milliseconds since the Unix epoch, UTC.
    ///
    /// Occurrences are whole minutes, each later than `after_ms`. `None` means that the schedule
    /// never fires again, which `parse::cron` refuses, or only past the last representable
    /// millisecond.
    #[must_use]
    pub fn next_after(&self, after_ms: i64) -> Option<i64> {
        let found = self.first_from(after_ms.div_euclid(1_000) + 1)?;
        (found <= i64::MAX / 1_000).then(|| found * 1_000)
    }

    /// The first occurrence at or after an instant, in seconds since the Unix epoch.
    ///
    /// The walk goes from one change of the clock to the next. It starts a day early, because
    /// the change before `earliest` decides whether its time of day is a repeated one.
    fn first_from(&self, earliest: i64) -> Option<i64> {
        let horizon = earliest + HORIZON;
        let mut start = earliest - SECONDS_PER_DAY;
        let mut clock = self.zone.clock_at(start);
        let mut previous_offset = clock.offset;
        loop {
            let end = clock.next.map_or(horizon, |change| change.at.min(horizon));
            let period = Period {
                start,
                end,
                offset: clock.offset,
                previous_offset,
            };
            if let Some(found) = self.first_within(&period, earliest) {
                return Some(found);
            }
            if end == horizon {
                return None;
            }
            (start, previous_offset) = (end, clock.offset);
            clock = self.zone.clock_at(start);
        }
    }

    fn first_within(&self, period: &Period, earliest: i64) -> Option<i64> {
        let offset = i64::from(period.offset);
        let start = period.start + offset;
        let previous_end = period.start + i64::from(period.previous_offset);
        let mut from = start.max(earliest + offset);
        if self.fields.time_of_day == TimeOfDay::Fixed {
            let skipped = || self.fields.first_match(previous_end, start);
            if earliest <= period.start && skipped().is_some() {
                return Some(period.start);
            }
            from = from.max(previous_end);
        }
        Some(self.fields.first_match(from, period.end + offset)? - offset)
    }
}

impl fmt::Display for Cron<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.expression, self.zone_name())
    }
}

/// A time during which the clock does not change, in seconds since the Unix epoch.
struct Period {
    start: i64,
    end: i64,
    offset: i32,
    previous_offset: i32,
}
