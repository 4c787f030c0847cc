//! Real crashes and real faults of the system, as often as one likes.

use crate::command::{Failure, cargo};

/// What the test reads in place of a flag.
const KILLS: &str = "DURABLE_JOBS_KILLS";

/// What is asked for: `--kills N`.
pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let usage = || Failure::new("usage: cargo xtask crashes [--kills N]");
    let mut program = cargo(&["test", "--package", "durable-jobs-tests"]).args(&[
        "--test",
        "crashes",
        "--",
        "--nocapture",
    ]);
    match arguments {
        [] => {}
        ["--kills", kills] => {
            kills.parse::<u32>().map_err(|_| usage())?;
            program = program.env(KILLS, kills);
        }
        _ => return Err(usage()),
    }
    program.run()
}
