//! The text of durations.

use std::time::Duration;

use durable_jobs_schedule::parse::{DurationError, MINIMUM, duration, format_duration};
use proptest::prelude::*;

#[test]
fn whole_numbers_with_units_are_read() {
    let accepted = [
        ("100ms", MINIMUM),
        ("500 ms", Duration::from_millis(500)),
        ("30s", Duration::from_secs(30)),
        ("30m", Duration::from_mins(30)),
        ("30 mins", Duration::from_mins(30)),
        ("30 minutes", Duration::from_mins(30)),
        (" 1 hour 30 minutes ", Duration::from_mins(90)),
        ("1h30m", Duration::from_mins(90)),
        ("1h 30m", Duration::from_mins(90)),
        ("1 day", Duration::from_hours(24)),
        ("7d", Duration::from_hours(7 * 24)),
        ("1w", Duration::from_hours(7 * 24)),
        ("2 weeks", Duration::from_hours(14 * 24)),
        ("250 milliseconds", Duration::from_millis(250)),
        ("0s", Duration::ZERO),
    ];
    for (text, expected) in accepted {
        assert_eq!(duration(text), Ok(expected), "{text}");
    }
}

#[test]
fn anything_else_says_what_is_wrong() {
    let whole = "write a whole number and a unit: `ms`, `s`, `m`, `h`, `d` or `w`, \
                 as in \"30m\" or \"1h 30m\"";
    let calendar =
        "months and years differ in length: use a calendar schedule, as in `cron = \"0 9 1 * *\"`";
    let refused = [
        ("", "it is empty", whole),
        ("  ", "it is empty", whole),
        ("30", "`30` has no unit", whole),
        ("1h 30", "`30` has no unit", whole),
        ("1 0s", "`1` has no unit", whole),
        ("h", "`h` has no number", whole),
        ("1h m", "`m` has no number", whole),
        ("30 mins?", "unexpected `?` after `30 mins`", whole),
        ("?", "unexpected `?`", whole),
        ("-30m", "unexpected `-`", whole),
        ("1.5h", "unexpected `.` after `1`", whole),
        ("1h, 30m", "unexpected `,` after `1h`", whole),
        ("1_000ms", "unexpected `_` after `1`", whole),
        ("30M", "unknown unit `M`", "did you mean `m`?"),
        (
            "30 minuts",
            "unknown unit `minuts`",
            "did you mean `minutes`?",
        ),
        ("30 Hours", "unknown unit `Hours`", "did you mean `hours`?"),
        ("30 fortnights", "unknown unit `fortnights`", whole),
        ("30us", "unknown unit `us`", whole),
        ("1 month", "`month` is not a fixed length of time", calendar),
        ("2 years", "`years` is not a fixed length of time", calendar),
        ("1y", "`y` is not a fixed length of time", calendar),
        (
            "99999999999999999999s",
            "it is too long",
            "write a shorter duration",
        ),
        (
            "9223372036854776s",
            "it is too long",
            "write a shorter duration",
        ),
    ];
    for (text, message, help) in refused {
        let error = duration(text).unwrap_err();
        assert_eq!(
            (error.to_string().as_str(), error.help().as_str()),
            (message, help),
            "{text}"
        );
    }
}

#[test]
fn an_error_can_be_matched() {
    let unknown = DurationError::UnknownUnit {
        unit: "M".to_owned(),
        suggestion: Some("m"),
    };
    assert_eq!(duration("30M"), Err(unknown));
}

#[test]
fn a_duration_is_written_without_empty_parts() {
    let written = [
        (Duration::ZERO, "0s"),
        (Duration::from_millis(100), "100ms"),
        (Duration::from_mins(90), "1h 30m"),
        (Duration::from_hours(7 * 24), "7d"),
        (Duration::from_millis(86_400_001), "1d 1ms"),
    ];
    for (value, text) in written {
        assert_eq!(format_duration(value), text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(milliseconds in 0..=i64::MAX) {
        let value = Duration::from_millis(milliseconds.unsigned_abs());
        prop_assert_eq!(duration(&format_duration(value)), Ok(value));
    }

    #[test]
    fn no_text_is_read_by_accident(text in ".{0,12}") {
        if duration(&text).is_ok() {
            let known = |character: char| character.is_ascii_alphanumeric() || character.is_whitespace();
            prop_assert!(text.chars().all(known));
        }
    }
}
