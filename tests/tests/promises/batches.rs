//! Promises 1 and 3 for batches: whatever commit a crash meets, what becomes of a batch is one step, and no event of it
//! is lost or counted twice.

use durable_jobs_runtime::{
    debounce::{DebounceClient, Which},
    wire::Status,
};
use durable_jobs_testing::{
    block_on,
    conformance::{
        Act,
        fixtures::{
            basket::{Basket, Buried, Item, Overflowing},
            hamper::{Good, Hamper, Keeping},
        },
    },
};

use super::{Crash, Stage};

/// More than any of the stories below commits.
const COMMITS: u32 = 20;

#[test]
fn a_batch_that_is_set_aside_is_there_once() {
    for crash in Crash::at_each_of(COMMITS) {
        block_on(async {
            let stage = Stage::new().await;
            let baskets = DebounceClient::<Basket<Buried>>::new(&stage.host);
            crash.plan(&stage.host);
            for item in 1..=2 {
                stage.world.script("a", [Act::Fail]);
                let id = item.to_string();
                let add = async || baskets.add_once("a", &id, Item::Put(item)).await;
                stage.insist(add).await;
                stage.advance("1m").await;
                let status = stage.insist(async || baskets.status("a").await).await;
                let kept = status.event_count + status.dead_letters + status.flush_count;
                assert_eq!(kept, item, "{crash:?}: {status:?}");
            }
            stage.world.clear_script("a");
            let retry = async || baskets.retry_dead("a", Which::All).await;
            stage.insist(retry).await;
            stage.advance("1m").await;
            stage.advance("1m").await;
            let status = stage.insist(async || baskets.status("a").await).await;
            assert_eq!(status.status, Status::Idle, "{crash:?}");
            assert_eq!(
                (status.dead_letters, status.flush_count),
                (0, 2),
                "{crash:?}"
            );
            let rows = stage.host.rows("debounce:Buried:a").unwrap();
            assert!(rows.events.is_empty(), "{crash:?}");
        });
    }
}

#[test]
fn a_batch_that_overflows_is_flushed_whole() {
    for crash in Crash::at_each_of(COMMITS) {
        block_on(async {
            let stage = Stage::new().await;
            let baskets = DebounceClient::<Basket<Overflowing>>::new(&stage.host);
            crash.plan(&stage.host);
            for item in 1..=5 {
                let id = item.to_string();
                let add = async || baskets.add_once("a", &id, Item::Put(item)).await;
                stage.insist(add).await;
            }
            stage.advance("1m").await;
            stage.advance("1m").await;
            let runs = stage.world.runs("a");
            let mut batches: Vec<_> = runs.iter().map(|run| run.state["items"].clone()).collect();
            batches.dedup();
            let expected = [serde_json::json!([1, 2, 3]), serde_json::json!([4, 5])];
            assert_eq!(batches, expected, "{crash:?}");
        });
    }
}

#[test]
fn what_a_batch_leaves_is_left_once() {
    for crash in Crash::at_each_of(COMMITS) {
        block_on(async {
            let stage = Stage::new().await;
            let hampers = DebounceClient::<Hamper<Keeping>>::new(&stage.host);
            crash.plan(&stage.host);
            for item in 1..=3 {
                let id = item.to_string();
                let add = async || hampers.add_once("a", &id, Good::Put(item)).await;
                stage.insist(add).await;
                stage.advance("1m").await;
            }
            stage.advance("1m").await;
            let state = stage.insist(async || hampers.state("a").await).await;
            let state = state.unwrap();
            assert_eq!((state.items, state.total), (vec![1, 2, 3], 6), "{crash:?}");
        });
    }
}
