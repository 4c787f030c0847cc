//! Queues: one whose messages are processed three at a time, and one with two lanes in order.

use durable_jobs::prelude::*;

use crate::office::{Office, Run, run};

#[queue(
    concurrency = 3,
    retry(max_attempts = 3, backoff = "fixed", base = "10s", jitter = false)
)]
#[derive(Serialize, Deserialize)]
pub(crate) struct Parcel {
    pub(crate) parcel: u64,
}

impl Queue for Parcel {
    type Env = Office;

    async fn process(&mut self, ctx: &mut QueueContext<'_, Self>) -> JobResult {
        let place = (format!("parcel {}", self.parcel), 1);
        let run = run!(ctx, vec![self.parcel]);
        ctx.env().work(Run { place, ..run }).await
    }
}

#[queue(
    concurrency = 2,
    partitions = 2,
    order = "fifo",
    retry(max_attempts = 3, backoff = "fixed", base = "10s", jitter = false)
)]
#[derive(Serialize, Deserialize)]
pub(crate) struct Lane {
    pub(crate) parcel: u64,
}

impl Queue for Lane {
    type Env = Office;

    async fn process(&mut self, ctx: &mut QueueContext<'_, Self>) -> JobResult {
        let place = (format!("lane {}", ctx.partition()), 1);
        let run = run!(ctx, vec![self.parcel]);
        ctx.env().work(Run { place, ..run }).await
    }

    fn partition_key(&self) -> Option<String> {
        Some((self.parcel % 8).to_string())
    }
}
