//! The part of durable-jobs that is the same on every host: traits, decisions, driver and clients.
//!
//! Users meet this crate through `durable-jobs`; authors of hosts start at [`storage::Port`] and
//! [`Engine`]. Data flows one way: a call is decoded by the [`driver`](crate::Engine), decided by
//! the sans-IO core (module `core`), committed through the port, and only then answered.

#![forbid(unsafe_code)]
#![cfg_attr(
    target_family = "wasm",
    allow(
        clippy::arc_with_non_send_sync,
        reason = "the same code shares between threads elsewhere"
    )
)]

pub mod continuous;
mod core;
pub mod debounce;
mod driver;
mod error;
mod hex;
mod identity;
pub mod jobs;
#[doc(hidden)]
pub mod json;
pub mod kind;
mod line;
mod list;
pub mod queue;
pub mod rate_limit;
mod retry;
mod run_record;
pub mod semaphore;
mod setters;
mod sorted;
mod state;
pub mod storage;
mod target;
pub mod task;
pub mod telemetry;
mod time;
#[cfg(feature = "tracker")]
pub mod tracker;
pub mod wire;

#[cfg(feature = "tracker")]
pub use crate::tracker::{Tracker, TrackerStatistics};

pub use crate::{
    driver::{Engine, Entry, Pulse, Registry, Settings, Solo},
    error::{
        ClientError, ErrorAction, ErrorClass, JobError, JobErrorExt, JobResult, RegistryError,
        StorageError, StorageFault,
    },
    identity::{Address, Incarnation, InstanceId, InvalidId, JobKind},
    kind::{Declared, Job},
    list::{ListQuery, Listed, Page},
    retry::{Backoff, OnExhausted, RetryPolicy},
    run_record::RunRecord,
    state::{Codec, JobEvent, JobState},
    target::{BoxFuture, MaybeSend, MaybeSync, SendOffWasm},
    time::Timestamp,
};
