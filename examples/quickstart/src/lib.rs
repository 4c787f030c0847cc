//! The jobs of the quickstart. Nothing here knows on which host it runs.
//!
//! | job | kind | one instance per | what it does |
//! |---|---|---|---|
//! | [`TokenRefresher`] | continuous | user | trades the refresh token in shortly before the access token expires |
//! | [`WebhookBatch`] | debounce | contact | folds a burst of webhooks into one call of the CRM |
//! | [`Order`] | task | order | walks from `placed` to `delivered`, or reminds and cancels |
//! | [`Traffic`] | continuous | demo | plays the outside world: the webhooks of a file, customers who order and pay |
//!
//! They reach the world through the traits in [`services`]. Programs give them real ones, tests give fakes.
//!
//! What the two programs around the jobs share is beside them: the [`server`] of both, the services over HTTP
//! ([`web`]), and the world that the demonstration plays ([`demo`]). One program is a process (`src/main.rs`), the
//! other is a Worker (`src/worker/`).

#![forbid(unsafe_code)]
#![cfg_attr(
    target_family = "wasm",
    allow(
        clippy::arc_with_non_send_sync,
        reason = "the services are shared between threads where there are threads"
    )
)]

pub mod clients;
pub mod demo;
pub mod http;
pub mod orders;
mod percent;
pub mod server;
pub mod services;
pub mod tokens;
pub mod traffic;
pub mod web;
pub mod webhooks;
#[cfg(target_family = "wasm")]
mod worker;

pub use orders::{Order, OrderClient, OrderEvent};
pub use services::Services;
pub use tokens::{TokenRefresher, TokenRefresherClient};
pub use traffic::{Traffic, TrafficClient};
pub use webhooks::{Webhook, WebhookBatch, WebhookBatchClient};
