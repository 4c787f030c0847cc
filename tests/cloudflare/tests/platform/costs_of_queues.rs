//! How many rows are written for messages that come together.

use std::time::Duration;

use durable_jobs_runtime::queue::{Envelope, QueueClient};
use durable_jobs_testing::conformance::fixtures::letter::{Letter, Triple};
use durable_jobs_tests_cloudflare::{Live, block_on, until};

use crate::{PATIENCE, costs::Meter};

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn messages_that_come_together_share_rows() {
    block_on(async {
        let live = Live::start().await;
        let mut meter = Meter::new(&live).await;
        let letters = QueueClient::<Letter<Triple>>::new(&live);
        let later = |number| Envelope::new(Letter::new(number)).delay(HOUR);
        letters.enqueue("a", later(0)).await.unwrap();
        letters.pause("a").await.unwrap();
        meter.since().await;
        letters
            .enqueue_many("a", (1..=100).map(later))
            .await
            .unwrap();
        assert_eq!(meter.since().await, 7 + 1, "a hundred, 16 in a row");
        letters.purge("a").await.unwrap();
        assert_eq!(
            meter.since().await,
            1 + 7 + 1,
            "their rows, and the instance"
        );
        letters
            .enqueue_many("a", (1..=3).map(Letter::new))
            .await
            .unwrap();
        assert_eq!(meter.since().await, 1 + 1, "three");
        letters.resume("a").await.unwrap();
        let done = async || {
            let status = letters.status("a").await.unwrap();
            status.processed == 3 && status.in_flight == 0
        };
        until(PATIENCE, "all are processed", done).await;
        assert_eq!(meter.since().await, 2 + (1 + 3 + 1), "each ends by itself");
    });
}
