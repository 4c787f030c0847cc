//! The test host of durable-jobs: a clock that the test moves, and the conformance suite of all hosts.

#![forbid(unsafe_code)]

mod block_on;
mod body;
mod builder;
mod host;
mod machine;
mod port;
mod ran;
mod span;
mod transport;

pub use self::{
    block_on::block_on,
    builder::TestHostBuilder,
    host::TestHost,
    ran::{Ran, RanOutcome},
    span::Span,
};
