//! The way to the receivers.

use std::fmt;

use durable_jobs::{BoxFuture, JobResult};

/// A request to a receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Where it goes.
    pub url: String,
    /// What it brings.
    pub body: String,
    /// The same for every attempt of one webhook.
    pub idempotency_key: String,
}

/// What a receiver answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// After how many seconds to come back, if it says.
    pub retry_after: Option<u64>,
}

/// Posts webhooks.
pub trait Post: Send + Sync {
    /// Posts one and waits for the answer.
    fn post(&self, outgoing: Outgoing) -> BoxFuture<'_, JobResult<Answer>>;
}

/// The header by which receivers tell a repetition.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)
    }
}
