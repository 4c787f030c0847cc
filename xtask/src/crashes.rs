//! Real crashes and real faults of the system, as often as one likes.

use crate::{
    command::{Failure, cargo},
    flags::Flags,
    workerd,
};

const USAGE: &str = "cargo xtask crashes [--cloudflare] [--kills N]";

/// What the tests read in place of a flag.
const KILLS: &str = "DURABLE_JOBS_KILLS";

/// Those of the embedded host, or of workerd.
pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let mut flags = Flags::new(arguments, USAGE);
    let kills = flags.number::<u32>("--kills")?;
    let cloudflare = flags.has("--cloudflare");
    flags.end()?;
    let mut program = match cloudflare {
        true => workerd::test("durable-jobs-tests-cloudflare", "platform")?.args(&[
            "--",
            "--nocapture",
            "crashes::",
        ]),
        false => cargo(&["test", "--package", "durable-jobs-tests"]).args(&[
            "--test",
            "crashes",
            "--",
            "--nocapture",
        ]),
    };
    if let Some(kills) = kills {
        program = program.env(KILLS, kills.to_string());
    }
    program.run()
}
