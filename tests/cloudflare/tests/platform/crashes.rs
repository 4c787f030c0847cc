//! The process is killed while it works.

use std::{ops::Range, time::Duration};

use durable_jobs_runtime::{debounce::DebounceClient, wire::Status};
use durable_jobs_testing::conformance::{World, fixtures::basket::Basket};
use durable_jobs_tests_cloudflare::{Live, block_on, until};
use durable_jobs_tests_worker::hasty::Hasty;

use crate::{PATIENCE, acknowledged, wait};

type Baskets = DebounceClient<Basket<Hasty>>;

const CALLERS: Range<u64> = 0..8;
const EVENTS: u64 = 250;
const KILLS: u32 = 6;

/// How long the process works before it is killed.
const WORKS_FOR: Duration = Duration::from_millis(400);

/// Adds events one after the other.
async fn add_all(baskets: Baskets, caller: u64) -> u64 {
    let mut repetitions = 0;
    for number in 0..EVENTS {
        repetitions += acknowledged(&baskets, &caller.to_string(), number).await;
    }
    repetitions
}

/// What the flushes of an instance were given, in order. Attempts of one flush were all given the same.
fn taken(world: &World, id: &str) -> Vec<u64> {
    let mut taken = Vec::new();
    let mut flushes: Vec<(u64, Vec<u64>)> = Vec::new();
    for run in world.runs(id) {
        let items: Vec<u64> = serde_json::from_value(run.state["items"].clone()).expect("numbers");
        match flushes.iter().find(|(number, _)| *number == run.run_count) {
            Some((_, before)) => assert_eq!(*before, items, "flush {} of {id}", run.run_count),
            None => {
                taken.extend_from_slice(&items);
                flushes.push((run.run_count, items));
            }
        }
    }
    taken
}

#[test]
fn kills_under_load_lose_no_acknowledged_event_and_double_none() {
    block_on(async {
        let mut live = Live::start().await;
        let baskets = Baskets::new(&live);
        #[expect(
            clippy::disallowed_methods,
            reason = "callers go on while workerd is killed"
        )]
        let adding: Vec<_> = CALLERS
            .map(|caller| tokio::spawn(add_all(baskets.clone(), caller)))
            .collect();
        for _ in 0..KILLS {
            wait(WORKS_FOR).await;
            live.restart().await;
        }
        let mut repetitions = 0;
        for caller in adding {
            repetitions += caller.await.expect("a caller ends");
        }
        assert!(
            repetitions > 0,
            "no call was cut off: the kills came too late"
        );
        for caller in CALLERS {
            let id = caller.to_string();
            let is_idle = async || {
                let status = baskets.status(&id).await;
                status.is_ok_and(|status| status.status == Status::Idle)
            };
            until(PATIENCE, "everything is flushed", is_idle).await;
            let all: Vec<u64> = (0..EVENTS).collect();
            assert_eq!(taken(live.world(), &id), all, "of {id}");
        }
    });
}
