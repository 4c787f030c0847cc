//! Durable background jobs: annotate a struct, write a plain trait impl, run it anywhere.
//!
//! ```
//! use durable_jobs::prelude::*;
//!
//! /// Counts its runs, once a minute.
//! #[continuous(every = "1m")]
//! #[derive(Serialize, Deserialize)]
//! pub struct Heartbeat { beats: u32 }
//!
//! impl Continuous for Heartbeat {
//!     type Env = ();
//!
//!     async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
//!         self.beats += 1;
//!         Ok(Next::Scheduled)
//!     }
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("jobs.db");
//! let host = Host::open(path).job::<Heartbeat>().start().await?;
//! let hearts = HeartbeatClient::new(&host);
//! let started = hearts.start("user-123", Heartbeat { beats: 0 }).await?;
//! assert!(started.created);
//! hearts.trigger("user-123").await?;
//! assert!(hearts.state("user-123").await?.is_some_and(|heart| heart.beats >= 1));
//! host.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # The kinds
//!
//! | attribute | trait | for |
//! |---|---|---|
//! | [`macro@continuous`] | [`Continuous`] | recurring work on a schedule |
//! | [`macro@debounce`] | [`Debounce`] | a burst of events folded into one call |
//! | [`macro@task`] | [`Task`] | a state machine driven by events and a timer |
//! | [`macro@rate_limit`] | none | so many permits in a time |
//! | [`macro@semaphore`] | none | so many permits at a time |
//! | [`macro@queue`] | [`Queue`] | messages processed by a bounded number of workers |
//!
//! Jobs write to each other by [`ctx.jobs()`](jobs).
//!
//! # The hosts
//!
//! [`Host`] keeps every instance in one SQLite file. In tests, `durable_jobs_testing::TestHost` keeps
//! them in memory, with a clock that the test moves.
//!
//! # Features
//!
//! - `embedded` (default): [`Host`]. It is never part of a wasm build.
//! - `tracker`: sends telemetry to an HTTP endpoint. See [`guide::telemetry`].

#![forbid(unsafe_code)]

#[doc = include_str!("docs/task_timer.md")]
pub use durable_jobs_macros::TaskTimer;
#[cfg(feature = "tracker")]
pub use durable_jobs_runtime::{Tracker, TrackerStatistics};

#[doc = include_str!("docs/continuous.md")]
pub use durable_jobs_macros::continuous;
#[doc = include_str!("docs/debounce.md")]
pub use durable_jobs_macros::debounce;
#[doc = include_str!("docs/queue.md")]
pub use durable_jobs_macros::queue;
#[doc = include_str!("docs/rate_limit.md")]
pub use durable_jobs_macros::rate_limit;
#[doc = include_str!("docs/semaphore.md")]
pub use durable_jobs_macros::semaphore;
#[doc = include_str!("docs/task.md")]
pub use durable_jobs_macros::task;
#[doc = include_str!("docs/requests.md")]
pub use durable_jobs_runtime::wire::RequestId;
pub use durable_jobs_runtime::{
    Backoff, BoxFuture, ClientError, ErrorAction, ErrorClass, InstanceId, InvalidId, JobError,
    JobErrorExt, JobEvent, JobKind, JobResult, JobState, Listed, MaybeSend, MaybeSync, OnExhausted,
    Page, RetryPolicy, RunRecord, StorageError, StorageFault, Timestamp,
    continuous::{
        Continuous, ContinuousClient, ContinuousContext, ContinuousStatus, Next, SetState, Started,
        StateSet, Stopped, UpdateState,
    },
    debounce::{
        Added, AddedMany, Cleared, DeadBatches, DeadEvent, DeadLetter, Debounce, DebounceClient,
        DebounceContext, DebounceStatus, EventContext, FlushOutcome, FlushReason, FlushRecord,
        Flushed, ReducerAction, Reset, Which,
    },
    queue::{
        Cancelled, DeadMessage, Enqueued, EnqueuedMany, Envelope, Purged, Queue, QueueClient,
        QueueContext, QueueStatus, QueuedMessage, Revived, Whereabouts,
    },
    rate_limit::{Admission, Algorithm, LimitReset, RateLimitClient, RateLimitStatus},
    semaphore::{Acquired, Permit, Released, Renewed, SemaphoreClient, SemaphoreStatus},
    task::{
        ErrorSource, PendingTimers, Sent, Task, TaskClient, TaskContext, TaskState, TaskStatus,
        TaskTimer,
    },
    telemetry,
    wire::{Connect, RunOutcome, Status, Terminated, Triggered},
};

#[cfg(all(feature = "cloudflare", target_family = "wasm"))]
pub use durable_jobs_cloudflare as cloudflare;
#[cfg(all(feature = "cloudflare", target_family = "wasm"))]
pub use durable_jobs_cloudflare::{FromWorkerEnv, Host};
#[cfg(all(feature = "embedded", not(target_family = "wasm")))]
pub use durable_jobs_embedded as embedded;
#[cfg(all(feature = "embedded", not(target_family = "wasm")))]
pub use durable_jobs_embedded::Host;

#[doc = include_str!("docs/jobs.md")]
pub mod jobs {
    pub use durable_jobs_runtime::{
        continuous::ContinuousMessages,
        debounce::DebounceMessages,
        jobs::{Messages, SendsTo},
        queue::QueueMessages,
        task::TaskMessages,
    };
}

/// What a file with jobs needs: attributes, traits, contexts, and serde's derives.
pub mod prelude {
    #[doc(no_inline)]
    pub use std::time::Duration;

    #[doc(no_inline)]
    pub use serde::{Deserialize, Serialize};

    #[cfg(all(feature = "cloudflare", target_family = "wasm"))]
    #[doc(no_inline)]
    pub use crate::FromWorkerEnv;
    #[cfg(any(
        all(feature = "embedded", not(target_family = "wasm")),
        all(feature = "cloudflare", target_family = "wasm"),
    ))]
    #[doc(no_inline)]
    pub use crate::Host;
    #[doc(no_inline)]
    pub use crate::{
        BoxFuture, Continuous, ContinuousContext, Debounce, DebounceContext, ErrorAction,
        EventContext, JobError, JobErrorExt, JobResult, Next, Queue, QueueContext, ReducerAction,
        Status, Task, TaskContext, TaskTimer, Timestamp, continuous, debounce, queue, rate_limit,
        semaphore, task,
    };
}

pub mod __private;

/// Guides.
pub mod guide {
    #[doc = include_str!("docs/versions.md")]
    pub mod versions {}

    #[doc = include_str!("docs/telemetry.md")]
    pub mod telemetry {}
}

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
