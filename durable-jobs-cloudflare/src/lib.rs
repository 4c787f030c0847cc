//! The Cloudflare host of durable-jobs: one SQLite-backed Durable Object class per job.
//!
//! The attribute of a job generates its class. A Worker reaches the instances of all jobs through a `Host`,
//! made from its environment; every instance is one Durable Object, named by its readable name.
//!
//! Data flows one way: `Host` (in the Worker) → wire → `JobObject` (in the object) → `Solo` (of the runtime) →
//! port → rows and the object's alarm.
//!
//! Users meet this crate through `durable-jobs`. Off wasm it is empty.

#![forbid(unsafe_code)]
#![cfg(target_family = "wasm")]
#![allow(
    clippy::arc_with_non_send_sync,
    reason = "the engine shares by `Arc`, on every target"
)]

mod client;
mod env;
mod object;
mod panics;
mod platform;
mod port;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "tracker")]
mod tracker;

pub use wasm_bindgen;
pub use worker;

pub use self::{
    client::Host,
    env::FromWorkerEnv,
    object::{JobObject, Jobs, Offer},
};
