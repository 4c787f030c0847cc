//! The shop of the demonstration: its mail and its carrier.

use std::sync::atomic::{AtomicU64, Ordering};

use durable_jobs::{BoxFuture, JobResult};
use quickstart::services::Shop;

/// Every so many questions the parcel is still on its way.
const QUESTIONS_PER_DELAY: u64 = 3;

#[derive(Debug, Default)]
pub(crate) struct DemoShop {
    questions: AtomicU64,
}

impl Shop for DemoShop {
    fn remind<'a>(&'a self, _order: &'a str) -> BoxFuture<'a, JobResult> {
        Box::pin(async { Ok(()) })
    }

    /// The number follows from the key, so that asking twice sends one parcel.
    fn ship<'a>(
        &'a self,
        order: &'a str,
        idempotency_key: &'a str,
    ) -> BoxFuture<'a, JobResult<String>> {
        let number = super::seal(idempotency_key) % 1_000_000;
        Box::pin(async move { Ok(format!("{order}-{number:06}")) })
    }

    fn is_delivered<'a>(&'a self, _tracking: &'a str) -> BoxFuture<'a, JobResult<bool>> {
        let question = self.questions.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move { Ok(!question.is_multiple_of(QUESTIONS_PER_DELAY)) })
    }
}
