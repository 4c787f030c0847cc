//! What is broken, and which tests have to notice.

mod core;
mod embedded;
mod kinds;

use super::mutant::{Change, Mutant, Suite};

const PROMISES: Suite = Suite(&["-p", "durable-jobs-tests", "--test", "promises"]);
const TEST_HOST: Suite = Suite(&["-p", "durable-jobs-tests", "--test", "test_host"]);
const SIMULATION: Suite = Suite(&["-p", "durable-jobs-tests", "--test", "simulation"]);
const MODELS: Suite = Suite(&["-p", "durable-jobs-tests", "--test", "limits"]);
const EMBEDDED_HOST: Suite = Suite(&["-p", "durable-jobs-tests", "--test", "embedded_host"]);
const OF_EMBEDDED: Suite = Suite(&["-p", "durable-jobs-embedded"]);

const CORE: &[Suite] = &[PROMISES, TEST_HOST, SIMULATION];
const LIMITS: &[Suite] = &[MODELS, TEST_HOST];
const QUEUE: &[Suite] = &[TEST_HOST, SIMULATION];
const EMBEDDED: &[Suite] = &[OF_EMBEDDED, EMBEDDED_HOST];

/// Every mutant.
pub(super) fn all() -> impl Iterator<Item = &'static Mutant> {
    [core::MUTANTS, kinds::MUTANTS, embedded::MUTANTS]
        .into_iter()
        .flatten()
}
