//! Texts that are no schedules, and moments at the edges of time.

use std::env;

use durable_jobs_schedule::parse::{cron, duration, format_duration, size};
use proptest::{prelude::*, test_runner::RngSeed};

/// What expressions and durations are made of.
const PARTS: &str = "([0-9]{1,20}|\\*|L|MON|FRIL|JAN|@daily|@|#|/|-|,| |[a-zA-Z?]|\\PC){0,24}";

/// So many cases, always the same ones; many more and others each time under `cargo xtask fuzz`.
fn config(cases: u32) -> ProptestConfig {
    let factor: Option<u32> = env::var("DURABLE_JOBS_FUZZ")
        .ok()
        .and_then(|factor| factor.parse().ok());
    ProptestConfig {
        cases: cases.saturating_mul(factor.unwrap_or(1)),
        rng_seed: factor.map_or(RngSeed::Fixed(1), |_| RngSeed::Random),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just("*".to_owned()),
        2 => "[0-9]{1,2}",
        1 => "\\*/[0-9]{1,12}",
        1 => "[0-9]{1,3}-[0-9]{1,3}(/[0-9]{1,12})?",
        1 => "(L|MON#[0-9]|[0-7]L|FEB|SUN|[0-9]{1,2},[0-9]{1,2})",
        1 => PARTS,
    ]
}

fn moment() -> impl Strategy<Value = i64> {
    let edges = [
        i64::MIN,
        i64::MIN + 1,
        -1,
        0,
        4_102_444_800_000,
        i64::MAX - 1,
        i64::MAX,
    ];
    prop_oneof![
        prop::sample::select(edges.to_vec()),
        any::<i64>(),
        0..4_102_444_800_000_i64
    ]
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn any_expression_is_compiled_or_says_what_is_wrong(text in prop_oneof![any::<String>(), PARTS], zone in prop::option::of("(UTC|Europe/[A-Za-z]{0,8}|\\PC{0,12})")) {
        match cron(&text, zone.as_deref()) {
            Ok(compiled) => drop(compiled.fingerprint().to_owned()),
            Err(errors) => {
                prop_assert!(!errors.is_empty());
                for error in errors {
                    prop_assert!(!error.to_string().is_empty());
                }
            }
        }
    }

    #[test]
    fn the_next_time_is_later_or_there_is_none(
        fields in prop::collection::vec(field(), 5),
        zone in prop::sample::select(vec![None, Some("Europe/Berlin"), Some("America/New_York"), Some("Australia/Lord_Howe"), Some("Pacific/Apia")]),
        after in moment(),
    ) {
        if let Ok(compiled) = cron(&fields.join(" "), zone) {
            let next = compiled.next_after(after);
            prop_assert!(next.is_none_or(|next| next > after), "{fields:?} {after} {next:?}");
        }
    }

    #[test]
    fn any_duration_is_read_or_says_what_is_wrong(text in prop_oneof![any::<String>(), "([0-9]{1,25}|ms|s|m|h|d|w|M|minutes| |\\PC){0,20}"]) {
        match duration(&text) {
            Ok(read) => prop_assert_eq!(duration(&format_duration(read)), Ok(read)),
            Err(error) => prop_assert!(!error.to_string().is_empty() && !error.help().is_empty()),
        }
    }

    #[test]
    fn any_size_is_read_or_says_what_is_wrong(text in prop_oneof![any::<String>(), "([0-9]{1,25}|KB|MB|KiB|b| |\\PC){0,20}"]) {
        if let Err(error) = size(&text) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
