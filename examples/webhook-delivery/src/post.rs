//! The way to the receivers.

use std::fmt;

use durable_jobs::{BoxFuture, JobResult};
use reqwest::{Client, header::RETRY_AFTER};

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

/// Real connections, which are kept.
#[derive(Clone, Debug)]
pub struct Web(Client);

impl Web {
    /// No connection yet.
    pub fn open() -> reqwest::Result<Self> {
        Client::builder().no_proxy().build().map(Self)
    }

    async fn send(&self, outgoing: Outgoing) -> reqwest::Result<Answer> {
        let Outgoing {
            url,
            body,
            idempotency_key,
        } = outgoing;
        let request = self.0.post(url).body(body);
        let request = request.header(IDEMPOTENCY_KEY, idempotency_key);
        let answer = request.send().await?;
        let retry_after = answer.headers().get(RETRY_AFTER);
        let seconds = retry_after.and_then(|value| value.to_str().ok()?.parse().ok());
        Ok(Answer {
            status: answer.status().as_u16(),
            retry_after: seconds,
        })
    }
}

/// The header by which receivers tell a repetition.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

impl Post for Web {
    fn post(&self, outgoing: Outgoing) -> BoxFuture<'_, JobResult<Answer>> {
        Box::pin(async move { Ok(self.send(outgoing).await?) })
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)
    }
}
