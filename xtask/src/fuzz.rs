//! Input that attacks, for as long as one likes: the property tests with many cases and random seeds.

use std::time::{Duration, Instant};

use crate::{
    command::{Failure, cargo},
    flags::Flags,
};

const USAGE: &str = "cargo xtask fuzz [--seconds N]";

/// How long, unless somebody says otherwise.
const LONGEST: Duration = Duration::from_secs(60);

/// Tells the tests how many times as many cases to try.
const VARIABLE: &str = "DURABLE_JOBS_FUZZ";

/// How many times as many cases as in CI a round tries.
const FACTOR: &str = "8";

/// Where inputs are attacked: how cargo finds the tests.
const TESTS: [&[&str]; 4] = [
    &["--package", "durable-jobs-tests", "--test", "attack"],
    &[
        "--package",
        "durable-jobs-schedule",
        "--all-features",
        "--test",
        "schedule",
        "attack",
    ],
    &["--package", "durable-jobs-macros", "attack"],
    &["--package", "cargo-durable-jobs", "--bins", "attack"],
];

#[expect(
    clippy::disallowed_methods,
    reason = "somebody has said how long it may take"
)]
pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let mut flags = Flags::new(arguments, USAGE);
    let seconds = flags.number("--seconds")?;
    flags.end()?;
    let longest = seconds.map_or(LONGEST, Duration::from_secs);
    build()?;
    let begun = Instant::now();
    let mut rounds = 0;
    while rounds == 0 || begun.elapsed() < longest {
        round()?;
        rounds += 1;
    }
    println!(
        "\n{rounds} rounds in {} s found nothing",
        begun.elapsed().as_secs()
    );
    Ok(())
}

fn build() -> Result<(), Failure> {
    TESTS
        .iter()
        .try_for_each(|tests| cargo(&["test", "--no-run"]).args(tests).run())
}

fn round() -> Result<(), Failure> {
    let round = |tests: &&[&str]| {
        cargo(&["test", "--quiet"])
            .args(tests)
            .env(VARIABLE, FACTOR)
            .run()
    };
    TESTS.iter().try_for_each(round).map_err(|failure| {
        Failure::new(format!(
            "{failure}: keep the smallest input that is shown above as a test, then mend what it found"
        ))
    })
}
