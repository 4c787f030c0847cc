//! How many cases are tried.

use proptest::{prelude::ProptestConfig, test_runner::RngSeed};

/// What `cargo xtask fuzz` sets: how many times as many cases there are.
const VARIABLE: &str = "DURABLE_JOBS_FUZZ";

/// So many cases, always the same ones; many more and others each time under `cargo xtask fuzz`.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    let factor: Option<u32> = std::env::var(VARIABLE)
        .ok()
        .and_then(|factor| factor.parse().ok());
    ProptestConfig {
        cases: cases.saturating_mul(factor.unwrap_or(1)),
        rng_seed: factor.map_or(RngSeed::Fixed(1), |_| RngSeed::Random),
        failure_persistence: None,
        max_shrink_iters: 256,
        max_shrink_time: 120_000,
        ..ProptestConfig::default()
    }
}
