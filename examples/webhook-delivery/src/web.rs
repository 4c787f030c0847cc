//! The way to the receivers from a program.

use durable_jobs::{BoxFuture, JobResult};
use reqwest::{Client, header::RETRY_AFTER};

use crate::post::{Answer, IDEMPOTENCY_KEY, Outgoing, Post};

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

impl Post for Web {
    fn post(&self, outgoing: Outgoing) -> BoxFuture<'_, JobResult<Answer>> {
        Box::pin(async move { Ok(self.send(outgoing).await?) })
    }
}
