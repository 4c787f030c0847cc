//! Permits, over all lives of the process: never one too many.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use durable_jobs_runtime::{
    Timestamp,
    rate_limit::RateLimitClient,
    semaphore::{Permit, SemaphoreClient},
};
use durable_jobs_testing::conformance::fixtures::limits::{Bucket, Triple};
use durable_jobs_tests_cloudflare::Live;
use tokio::task::JoinHandle;

use super::callers::Calls;
use crate::wait;

const PAUSE: Duration = Duration::from_millis(20);

/// The bucket holds three, and gets another one after so long.
const DRIPS_EVERY: Duration = Duration::from_millis(3_333);

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_millis(since.as_millis() as i64)
}

/// Holds permits of a semaphore of three, gives back every other one, and answers how many it held. Each has a higher
/// number than the last one, and those that are held are never too many, whatever answers were lost.
pub(super) fn hold(live: &Live, calls: &Arc<Calls>) -> JoinHandle<u64> {
    let (desks, calls) = (SemaphoreClient::<Triple>::new(live), calls.clone());
    tokio::spawn(async move {
        let (mut held, mut count, mut last) = (Vec::<Permit>::new(), 0, 0);
        while !calls.is_over() {
            wait(PAUSE).await;
            let acquired = desks.try_acquire("desk", 1).await;
            let Some(permit) = acquired.ok().and_then(|acquired| acquired.permit) else {
                continue;
            };
            assert!(permit.fence > last, "{} after {last}", permit.fence);
            (last, count) = (permit.fence, count + 1);
            if count % 2 == 0 {
                // A release whose answer is lost may have had its effect, or not.
                let _ = desks.release("desk", &permit).await;
                continue;
            }
            held.push(permit);
            held.retain(|permit| permit.expires_at > now());
            assert!(held.len() <= 3, "{held:?}");
        }
        count
    })
}

/// Asks a rate limiter all the time, and answers how often it was let through: not more often than the bucket has had
/// permits.
pub(super) fn ask(live: &Live, calls: &Arc<Calls>) -> JoinHandle<u32> {
    let (gates, calls) = (RateLimitClient::<Bucket>::new(live), calls.clone());
    tokio::spawn(async move {
        let (begun, mut granted) = (Instant::now(), 0);
        while !calls.is_over() {
            wait(PAUSE).await;
            let admission = gates.acquire("gate", 1).await;
            granted += u32::from(admission.is_ok_and(|admission| admission.allowed));
            let dripped = begun.elapsed().as_millis() / DRIPS_EVERY.as_millis();
            assert!(u128::from(granted) <= 3 + 1 + dripped, "{granted}");
        }
        granted
    })
}
