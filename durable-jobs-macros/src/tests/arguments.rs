//! What each mistake in the arguments is told, and that it is told once.

use super::{messages, problems};
use crate::kind::{Continuous, Debounce, Task};

#[test]
fn what_is_accepted_is_silent() {
    for arguments in [
        r#"every = "30m""#,
        r#"every = "1h 30m", start_immediately"#,
        r#"cron = "@daily", timezone = "Europe/Berlin", name = "daily report", version = 7"#,
        r#"every = "100ms", retry(none), timeout = "36500d""#,
        r#"every = "1s", retry(patient, max_attempts = 3, jitter = false)"#,
        r#"every = "1s", retry(backoff = "fixed", base = "10m")"#,
        r#"every = "1s", retry(factor = 1.5, max_elapsed = "1h",)"#,
        r#"every = "1s", client = "Tokens", crate = crate::renamed"#,
        r#"every = "1h", missed = "all", max_catch_up = 1, jitter = "3599s""#,
        r#"cron = "@daily", missed = "skip", jitter = "2d", on_recovery = "retry""#,
        r#"every = "1h", delay = "after_run", history = 1000, retain = "3650d""#,
        r#"every = "1h", max_state_size = "1GB", max_consecutive_failures = 1, missed = "once""#,
        r#"every = "1h", max_consecutive_failures = 3, on_exhausted = "skip_run""#,
        r#"every = "1s", log = "debug""#,
        r#"every = "1s", log = "off""#,
    ] {
        assert_eq!(messages::<Continuous>(arguments), [""; 0], "{arguments}");
    }
    assert_eq!(
        messages::<Debounce>(r#"max_events = 10_000, on_exhausted = "terminate""#),
        [""; 0]
    );
    assert_eq!(
        messages::<Task>(r#"on_exhausted = "skip_run", retry(aggressive)"#),
        [""; 0]
    );
}

#[test]
fn one_mistake_is_one_message() {
    let cases = [
        (
            r#"every = "30 mins?""#,
            "`every`: \"30 mins?\" is not a duration: unexpected `?` after `30 mins`",
        ),
        (
            r#"every = "30""#,
            "`every`: \"30\" is not a duration: `30` has no unit",
        ),
        (r#"every = "0s""#, "`every` must be longer than zero"),
        (r#"every = "99ms""#, "`every` is too short"),
        (r#"every = "60000d""#, "`every` is longer than 100 years"),
        (r#"every"#, "`every` takes a string"),
        (r#"every("30m")"#, "`every` takes a string"),
        (r#"every ="#, "`every` takes a string"),
        (r#"every: "30m""#, "this is not an argument"),
        (r#""30m""#, "a value needs a key"),
        (r#"evry = "30m""#, "`#[continuous]` has no key `evry`"),
        (
            r#"flush_after = "5s""#,
            "`flush_after` belongs to `#[debounce]`",
        ),
        (
            r#"every = "1s", dedup_window = "5m""#,
            "`dedup_window` belongs to `#[debounce]` and `#[task]` and `#[queue]`",
        ),
        (
            r#"every = "1s", max_attempts = 3"#,
            "`max_attempts` belongs to `retry(..)`",
        ),
        (r#"every = "1s", every = "2s""#, "`every` is given twice"),
        (
            r#"timezone = "Europe/Berlin""#,
            "a continuous job needs a schedule",
        ),
        (
            r#"every = "1s", cron = "@daily""#,
            "`cron` cannot be used together with `every`",
        ),
        (
            r#"cron = "@daily", every = "1s""#,
            "`every` cannot be used together with `cron`",
        ),
        (
            r#"every = "1s", timezone = "Europe/Berlin""#,
            "`timezone` needs `cron`",
        ),
        (
            r#"cron = "0 0 31 2 *""#,
            "`cron`: this schedule never fires: there is no such date",
        ),
        (
            r#"cron = "@daily", timezone = 1"#,
            "`timezone` takes a string",
        ),
        (
            r#"every = "1s", start_immediately = "no""#,
            "`start_immediately` is either on or off",
        ),
        (
            r#"every = "1s", version = 0"#,
            "`version` must be at least 1",
        ),
        (
            r#"every = "1s", version = "2""#,
            "`version` takes a whole number",
        ),
        (
            r#"every = "1s", version = 5000000000"#,
            "`version` is `5000000000`, outside 0..=4294967295",
        ),
        (r#"every = "1s", name = """#, "the stored name is empty"),
        (
            r#"every = "1s", name = "a:b""#,
            "the stored name contains `:`",
        ),
        (
            "every = \"1s\", name = \"a\\n\"",
            "the stored name contains a control character",
        ),
        (
            r#"every = "1s", client = "a b""#,
            "`client` takes the name of a type",
        ),
        (
            r#"every = "1s", crate = "jobs""#,
            "`crate` takes the path of the `durable-jobs` crate",
        ),
        (
            r#"every = "1s", crate = self::jobs"#,
            "`crate` cannot start with `self`",
        ),
        (
            r#"every = "1s", crate = super::jobs"#,
            "`crate` cannot start with `super`",
        ),
        (
            r#"every = "1s", crate = jobs"#,
            "`crate` must be an absolute path",
        ),
        (
            r#"every = "1s", on_exhausted = "stop""#,
            "`on_exhausted` has no value `stop`",
        ),
        (r#"every = "1s", log = "debg""#, "`log` has no value `debg`"),
        (r#"every = "1s", log = false"#, "`log` takes a string"),
    ];
    for (arguments, problem) in cases {
        assert_eq!(problems::<Continuous>(arguments), [problem], "{arguments}");
    }
}

#[test]
fn one_mistake_about_retries_is_one_message() {
    let cases = [
        ("retry", "`retry` takes a policy in parentheses"),
        ("retry()", "`retry` takes a policy in parentheses"),
        (
            r#"retry = "standard""#,
            "`retry` takes a policy in parentheses",
        ),
        ("retry(standrd)", "`retry(..)` has no preset `standrd`"),
        (
            "retry(standard, patient)",
            "`patient` cannot be used together with `standard`",
        ),
        (
            "retry(standard, jiter)",
            "`retry(..)` has no preset `jiter`",
        ),
        (
            "retry(none, max_attempts = 3)",
            "`max_attempts` cannot be used together with `none`",
        ),
        (
            "retry(max_attempts = 0)",
            "`max_attempts` must be at least 1",
        ),
        (
            r#"retry(timeout = "1s")"#,
            "`timeout` belongs to the attribute itself",
        ),
        (
            r#"retry(backof = "fixed")"#,
            "`retry(..)` has no key `backof`",
        ),
        (
            r#"retry(backoff = "cubic")"#,
            "`backoff` has no value `cubic`",
        ),
        (
            r#"retry(increment = "1s")"#,
            "`increment` has no effect on `backoff = \"exponential\"`",
        ),
        (
            r#"retry(backoff = "fixed", factor = 2.0)"#,
            "`factor` has no effect on `backoff = \"fixed\"`",
        ),
        (
            "retry(factor = 0.5)",
            "`factor` must be a finite number of at least 1",
        ),
        (r#"retry(factor = "2")"#, "`factor` takes a number"),
        (
            r#"retry(base = "10s", max = "1s")"#,
            "`base` is longer than `max`",
        ),
        (
            r#"retry(base = "1m")"#,
            "`base` is longer than the `max` that the policy has by default",
        ),
        (
            r#"retry(max = "500ms")"#,
            "`max` is shorter than the `base` that the policy has by default",
        ),
        (
            r#"retry(base = "1s", base = "2s")"#,
            "`base` is given twice",
        ),
        (r#"retry(base = "1ms")"#, "`base` is too short"),
    ];
    for (arguments, problem) in cases {
        assert_eq!(problems::<Task>(arguments), [problem], "{arguments}");
    }
}

#[test]
fn every_mistake_is_told_in_the_order_of_the_source() {
    let arguments =
        r#"version = 0, evry = "1s", retry(max_attempts = 0, jiter), cron = "61 25 * * *""#;
    let expected = [
        "`version` must be at least 1",
        "`#[continuous]` has no key `evry`",
        "`max_attempts` must be at least 1",
        "`retry(..)` has no preset `jiter`",
        "`cron`: field 1 (minute) is `61`, outside 0..=59",
        "`cron`: field 2 (hour) is `25`, outside 0..=23",
    ];
    assert_eq!(problems::<Continuous>(arguments), expected);
}

#[test]
fn help_says_what_to_write() {
    let help = |arguments| {
        messages::<Continuous>(arguments)
            .concat()
            .split_once("\n\nhelp: ")
            .unwrap()
            .1
            .to_owned()
    };
    assert_eq!(
        help("every = 30"),
        "quote it and give it a unit, as in `every = \"30m\"`"
    );
    assert_eq!(help("every = 30s"), "quote it, as in `every = \"30s\"`");
    assert_eq!(help(r#"evry = "30m""#), "did you mean `every`?");
    assert_eq!(
        help(r#"zzz = "30m""#),
        "the keys are: every, cron, timezone, start_immediately, missed, max_catch_up, delay, jitter, .."
    );
    assert_eq!(
        help(r#"cron = "@daily", timezone = "Europe/Berln""#),
        "did you mean `Europe/Berlin`?"
    );
    assert_eq!(
        help(r#"every = "1s", log = "loud""#),
        "the values are: \"debug\", \"info\", \"warn\", \"error\", \"off\""
    );
    assert_eq!(
        help(r#"every = "1s", crate = a::b"#),
        "write `crate = ::a::b`, or `crate = crate::a::b`"
    );
}
