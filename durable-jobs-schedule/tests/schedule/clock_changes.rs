//! What happens when the clocks change, one case at a time.

use durable_jobs_schedule::parse;
use jiff::Timestamp;

/// The occurrences between two instants.
fn occurrences(expression: &str, zone: &str, from: &str, until: &str) -> Vec<String> {
    let cron = parse::cron(expression, Some(zone)).unwrap();
    let milliseconds = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
    let next = |at: &i64| cron.next_after(*at);
    let all = std::iter::successors(cron.next_after(milliseconds(from)), next);
    let within = all.take_while(|at| *at < milliseconds(until));
    within
        .map(|at| Timestamp::from_millisecond(at).unwrap().to_string())
        .collect()
}

/// New York skips 02:00 to 03:00, at 07:00 UTC.
fn spring(expression: &str) -> Vec<String> {
    occurrences(
        expression,
        "America/New_York",
        "2026-03-08T05:30:00Z",
        "2026-03-08T09:00:00Z",
    )
}

/// New York repeats 01:00 to 02:00, from 05:00 to 07:00 UTC.
fn autumn(expression: &str) -> Vec<String> {
    occurrences(
        expression,
        "America/New_York",
        "2026-11-01T04:30:00Z",
        "2026-11-01T08:00:00Z",
    )
}

#[test]
fn a_skipped_fixed_time_runs_at_the_first_instant_after_the_gap() {
    assert_eq!(spring("30 2 * * *"), ["2026-03-08T07:00:00Z"]);
    assert_eq!(spring("0 2 * * SUN"), ["2026-03-08T07:00:00Z"]);
}

#[test]
fn several_skipped_times_run_once() {
    assert_eq!(spring("0,20,40 2 * * *"), ["2026-03-08T07:00:00Z"]);
    assert_eq!(spring("0 2,3 * * *"), ["2026-03-08T07:00:00Z"]);
    assert_eq!(
        spring("30 1-3 * * *"),
        [
            "2026-03-08T06:30:00Z",
            "2026-03-08T07:00:00Z",
            "2026-03-08T07:30:00Z"
        ]
    );
}

#[test]
fn a_skipped_time_of_another_day_does_not_run() {
    assert!(spring("30 2 * * MON").is_empty());
    assert!(spring("30 2 9 * *").is_empty());
}

#[test]
fn wildcards_do_not_run_for_skipped_times() {
    assert!(spring("*/20 2 * * *").is_empty());
    assert_eq!(
        spring("30 * * * *"),
        [
            "2026-03-08T06:30:00Z",
            "2026-03-08T07:30:00Z",
            "2026-03-08T08:30:00Z"
        ]
    );
}

#[test]
fn a_repeated_fixed_time_runs_at_the_first_pass() {
    assert_eq!(autumn("30 1 * * *"), ["2026-11-01T05:30:00Z"]);
    assert_eq!(autumn("0 1 * * *"), ["2026-11-01T05:00:00Z"]);
    assert_eq!(
        autumn("0 1,2 * * *"),
        ["2026-11-01T05:00:00Z", "2026-11-01T07:00:00Z"]
    );
}

#[test]
fn wildcards_run_at_both_passes() {
    assert_eq!(
        autumn("30 * * * *"),
        [
            "2026-11-01T05:30:00Z",
            "2026-11-01T06:30:00Z",
            "2026-11-01T07:30:00Z"
        ]
    );
    assert_eq!(
        autumn("*/30 1 * * *"),
        [
            "2026-11-01T05:00:00Z",
            "2026-11-01T05:30:00Z",
            "2026-11-01T06:00:00Z",
            "2026-11-01T06:30:00Z"
        ]
    );
}

#[test]
fn an_instant_within_the_second_pass_sees_only_what_is_left() {
    let after = |expression, from| {
        occurrences(expression, "America/New_York", from, "2026-11-01T07:01:00Z")
    };
    assert!(after("30 1 * * *", "2026-11-01T06:10:00Z").is_empty());
    assert_eq!(
        after("30 * * * *", "2026-11-01T06:10:00Z"),
        ["2026-11-01T06:30:00Z"]
    );
}

#[test]
fn a_gap_may_end_the_day() {
    // Nuuk skips 23:00 to 24:00 on Saturday 30 March 2024, at 01:00 UTC on Sunday.
    let nuuk = |expression| {
        occurrences(
            expression,
            "America/Nuuk",
            "2024-03-30T12:00:00Z",
            "2024-03-31T12:00:00Z",
        )
    };
    assert_eq!(nuuk("30 23 * * SAT"), ["2024-03-31T01:00:00Z"]);
    assert!(nuuk("30 23 * * SUN").is_empty());
}

#[test]
fn half_hours_count_as_well() {
    // Lord Howe skips 02:00 to 02:30 on 5 October 2025, at 15:30 UTC on the day before.
    let cron = |expression| {
        let (from, until) = ("2025-10-04T15:00:00Z", "2025-10-04T16:30:00Z");
        occurrences(expression, "Australia/Lord_Howe", from, until)
    };
    assert_eq!(cron("15 2 * * *"), ["2025-10-04T15:30:00Z"]);
    assert_eq!(cron("45 2 * * *"), ["2025-10-04T15:45:00Z"]);
}
