//! The Cloudflare host as a host under test: a workerd of its own for each case, whose clock the case moves.
//!
//! The test's process holds the [`World`](durable_jobs_testing::conformance::World) and serves it to the handlers,
//! which run in workerd; it calls them through the Worker `durable-jobs-tests-worker`.

#![forbid(unsafe_code)]

mod harness;
mod http;
mod ingest;
mod link;
mod live;
mod report;
mod settle;
mod stand;
mod transport;
mod worker;
mod world_server;

pub use harness::{CloudflareHarness, block_on, block_on_for};
pub use ingest::{Ingest, Manner};
pub use live::{Live, RawAnswer, until};
