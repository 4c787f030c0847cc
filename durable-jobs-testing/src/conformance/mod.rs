//! The conformance suite: what every host must do, as cases that go only through typed clients.
//!
//! A host implements [`Harness`], and [`conformance_tests!`](crate::conformance_tests) makes one
//! `#[test]` of each case.

#![expect(clippy::unwrap_used, reason = "a case that fails shall panic")]
#![expect(missing_docs, reason = "a case is documented by its name")]

mod capabilities;
pub mod clocks;
pub mod continuous;
pub mod debounce;
pub mod fixtures;
mod harness;
pub mod instances;
mod list;
mod on_test_host;
pub mod outbox;
pub mod panics;
pub mod queue;
pub mod rate_limit;
pub mod refusals;
pub mod requests;
pub mod semaphore;
pub mod task;
pub mod telemetry;
pub mod versions;
mod world;

#[cfg(all(feature = "cloudflare", target_family = "wasm"))]
pub use self::world::over_fetch;
pub use self::{
    capabilities::{Departures, Listing, PanicEnds, Starts},
    fixtures::{Program, Roster},
    harness::{Begun, Harness, Stage, begin, run},
    world::{Act, Elsewhere, Facts, FoldKey, Handler, Seen, Services, World},
};
