//! What mistakes about slots, and about what a continuous job keeps, are told.

use super::problems;
use crate::kind::Continuous;

#[test]
fn one_mistake_about_slots_is_one_message() {
    let cases = [
        (r#"missed = "none""#, "`missed` has no value `none`"),
        (r#"missed = all"#, "`missed` takes a string"),
        (
            r#"missed = "all""#,
            "`missed = \"all\"` needs `max_catch_up`",
        ),
        (
            r#"missed = "all", max_catch_up = 0"#,
            "`max_catch_up` must be at least 1",
        ),
        (
            "max_catch_up = 3",
            "`max_catch_up` needs `missed = \"all\"`",
        ),
        (
            r#"missed = "once", max_catch_up = 3"#,
            "`max_catch_up` needs `missed = \"all\"`",
        ),
        (
            r#"missed = "al", max_catch_up = 3"#,
            "`missed` has no value `al`",
        ),
        (r#"delay = "1m""#, "`delay` has no value `1m`"),
        (
            r#"delay = "after_run", missed = "skip""#,
            "`missed` has no effect beside `delay`",
        ),
        (
            r#"jitter = "1h""#,
            "`jitter` is not shorter than the interval",
        ),
        (r#"jitter = "0s""#, "`jitter` must be longer than zero"),
        ("jitter", "`jitter` takes a string"),
        (
            r#"on_recovery = "park""#,
            "`on_recovery` has no value `park`",
        ),
    ];
    for (arguments, problem) in cases {
        let arguments = format!(r#"every = "1h", {arguments}"#);
        assert_eq!(problems::<Continuous>(&arguments), [problem], "{arguments}");
    }
    let with_cron = r#"cron = "@daily", delay = "after_run""#;
    assert_eq!(problems::<Continuous>(with_cron), ["`delay` needs `every`"]);
}

#[test]
fn one_mistake_about_what_is_kept_is_one_message() {
    let cases = [
        ("history = 0", "`history` must be at least 1"),
        ("history = 1001", "`history` is larger than 1000"),
        (r#"retain = "0s""#, "`retain` must be longer than zero"),
        (r#"retain = "3651d""#, "`retain` is longer than 10 years"),
        ("retain = 7", "`retain` takes a string"),
        ("max_state_size = 1000", "`max_state_size` takes a string"),
        (
            r#"max_state_size = "1000""#,
            "`max_state_size`: \"1000\" is not a size: `1000` has no unit",
        ),
        (
            r#"max_state_size = "1mb""#,
            "`max_state_size`: \"1mb\" is not a size: unknown unit `mb`",
        ),
        (
            r#"max_state_size = "0MB""#,
            "`max_state_size` must be more than zero",
        ),
        (
            r#"max_state_size = "2GB""#,
            "`max_state_size` is larger than 1 GB",
        ),
        (
            "max_consecutive_failures = 0",
            "`max_consecutive_failures` must be at least 1",
        ),
        (
            r#"max_consecutive_failures = 3, on_exhausted = "park""#,
            "`max_consecutive_failures` has no effect on `on_exhausted = \"park\"`",
        ),
        (
            r#"max_consecutive_failures = 3, on_exhausted = "terminate""#,
            "`max_consecutive_failures` has no effect on `on_exhausted = \"terminate\"`",
        ),
    ];
    for (arguments, problem) in cases {
        let arguments = format!(r#"every = "1h", {arguments}"#);
        assert_eq!(problems::<Continuous>(&arguments), [problem], "{arguments}");
    }
}
