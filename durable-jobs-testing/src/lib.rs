//! The test host of durable-jobs: a clock that the test moves, and the conformance suite of all hosts.
//!
#![doc = include_str!("docs/testing.md")]
#![allow(
    clippy::test_attr_in_doctest,
    reason = "the page shows how a test looks, and calls it"
)]
#![forbid(unsafe_code)]
#![cfg_attr(
    target_family = "wasm",
    allow(
        clippy::arc_with_non_send_sync,
        reason = "the same code shares between threads elsewhere"
    )
)]

mod block_on;
mod body;
mod builder;
pub mod conformance;
mod fold;
mod host;
mod machine;
mod never_idle;
mod port;
mod ran;
#[cfg(not(target_family = "wasm"))]
mod schema;
#[cfg(not(target_family = "wasm"))]
pub mod simulator;
mod span;
mod tick;
mod transcript;
mod transport;

#[cfg(not(target_family = "wasm"))]
#[doc = include_str!("docs/test.md")]
pub use durable_jobs_macros::test;

#[cfg(not(target_family = "wasm"))]
pub use self::schema::{JobSamples, Lockable, Nothing, SchemaLock, Update, schema_lock};
#[cfg(not(target_family = "wasm"))]
#[doc(hidden)]
pub use self::schema::{Lock, Subject};
#[cfg(not(target_family = "wasm"))]
pub use self::simulator::{Simulation, simulate};
pub use self::{
    block_on::block_on,
    builder::TestHostBuilder,
    fold::fold,
    host::TestHost,
    never_idle::NeverIdle,
    ran::{Ran, RanOutcome},
    span::Span,
    tick::Tick,
};
