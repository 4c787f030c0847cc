//! What each mistake in the arguments of a debounce job is told, and that it is told once.

use super::{messages, problems};
use crate::kind::Debounce;

#[test]
fn one_mistake_about_a_batch_is_one_message() {
    let cases = [
        ("", "a debounce job needs something that ends a batch"),
        (
            "max_buffered = 5",
            "a debounce job needs something that ends a batch",
        ),
        ("max_events = 0", "`max_events` must be at least 1"),
        (
            "max_events = 5, max_buffered = 0",
            "`max_buffered` must be at least 1",
        ),
        (
            "max_events = 5, max_buffered = 4",
            "a batch of 5 events does not fit: `max_buffered` is 4",
        ),
        (
            "max_events = 10_001",
            "a batch of 10001 events does not fit: `max_buffered` is 10000",
        ),
        (
            r#"max_events = 5, on_exhausted = "skip_run""#,
            "`skip_run` would drop the batch",
        ),
        (r#"hush = "1s""#, "`#[debounce]` has no key `hush`"),
    ];
    for (arguments, problem) in cases {
        assert_eq!(problems::<Debounce>(arguments), [problem], "{arguments}");
    }
}

#[test]
fn one_mistake_of_a_debounce_job_is_one_message() {
    let cases = [
        ("leading", "`leading` needs a time without events"),
        (
            "leading, max_events = 5",
            "`leading` needs a time without events",
        ),
        (
            "leading = false",
            "a debounce job needs something that ends a batch",
        ),
        (
            r#"quiet = "1m", max_wait = "1m""#,
            "`quiet` is not shorter than `max_wait`, so it never counts",
        ),
        (
            r#"quiet = "1m", flush_after = "30s""#,
            "`quiet` is not shorter than `flush_after`, so it never counts",
        ),
        (
            r#"quiet = "1s", flush_after = "5s", max_wait = "1m""#,
            "`max_wait` and `flush_after` both count from the first event",
        ),
        (
            r#"max_bytes = "64kb""#,
            "`max_bytes`: \"64kb\" is not a size: unknown unit `kb`",
        ),
        (r#"max_bytes = "0B""#, "`max_bytes` must be more than zero"),
        ("max_bytes = 64", "`max_bytes` takes a string"),
        (
            r#"quiet = "5s", overflow = "drop""#,
            "`overflow` has no value `drop`",
        ),
        (
            r#"quiet = "5s", on_duplicate = "replace""#,
            "`on_duplicate` has no value `replace`",
        ),
        (
            r#"quiet = "5s", after_flush = "clear""#,
            "`after_flush` has no value `clear`",
        ),
        (
            r#"quiet = "5s", on_exhausted = "dead""#,
            "`on_exhausted` has no value `dead`",
        ),
        (
            "max_events = 5, max_buffered = 10, warn_at = 11",
            "a batch never holds 11 events: `max_buffered` is 10",
        ),
        (
            "max_events = 5, warn_at = 10_001",
            "a batch never holds 10001 events: `max_buffered` is 10000",
        ),
        (
            "max_events = 5, warn_at = 0",
            "`warn_at` must be at least 1",
        ),
        (
            "max_events = 5, max_buffered = 0",
            "`max_buffered` must be at least 1",
        ),
        (
            "max_events = 5, max_dead_letters = 0",
            "`max_dead_letters` must be at least 1",
        ),
        (
            r#"max_events = 5, history = "20""#,
            "`history` takes a whole number",
        ),
        (
            "max_events = 5, history = 0",
            "`history` must be at least 1",
        ),
        (
            "max_events = 5, history = 1_001",
            "`history` is larger than 1000",
        ),
    ];
    for (arguments, problem) in cases {
        assert_eq!(problems::<Debounce>(arguments), [problem], "{arguments}");
    }
}

#[test]
fn what_a_debounce_job_accepts_at_its_limits() {
    for arguments in [
        "max_events = 10, max_buffered = 10, warn_at = 10",
        "max_events = 10_000, warn_at = 10_000",
        r#"quiet = "999ms", max_wait = "1s""#,
        r#"max_wait = "1s""#,
        r#"max_bytes = "1B", history = 1_000"#,
        r#"leading, flush_after = "5s""#,
        r#"leading = false, max_events = 1"#,
        r#"quiet = "5s", on_exhausted = "dead_letter""#,
    ] {
        assert_eq!(messages::<Debounce>(arguments), [""; 0], "{arguments}");
    }
}
