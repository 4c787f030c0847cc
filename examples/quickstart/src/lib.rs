//! The jobs of the quickstart. Nothing here knows on which host it runs.
//!
//! | job | kind | one instance per | what it does |
//! |---|---|---|---|
//! | [`TokenRefresher`] | continuous | user | trades the refresh token in shortly before the access token expires |
//! | [`WebhookBatch`] | debounce | contact | folds a burst of webhooks into one call of the CRM |
//! | [`Order`] | task | order | walks from `placed` to `delivered`, or reminds and cancels |
//! | [`Traffic`] | continuous | demo | plays the outside world: the webhooks of a file, customers who order and pay |
//!
//! They reach the world through the traits in [`services`]. The program gives them real ones, tests give fakes.

#![forbid(unsafe_code)]

pub mod orders;
pub mod services;
pub mod tokens;
pub mod traffic;
pub mod webhooks;

pub use orders::{Order, OrderClient, OrderEvent};
pub use services::Services;
pub use tokens::{TokenRefresher, TokenRefresherClient};
pub use traffic::{Traffic, TrafficClient};
pub use webhooks::{Webhook, WebhookBatch, WebhookBatchClient};
