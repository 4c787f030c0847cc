//! The cursor.

use std::sync::Arc;

use durable_jobs_testing::block_on;
use quickstart::{Traffic, TrafficClient};

use crate::world::FakeWorld;

#[test]
fn a_crash_repeats_a_step_and_skips_none() {
    block_on(async {
        let world = Arc::new(FakeWorld::default());
        let host = world.host().await;
        let client = TrafficClient::new(&host);
        client.start("demo", Traffic::default()).await.unwrap();
        host.advance("1s").await;
        host.crash_before_commit(2);
        host.advance("500ms").await;
        host.restart().await.unwrap();
        host.advance("1s").await;

        let mut steps = world.steps.lock().unwrap().clone();
        let done = steps.len();
        steps.dedup();
        assert_eq!(done - steps.len(), 1, "one step was done twice: {steps:?}");
        let expected: Vec<u64> = (0..).take(steps.len()).collect();
        assert_eq!(steps, expected);
        let cursor = client.state("demo").await.unwrap().unwrap().steps;
        assert_eq!(cursor, steps.len() as u64);
    });
}
