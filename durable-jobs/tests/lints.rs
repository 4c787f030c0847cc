//! What the attributes add raises no lint in the user's crate. Compiling this file is the test.

#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    rust_2018_idioms
)]
#![deny(unnameable_types, unreachable_pub, unused_qualifications)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]

use durable_jobs::prelude::*;

#[continuous(
    cron = "0 9 * * *",
    timezone = "Africa/Casablanca",
    retry(factor = 1.5)
)]
#[derive(Debug, Serialize, Deserialize)]
struct Unused;

impl Continuous for Unused {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        Ok(Next::Scheduled)
    }
}
