//! The written rule, applied to one minute after another with jiff's clock.

use durable_jobs_schedule::parse::{self, CompiledCron};
use durable_jobs_schedule::{Fields, TimeOfDay};
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::expressions::{expression, time_zone, zone_and_instant};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const MINUTES_OF_FOUR_DAYS: i64 = 4 * 24 * 60;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_left_out_and_nothing_added(
        expression in expression(),
        (zone, start) in zone_and_instant(),
    ) {
        let Ok(cron) = parse::cron(&expression, Some(zone)) else { return Ok(()) };
        agrees(&cron, zone, start)?;
    }

    #[test]
    fn clocks_may_skip_the_last_hour_of_a_day(
        expression in expression(),
        zone in prop::sample::select(&["America/Nuuk", "America/Scoresbysund"][..]),
        start in 1_711_670_400_000..1_711_929_600_000_i64, // 2024-03-29 to 2024-04-01
    ) {
        let Ok(cron) = parse::cron(&expression, Some(zone)) else { return Ok(()) };
        agrees(&cron, zone, start)?;
    }

    #[test]
    fn occurrences_strictly_increase(
        expression in expression(),
        (zone, start) in zone_and_instant(),
    ) {
        let Ok(cron) = parse::cron(&expression, Some(zone)) else { return Ok(()) };
        let mut at = start;
        for _ in 0..50 {
            let next = cron.next_after(at).unwrap();
            prop_assert!(next > at && next % 60_000 == 0);
            prop_assert_eq!(cron.next_after(next - 1), Some(next));
            at = next;
        }
    }

    #[test]
    fn any_instant_has_an_answer(
        expression in expression(),
        zone in prop::sample::select(&crate::expressions::ZONES[..]),
        after in any::<i64>(),
    ) {
        let Ok(cron) = parse::cron(&expression, Some(zone)) else { return Ok(()) };
        for after in [after, i64::MIN, i64::MAX] {
            prop_assert!(cron.next_after(after).is_none_or(|next| next > after));
        }
    }
}

fn agrees(cron: &CompiledCron, zone: &str, start: i64) -> Result<(), TestCaseError> {
    let (zone, fields) = (time_zone(zone), cron.as_cron().fields());
    let first = Timestamp::from_second(start.div_euclid(60_000) * 60 + 60).unwrap();
    let mut minutes = (0..MINUTES_OF_FOUR_DAYS).map(|minute| {
        first
            .checked_add(SignedDuration::from_mins(minute))
            .unwrap()
    });
    let expected = minutes
        .find(|at| occurs(&fields, &zone, *at))
        .map(Timestamp::as_millisecond);
    let horizon = first.as_millisecond() + MINUTES_OF_FOUR_DAYS * 60_000;
    let found = cron.next_after(start).filter(|next| *next < horizon);
    prop_assert_eq!(found, expected, "{} after {}", cron, start);
    Ok(())
}

fn occurs(fields: &Fields, zone: &TimeZone, at: Timestamp) -> bool {
    let local = zone.to_datetime(at);
    match fields.time_of_day {
        TimeOfDay::Wildcard => matches(fields, local),
        TimeOfDay::Fixed => {
            (matches(fields, local) && !is_second_pass(zone, at, local))
                || skipped_just_before(zone, at, local).any(|skipped| matches(fields, skipped))
        }
    }
}

fn is_second_pass(zone: &TimeZone, at: Timestamp, local: DateTime) -> bool {
    match zone.to_ambiguous_timestamp(local).offset() {
        AmbiguousOffset::Fold { after, .. } => zone.to_offset(at) == after,
        _ => false,
    }
}

/// The minutes of the gap that ends at `at`.
fn skipped_just_before(
    zone: &TimeZone,
    at: Timestamp,
    local: DateTime,
) -> impl Iterator<Item = DateTime> {
    let before = zone.to_datetime(at - MINUTE);
    let skipped = local.duration_since(before).as_mins();
    (1..skipped).map(move |minute| before + MINUTE * i32::try_from(minute).unwrap())
}

fn matches(fields: &Fields, local: DateTime) -> bool {
    let (day, last_day) = (local.day(), local.days_in_month());
    let weekday = local.weekday().to_sunday_zero_offset();
    let occurrence = (day - 1) / 7;
    let in_days = fields.days >> day & 1 == 1 || (day == last_day && fields.days & 1 == 1);
    let in_weekdays = fields.weekdays >> (8 * occurrence + weekday) & 1 == 1
        || (day + 7 > last_day && fields.weekdays >> (40 + weekday) & 1 == 1);
    fields.minutes >> local.minute() & 1 == 1
        && fields.hours >> local.hour() & 1 == 1
        && fields.months >> local.month() & 1 == 1
        && (in_days || in_weekdays)
}
