//! Events that come while their batch is on its way.

use durable_jobs_runtime::{
    debounce::DebounceClient,
    wire::{RequestId, Status},
};
use durable_jobs_testing::conformance::{
    Act,
    fixtures::basket::{Basket, Item},
};
use durable_jobs_tests_cloudflare::{Live, block_on, until};
use durable_jobs_tests_worker::hasty::Hasty;

use crate::{PATIENCE, all, batches};

type Baskets = DebounceClient<Basket<Hasty>>;

/// Waits until every event has been flushed.
async fn flushed(baskets: &Baskets) {
    let is_idle = async || {
        let status = baskets.status("a").await;
        status.expect("a status").status == Status::Idle
    };
    until(PATIENCE, "everything is flushed", is_idle).await;
}

#[test]
fn events_during_a_flush_go_to_the_next_batch() {
    block_on(async {
        let live = Live::start().await;
        live.world().script("a", [Act::Wait]);
        let baskets = Baskets::new(&live);
        baskets.add("a", Item::Put(0)).await.unwrap();
        let waits = async || live.world().waiting() == 1;
        until(PATIENCE, "the flush waits", waits).await;
        let add = |number| {
            let baskets = baskets.clone();
            async move { baskets.add("a", Item::Put(number)).await.unwrap() }
        };
        all((1..=100).map(add)).await;
        live.world().release("a");
        flushed(&baskets).await;
        let mut batches = batches(live.world(), "a");
        batches[1].sort_unstable();
        assert_eq!(batches, [vec![0], (1..=100).collect()]);
    });
}

#[test]
fn a_request_that_is_sent_many_times_at_once_has_one_effect() {
    block_on(async {
        let live = Live::start().await;
        let baskets = Baskets::new(&live).with_request(RequestId::new(5));
        let add = |_| {
            let baskets = baskets.clone();
            async move { baskets.add("a", Item::Put(7)).await.unwrap() }
        };
        let answers = all((0..8).map(add)).await;
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        assert_eq!((answers[0].created, answers[0].event_count), (true, 1));
        flushed(&Baskets::new(&live)).await;
        assert_eq!(batches(live.world(), "a"), [[7]]);
    });
}
