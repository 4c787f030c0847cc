//! The job.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use durable_jobs::prelude::*;

use crate::{
    post::{Answer, Outgoing, Post},
    receiver::ReceiverClient,
};

/// One webhook on its way to one receiver. To wait for the receiver's limit takes an attempt, too.
#[queue(
    concurrency = 8,
    partitions = 4,
    rate = "50/1s",
    visibility = "5s",
    timeout = "1s",
    retry(max_attempts = 6, base = "100ms", max = "2s", jitter = false)
)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delivery {
    /// Where it goes.
    pub url: String,
    /// What it brings.
    pub body: String,
}

/// How long a webhook makes room for others when its receiver has had enough.
const PAUSE: Duration = Duration::from_secs(1);

/// What the job reaches the world through.
#[derive(Clone)]
pub struct Services {
    /// The way to the receivers.
    pub post: Arc<dyn Post>,
    /// Who is asked before a receiver is: a client of the host that runs the job, once it has started.
    pub receivers: Arc<OnceLock<ReceiverClient>>,
}

impl Services {
    /// Services without a limit yet.
    pub fn new(post: impl Post + 'static) -> Self {
        Self {
            post: Arc::new(post),
            receivers: Arc::default(),
        }
    }

    /// Fails with the time to wait, when the receiver has had enough for now.
    async fn spare(&self, url: &str) -> JobResult {
        let receivers = self.receivers.get().ok_or("the host has not started")?;
        let asked = receivers.acquire(receiver(url), 1).await?;
        asked.retry_after.map_or(Ok(()), |wait| {
            let enough = format!("{url} has had enough for now");
            Err(JobError::from(enough).with_retry_after(wait.max(PAUSE)))
        })
    }
}

/// The part of an address that names who is there.
fn receiver(url: &str) -> &str {
    let place = url.split_once("://").map_or(url, |(_, place)| place);
    place.split(['/', '?', '#']).next().unwrap_or(place)
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Services")
    }
}

impl Queue for Delivery {
    type Env = Services;

    async fn process(&mut self, ctx: &mut QueueContext<'_, Self>) -> JobResult {
        ctx.env().spare(&self.url).await?;
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
