//! The text of sizes.

use durable_jobs_schedule::parse::{SizeError, size};
use proptest::prelude::*;

#[test]
fn a_whole_number_with_a_unit_is_read() {
    let accepted = [
        ("0B", 0),
        ("512 B", 512),
        ("1 byte", 1),
        ("512 bytes", 512),
        (" 64KB ", 64_000),
        ("64 KB", 64_000),
        ("1MB", 1_000_000),
        ("2GB", 2_000_000_000),
        ("64KiB", 65_536),
        ("1MiB", 1_048_576),
        ("1 GiB", 1_073_741_824),
    ];
    for (text, expected) in accepted {
        assert_eq!(size(text), Ok(expected), "{text}");
    }
}

#[test]
fn anything_else_says_what_is_wrong() {
    let whole = "write a whole number and a unit: `B`, `KB`, `MB`, `GB`, `KiB`, `MiB` or `GiB`, \
                 as in \"64KB\"";
    let refused = [
        ("", "it is empty", whole),
        ("  ", "it is empty", whole),
        ("64", "`64` has no unit", whole),
        ("KB", "`KB` has no number", whole),
        ("-64KB", "unexpected `-`", whole),
        ("1.5MB", "unexpected `.` after `1`", whole),
        ("1_000B", "unexpected `_` after `1`", whole),
        ("1MB 5KB", "unexpected `5` after `1MB`", whole),
        ("64KB?", "unexpected `?` after `64KB`", whole),
        ("64kb", "unknown unit `kb`", "did you mean `KB`?"),
        ("64Kb", "unknown unit `Kb`", "did you mean `KB`?"),
        ("64K", "unknown unit `K`", "did you mean `KB`?"),
        ("64m", "unknown unit `m`", "did you mean `MB`?"),
        ("64mib", "unknown unit `mib`", "did you mean `MiB`?"),
        ("64Mi", "unknown unit `Mi`", "did you mean `MiB`?"),
        ("64b", "unknown unit `b`", "did you mean `B`?"),
        ("64TB", "unknown unit `TB`", whole),
        (
            "9223372036854775808B",
            "it is too large",
            "write a smaller size",
        ),
        (
            "99999999999999999999GB",
            "it is too large",
            "write a smaller size",
        ),
    ];
    for (text, problem, help) in refused {
        let error = size(text).unwrap_err();
        assert_eq!(
            (error.to_string(), error.help()),
            (problem.to_owned(), help.to_owned()),
            "{text}"
        );
    }
}

#[test]
fn the_largest_size_is_read() {
    assert_eq!(size("9223372036854775807B"), Ok(i64::MAX.unsigned_abs()));
    assert_eq!(size("9223372036854775808B"), Err(SizeError::TooLarge));
}

proptest! {
    #[test]
    fn no_text_panics(text in ".*") {
        let _ = size(&text);
    }
}
