//! How many rows rate limiters and semaphores write: their lines in the table of docs/cloudflare.md.

use std::time::Duration;

use durable_jobs_runtime::{rate_limit::RateLimitClient, semaphore::SemaphoreClient};
use durable_jobs_testing::conformance::fixtures::limits::{Coarse, Triple};
use durable_jobs_tests_cloudflare::{Live, block_on, until};

use crate::{PATIENCE, costs::Meter};

#[test]
fn an_acquire_of_a_rate_limiter_costs_one_row() {
    block_on(async {
        let live = Live::start().await;
        let mut meter = Meter::new(&live).await;
        let limiters = RateLimitClient::<Coarse>::new(&live);
        assert!(limiters.acquire("a", 1).await.unwrap().allowed);
        assert_eq!(meter.since().await, 3, "acquire, first of an id");
        for number in 2..20 {
            assert!(limiters.acquire("a", 1).await.unwrap().allowed);
            assert_eq!(meter.since().await, 1, "acquire {number}");
        }
        assert!(!limiters.acquire("a", 600).await.unwrap().allowed);
        limiters.peek("a").await.unwrap();
        limiters.status("a").await.unwrap();
        assert_eq!(meter.since().await, 0, "a refusal, peek and status");
    });
}

#[test]
fn a_permit_of_a_semaphore_costs_two_rows_and_two_when_it_is_released() {
    block_on(async {
        let live = Live::start().await;
        let mut meter = Meter::new(&live).await;
        let semaphores = SemaphoreClient::<Triple>::new(&live);
        let take = async || semaphores.try_acquire("a", 3).await.unwrap().permit;
        let first = take().await.unwrap();
        assert_eq!(meter.since().await, 6, "acquire, first of an id");
        assert_eq!(take().await, None);
        semaphores.status("a").await.unwrap();
        assert_eq!(meter.since().await, 0, "a refusal and status");
        assert!(semaphores.renew("a", &first).await.unwrap().renewed);
        assert_eq!(meter.since().await, 2, "renew");
        assert!(semaphores.release("a", &first).await.unwrap().released);
        assert_eq!(meter.since().await, 2, "release");

        let second = take().await.unwrap();
        assert_eq!(meter.since().await, 2, "acquire");
        let patient = semaphores.clone();
        #[expect(clippy::disallowed_methods, reason = "it waits while the test goes on")]
        let waiting = tokio::spawn(async move {
            let wait = Duration::from_secs(5);
            patient.acquire("a", 3, wait).await.unwrap().permit
        });
        let stands_in_line = async || semaphores.status("a").await.unwrap().waiting == 1;
        until(PATIENCE, "it stands in line", stands_in_line).await;
        assert_eq!(
            meter.since().await,
            3,
            "a place in line, the instance, the alarm"
        );
        assert!(semaphores.release("a", &second).await.unwrap().released);
        waiting.await.unwrap().expect("a permit");
        assert_eq!(meter.since().await, 4, "release, with who waited");
    });
}
