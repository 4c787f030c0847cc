//! Random stories of all kinds of jobs, for as long as one likes.

use crate::{
    command::{Failure, cargo},
    flags::Flags,
};

const USAGE: &str = "cargo xtask simulate [--seconds N] [--seed N]";

/// What the tests read in place of flags.
const VARIABLES: [(&str, &str); 2] = [
    ("--seconds", "DURABLE_JOBS_SECONDS"),
    ("--seed", "DURABLE_JOBS_SEED"),
];

/// Tells all stories under new seeds for some seconds, or from a seed on, or under one alone.
pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let mut flags = Flags::new(arguments, USAGE);
    let mut program = cargo(&["test", "--package", "durable-jobs-tests"]).args(&[
        "--test",
        "simulation",
        "--",
        "--nocapture",
        "stories::",
    ]);
    for (flag, variable) in VARIABLES {
        if let Some(number) = flags.number::<u64>(flag)? {
            program = program.env(variable, number.to_string());
        }
    }
    flags.end()?;
    program.run()
}
