//! The job.

use std::{fmt, sync::Arc, time::Duration};

use durable_jobs::prelude::*;

use crate::post::{Answer, Outgoing, Post};

/// One webhook on its way to one receiver.
#[queue(
    concurrency = 8,
    partitions = 4,
    rate = "50/1s",
    visibility = "5s",
    timeout = "1s",
    retry(max_attempts = 4, base = "100ms", max = "2s", jitter = false)
)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delivery {
    /// Where it goes.
    pub url: String,
    /// What it brings.
    pub body: String,
}

/// What the job reaches the world through.
#[derive(Clone)]
pub struct Services {
    /// The way to the receivers.
    pub post: Arc<dyn Post>,
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Services")
    }
}

impl Queue for Delivery {
    type Env = Services;

    async fn process(&mut self, ctx: &mut QueueContext<'_, Self>) -> JobResult {
        let outgoing = Outgoing {
            url: self.url.clone(),
            body: self.body.clone(),
            idempotency_key: ctx.idempotency_key(),
        };
        let Answer {
            status,
            retry_after,
        } = ctx.env().post.post(outgoing).await?;
        let refused = || format!("{} answered {status}", self.url);
        match (status, retry_after) {
            (200..=299, _) => Ok(()),
            (429 | 503, Some(seconds)) => {
                let delay = Duration::from_secs(seconds);
                Err(JobError::from(refused()).with_retry_after(delay))
            }
            // What the receiver will never take is given up.
            (400..=499, _) if status != 408 && status != 429 => Err(JobError::terminal(refused())),
            _ => Err(JobError::from(refused())),
        }
    }

    /// A receiver that stalls holds up its own partition.
    fn partition_key(&self) -> Option<String> {
        Some(self.url.clone())
    }
}
