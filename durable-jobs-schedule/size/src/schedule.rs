use std::hint::black_box;

use durable_jobs_schedule::{Cron, Fields, TimeOfDay, Zone};

#[cfg(feature = "new-york")]
const ZONE: Zone<'_> = {
    use durable_jobs_schedule::{Daylight, Rule, YearlyChange};
    let starts = YearlyChange { month: 3, week: 2, weekday: 0, time: 7_200 };
    let ends = YearlyChange { month: 11, week: 1, weekday: 0, time: 7_200 };
    let daylight = Daylight { offset: -14_400, starts, ends };
    Zone::new("America/New_York", Rule { standard_offset: -18_000, daylight: Some(daylight) })
};
#[cfg(not(feature = "new-york"))]
const ZONE: Zone<'_> = Zone::UTC;

const WORKING_DAYS_AT_NINE: Fields = Fields {
    minutes: 1,
    hours: 1 << 9,
    days: 0,
    months: 0x1ffe,
    weekdays: 0x3e_3e3e_3e3e,
    time_of_day: TimeOfDay::Fixed,
};

static CRON: Cron<'_> = Cron::new("0 9 * * MON-FRI", WORKING_DAYS_AT_NINE, ZONE);

/// Milliseconds since the Unix epoch of the next occurrence, or -1.
///
/// The schedule is hidden from the optimizer, as it is among several.
#[unsafe(no_mangle)]
pub extern "C" fn next_after(after_ms: i64) -> i64 {
    black_box(&CRON).next_after(after_ms).unwrap_or(-1)
}
