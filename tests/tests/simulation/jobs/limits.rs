//! The kinds without handlers.

use durable_jobs::prelude::*;

#[rate_limit(permits = 5, window = "10s")]
pub(crate) struct Gate;

#[semaphore(permits = 3, lease = "20s")]
pub(crate) struct Desk;
