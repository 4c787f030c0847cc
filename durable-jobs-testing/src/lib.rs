//! The test host of durable-jobs: a clock that the test moves, and the conformance suite of all hosts.
//!
//! [`TestHost`] runs jobs in memory. Its clock stands still until the test moves it, so a test of
//! three hours takes a millisecond, gives the same result every time, and sees exactly what ran.
//! Clients, jobs and handlers are those of the real hosts.
//!
//! ```
//! use durable_jobs::prelude::*;
//! use durable_jobs_testing::{TestHost, block_on};
//!
//! /// Counts how often it looked.
//! #[continuous(every = "30m", retry(max_attempts = 3, backoff = "fixed", base = "10s"))]
//! #[derive(Serialize, Deserialize)]
//! pub struct Watcher {
//!     looked: u32,
//! }
//!
//! /// What the job reaches the world through. Tests give it a fake.
//! pub struct Services {
//!     weather: fn(u32) -> Result<(), &'static str>,
//! }
//!
//! impl Continuous for Watcher {
//!     type Env = Services;
//!
//!     async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
//!         (ctx.env().weather)(ctx.attempt())?;
//!         self.looked += 1;
//!         Ok(Next::Scheduled)
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # block_on(async {
//! let fails_at_first = |attempt| if attempt == 1 { Err("cloudy") } else { Ok(()) };
//! let services = Services { weather: fails_at_first };
//! let host = TestHost::new(services).job::<Watcher>().start().await?;
//! let watchers = WatcherClient::new(&host);
//! watchers.start("roof", Watcher { looked: 0 }).await?;
//!
//! let ran = host.advance("3h").await;
//!
//! // Now and every half hour: 7 runs, each failed once and succeeded 10 s later.
//! // The retry of the last one is not due yet.
//! assert_eq!(ran.len(), 13);
//! assert!(!ran[0].succeeded());
//! assert!(ran[1].succeeded());
//! assert_eq!(ran[1].instance, "continuous:Watcher:roof");
//! assert_eq!(ran[1].attempt, 2);
//! assert_eq!(watchers.state("roof").await?.map(|state| state.looked), Some(6));
//! # Ok(()) })
//! # }
//! ```
//!
//! # Time
//!
//! A call is answered without the clock: it never runs what is due later, and runs what is due now only
//! when its own answer depends on it. [`TestHost::advance`] runs what is due, in order.
//! [`TestHost::set_clock`] steps, also backwards.
//!
//! # Faults
//!
//! [`crash_before_commit`](TestHost::crash_before_commit), [`crash_after_commit`](TestHost::crash_after_commit) and
//! [`restart`](TestHost::restart) show what a job makes of a crash at any point;
//! [`fail_commits`](TestHost::fail_commits), [`hold_commits`](TestHost::hold_commits) and
//! [`lose_next_wake`](TestHost::lose_next_wake) what it makes of a bad disk and a bad timer.
//!
//! # What is stored
//!
//! [`schema_lock`] keeps stored states and events readable, by files that hold what they look like.
//!
//! # Hosts
//!
//! Whoever writes a host makes it pass [`conformance`].

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
mod host;
mod machine;
mod port;
mod ran;
#[cfg(not(target_family = "wasm"))]
mod schema;
mod span;
mod transport;

#[cfg(not(target_family = "wasm"))]
pub use self::schema::{JobSamples, Lockable, Nothing, SchemaLock, Update, schema_lock};
#[cfg(not(target_family = "wasm"))]
#[doc(hidden)]
pub use self::schema::{Lock, Subject};
pub use self::{
    block_on::block_on,
    builder::TestHostBuilder,
    host::TestHost,
    ran::{Ran, RanOutcome},
    span::Span,
};
