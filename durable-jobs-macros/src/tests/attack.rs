//! Arguments of any text: each is compiled or told what is wrong, and the compiler does not go down.

use std::env;

use proc_macro2::TokenStream;
use proptest::{prelude::*, test_runner::RngSeed};

use super::pipeline;
use crate::kind::{Continuous, Debounce, Queue, RateLimit, Semaphore, Task};

/// What takes a value, of whatever kind.
const KEYS: [&str; 20] = [
    "every",
    "cron",
    "timezone",
    "jitter",
    "retain",
    "max_state_size",
    "history",
    "max_catch_up",
    "flush_after",
    "max_bytes",
    "max_buffered",
    "dedup_window",
    "rate",
    "visibility",
    "permits",
    "window",
    "lease",
    "version",
    "name",
    "concurrency",
];

fn value() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        any::<String>(),
        "([0-9]{1,25}|ms|s|m|h|d|/|\\*| |MON|L|#|\\PC){0,12}"
    ];
    prop_oneof![
        4 => text.prop_map(|text| format!("{text:?}")),
        2 => "-?[0-9]{1,40}",
        1 => Just("1e400".to_owned()),
        1 => Just("(a = 1, b)".to_owned()),
        1 => Just("true".to_owned()),
    ]
}

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

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn any_arguments_are_compiled_or_told_what_is_wrong(
        arguments in prop::collection::vec((prop::sample::select(&KEYS[..]), value()), 0..4),
    ) {
        let arguments: Vec<_> = arguments.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        // What is not even tokens does not get to a macro.
        if let Ok(arguments) = arguments.join(", ").parse::<TokenStream>() {
            let item = || -> TokenStream { "struct Job;".parse().unwrap() };
            pipeline::run::<Continuous>(arguments.clone(), item());
            pipeline::run::<Debounce>(arguments.clone(), item());
            pipeline::run::<Task>(arguments.clone(), item());
            pipeline::run::<Queue>(arguments.clone(), item());
            pipeline::run::<RateLimit>(arguments.clone(), item());
            pipeline::run::<Semaphore>(arguments, item());
        }
    }
}
