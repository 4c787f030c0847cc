//! croner 4 as the oracle, of the parser and of the next occurrence.
//!
//! It drops a time of a given day that the clocks skip at that day's end, as those of Nuuk do:
//! that zone is left to `by_the_minute`.

use std::str::FromStr;

use croner::Cron as Croner;
use durable_jobs_schedule::parse;
use durable_jobs_schedule::{Fields, TimeOfDay};
use jiff::{Timestamp, Zoned};
use proptest::prelude::*;

use crate::expressions::{expression, time_zone, zone_and_instant};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn next_occurrences_are_those_of_croner(
        expression in expression(),
        (zone, start) in zone_and_instant(),
    ) {
        let Ok(cron) = parse::cron(&expression, Some(zone)) else { return Ok(()) };
        let oracle = Oracle::new(&expression, cron.as_cron().fields());
        let mut at = start;
        for _ in 0..4 {
            let next = cron.next_after(at);
            prop_assert_eq!(next, oracle.next_after(zone, at), "{} after {}", cron, at);
            at = next.unwrap();
        }
    }
}

/// croner moves a time across a clock change only if minute and hour are one number each, and
/// lets lists and ranges follow elapsed time. Ours, as those of Vixie cron, are fixed times too:
/// the union of the single times in them.
struct Oracle(Vec<Croner>);

impl Oracle {
    fn new(expression: &str, fields: Fields) -> Self {
        if fields.time_of_day == TimeOfDay::Wildcard {
            return Self(vec![Croner::from_str(expression).unwrap()]);
        }
        let days = expression.splitn(3, ' ').last().unwrap();
        let hours = (0..24).filter(|hour| fields.hours >> hour & 1 == 1);
        let times = hours.flat_map(|hour| {
            let minutes = (0..60).filter(|minute| fields.minutes >> minute & 1 == 1);
            minutes.map(move |minute| Croner::from_str(&format!("{minute} {hour} {days}")).unwrap())
        });
        Self(times.collect())
    }

    fn next_after(&self, zone: &str, after_ms: i64) -> Option<i64> {
        let timestamp = Timestamp::from_millisecond(after_ms).unwrap();
        let start = Zoned::new(timestamp, time_zone(zone));
        let next = |cron: &Croner| cron.find_next_occurrence(&start, false).ok();
        self.0
            .iter()
            .filter_map(next)
            .map(|next| next.timestamp().as_millisecond())
            .min()
    }
}
