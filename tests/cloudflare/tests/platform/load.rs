//! Many callers, and many objects.

use std::collections::BTreeSet;

use durable_jobs_runtime::debounce::DebounceClient;
use durable_jobs_testing::conformance::fixtures::basket::{Basket, Item, Windowed};
use durable_jobs_tests_cloudflare::{Live, block_on, until};
use durable_jobs_tests_worker::hasty::Hasty;

use crate::{PATIENCE, acknowledged, all, batches};

#[test]
fn an_object_takes_the_events_of_32_callers_at_once() {
    block_on(async {
        let live = Live::start().await;
        let baskets = DebounceClient::<Basket<Windowed>>::new(&live);
        let add = |number| {
            let baskets = baskets.clone();
            async move { baskets.add("a", Item::Put(number)).await.unwrap() }
        };
        let added = all((0..32).map(add)).await;
        let counts: BTreeSet<u64> = added.iter().map(|added| added.event_count).collect();
        assert_eq!(counts, (1..=32).collect());
        assert_eq!(added.iter().filter(|added| added.created).count(), 1);
        assert!(baskets.flush("a").await.unwrap().flushed);
        let mut batches = batches(live.world(), "a");
        batches[0].sort_unstable();
        assert_eq!(batches, [(0..32).collect::<Vec<_>>()]);
    });
}

/// So many callers share the objects.
const CALLERS: u64 = 32;
const OBJECTS: u64 = 1000;

#[test]
fn a_thousand_objects_flush_by_themselves() {
    block_on(async {
        let live = Live::start().await;
        let baskets = DebounceClient::<Basket<Hasty>>::new(&live);
        let call = |caller| {
            let baskets = baskets.clone();
            async move {
                for number in (caller..OBJECTS).step_by(CALLERS as usize) {
                    // workerd may be busy with alarms for longer than it keeps a connection.
                    acknowledged(&baskets, &number.to_string(), number).await;
                }
            }
        };
        all((0..CALLERS).map(call)).await;
        for number in 0..OBJECTS {
            let id = number.to_string();
            let is_flushed = async || !live.world().runs(&id).is_empty();
            until(PATIENCE, "it is flushed", is_flushed).await;
            assert_eq!(batches(live.world(), &id), [[number]]);
        }
    });
}
