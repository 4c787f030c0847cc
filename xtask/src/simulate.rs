//! Random stories of all kinds of jobs, for as long as one likes.

use crate::command::{Failure, cargo};

const USAGE: &str = "cargo xtask simulate [--seconds N] [--seed N]";

/// Tells stories under new seeds for some seconds, or from a seed on, or one alone.
pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let mut program = cargo(&["test", "--package", "durable-jobs-tests"]).args(&[
        "--test",
        "simulation",
        "--",
        "--nocapture",
        "nothing_that_was_acknowledged",
    ]);
    let mut rest = arguments;
    while let [flag, value, others @ ..] = rest {
        value.parse::<u64>().map_err(|_| usage())?;
        program = program.env(variable(flag)?, value);
        rest = others;
    }
    match rest {
        [] => program.run(),
        _ => Err(usage()),
    }
}

/// What the test reads in place of a flag.
fn variable(flag: &str) -> Result<&'static str, Failure> {
    match flag {
        "--seconds" => Ok("DURABLE_JOBS_SECONDS"),
        "--seed" => Ok("DURABLE_JOBS_SEED"),
        _ => Err(usage()),
    }
}

fn usage() -> Failure {
    Failure::new(format!("write `{USAGE}`"))
}
