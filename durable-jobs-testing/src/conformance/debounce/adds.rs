//! What every host must do with the events of a batch.

use durable_jobs_runtime::{ClientError, debounce::FlushReason, wire::Status};

use super::{batches, reason};
use crate::{
    Span,
    conformance::{
        Act, Facts, FoldKey, Harness, Program, Stage,
        fixtures::basket::{Bounded, Counted, Forgetful, Item, Parcel, Strict, Windowed},
    },
};

pub async fn the_first_event_folds_into_the_default<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let baskets = stage.baskets::<Windowed>();
    let added = baskets.add("a", Item::Put(1)).await.unwrap();
    assert!(added.created && !added.duplicate);
    assert_eq!((added.event_count, added.dropped), (1, 0));
    assert_eq!(added.will_flush_at, Some(begun + "5s".duration()));
    assert_eq!(baskets.state("a").await.unwrap().unwrap().items, [1]);
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [[1]]);
}

pub async fn the_window_opens_at_the_first_event<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let baskets = stage.baskets::<Windowed>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("4s").await;
    let second = baskets.add("a", Item::Put(2)).await.unwrap();
    assert!(!second.created);
    assert_eq!(
        (second.event_count, second.will_flush_at),
        (2, Some(begun + "5s".duration()))
    );
    stage.advance("1s").await;
    assert_eq!(batches(&stage, "a"), [[1, 2]]);
    assert_eq!(
        stage.world.runs("a")[0].scheduled_for,
        begun + "5s".duration()
    );
}

pub async fn a_flush_knows_its_batch<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let baskets = stage.baskets::<Windowed>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("2s").await;
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.advance("3s").await;
    baskets.add("a", Item::Put(3)).await.unwrap();
    stage.advance("5s").await;
    let runs = stage.world.runs("a");
    let expected = Facts::Debounce {
        event_count: 2,
        reason: FlushReason::FlushAfter,
        first_event_at: begun,
        last_event_at: begun + "2s".duration(),
        total_events: 2,
        flush_count: 0,
        buffered_bytes: 18,
        buffered_for: "5s".duration(),
    };
    assert_eq!(runs[0].facts, expected);
    assert!(matches!(
        runs[1].facts,
        Facts::Debounce {
            total_events: 3,
            flush_count: 1,
            ..
        }
    ));
    assert_ne!(runs[0].idempotency_key, runs[1].idempotency_key);
}

pub async fn max_events_flushes_at_n_and_not_before<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Counted>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.settle().await;
    assert_eq!(stage.world.runs("a"), [], "n - 1");
    let full = baskets.add("a", Item::Put(3)).await.unwrap();
    assert_eq!(
        (full.event_count, full.will_flush_at),
        (3, Some(stage.now())),
        "n"
    );
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1, 2, 3]]);
    assert_eq!(reason(&stage.world.runs("a")[0]), FlushReason::MaxEvents);
    let next = baskets.add("a", Item::Put(4)).await.unwrap();
    assert_eq!(
        (next.created, next.event_count),
        (false, 1),
        "n + 1 begins the next batch"
    );
    stage.settle().await;
    assert_eq!(stage.world.runs("a").len(), 1);
}

pub async fn add_many_is_a_trigger_and_not_a_cap<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Counted>();
    let added = baskets.add_many("a", (1..=5).map(Item::Put)).await.unwrap();
    assert_eq!(
        (added.created, added.event_count, added.duplicates),
        (true, 5, 0)
    );
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1, 2, 3, 4, 5]]);
}

pub async fn clear_throws_the_batch_away_and_says_how_much<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>();
    let missing = baskets.clear("a").await.unwrap();
    assert_eq!((missing.cleared, missing.discarded_events), (false, 0));
    baskets.add_many("a", (1..=4).map(Item::Put)).await.unwrap();
    let cleared = baskets.clear("a").await.unwrap();
    assert_eq!((cleared.cleared, cleared.discarded_events), (true, 4));
    stage.advance("1m").await;
    assert_eq!(stage.world.runs("a"), []);
    let added = baskets.add("a", Item::Put(5)).await.unwrap();
    assert_eq!((added.created, added.event_count), (false, 1));
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [[5]]);
}

pub async fn a_rejected_event_leaves_no_half_made_instance<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>();
    let error = baskets.add("a", Item::Refuse).await.unwrap_err();
    assert!(
        matches!(error, ClientError::Rejected { ref reason, .. } if reason == "refused"),
        "{error}"
    );
    assert_eq!(baskets.status("a").await.unwrap().status, Status::NotFound);
    assert!(baskets.state("a").await.unwrap().is_none());
    stage.advance("1m").await;
    assert_eq!(stage.told("a"), []);
}

pub async fn a_rejected_event_leaves_the_batch_unharmed<H: Harness>(mut stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>();
    baskets
        .add_many("a", [Item::Put(1), Item::Put(2)])
        .await
        .unwrap();
    for bad in [Item::Refuse, Item::Panic] {
        let error = baskets.add("a", bad.clone()).await.unwrap_err();
        match bad {
            Item::Panic => H::PANICS.assert_told(&error),
            _ => assert!(matches!(error, ClientError::Rejected { .. }), "{error}"),
        }
        assert_eq!(baskets.state("a").await.unwrap().unwrap().items, [1, 2]);
        assert_eq!(baskets.status("a").await.unwrap().event_count, 2);
    }
    stage.restart().await;
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [[1, 2]]);
}

pub async fn a_rejected_event_of_add_many_stores_none_of_them<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>();
    baskets
        .add_many("a", [Item::Put(1), Item::Refuse, Item::Put(2)])
        .await
        .unwrap_err();
    assert_eq!(baskets.status("a").await.unwrap().status, Status::NotFound);
    baskets.add("a", Item::Put(7)).await.unwrap();
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [[7]]);
}

pub async fn a_repeated_event_id_is_left_out<H: Harness>(mut stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>();
    assert!(
        !baskets
            .add_once("a", "delivery-1", Item::Put(1))
            .await
            .unwrap()
            .duplicate
    );
    let repeated = baskets
        .add_once("a", "delivery-1", Item::Put(2))
        .await
        .unwrap();
    assert_eq!((repeated.duplicate, repeated.event_count), (true, 1));
    stage.restart().await;
    let baskets = stage.baskets::<Windowed>();
    let again = baskets
        .add_once("a", "delivery-1", Item::Put(3))
        .await
        .unwrap();
    assert!(again.duplicate, "remembered across a restart");
    stage.advance("5s").await;
    let later = baskets
        .add_once("a", "delivery-1", Item::Put(4))
        .await
        .unwrap();
    assert!(later.duplicate, "remembered across a flush");
    let other = baskets
        .add_once("b", "delivery-1", Item::Put(5))
        .await
        .unwrap();
    assert!(!other.duplicate, "of this instance only");
    assert_eq!(batches(&stage, "a"), [[1]]);
}

pub async fn add_many_leaves_repetitions_out_and_counts_them<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>();
    let events = [
        ("x", Item::Put(1)),
        ("y", Item::Put(2)),
        ("x", Item::Put(3)),
    ];
    let added = baskets.add_many_once("a", events).await.unwrap();
    assert_eq!((added.event_count, added.duplicates), (2, 1));
    assert_eq!(baskets.state("a").await.unwrap().unwrap().items, [1, 2]);
}

pub async fn an_event_id_is_forgotten_after_its_window<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Forgetful>();
    baskets
        .add_once("a", "delivery-1", Item::Put(1))
        .await
        .unwrap();
    stage.advance("59s").await;
    assert!(
        baskets
            .add_once("a", "delivery-1", Item::Put(2))
            .await
            .unwrap()
            .duplicate
    );
    stage.advance("1s").await;
    assert!(
        !baskets
            .add_once("a", "delivery-1", Item::Put(3))
            .await
            .unwrap()
            .duplicate
    );
}

pub async fn a_rejected_event_id_may_be_used_again<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>();
    baskets.add_once("a", "x", Item::Refuse).await.unwrap_err();
    let added = baskets.add_once("a", "x", Item::Put(1)).await.unwrap();
    assert!(added.created && !added.duplicate);
}

pub async fn a_full_buffer_refuses_with_its_limit<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Bounded>();
    baskets.add_many("a", (1..=3).map(Item::Put)).await.unwrap();
    let error = baskets.add("a", Item::Put(4)).await.unwrap_err();
    assert!(
        matches!(error, ClientError::Overflow { limit: 3, .. }),
        "{error}"
    );
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [[1, 2, 3]]);
    baskets.add("a", Item::Put(5)).await.unwrap();
}

pub async fn a_restart_folds_the_buffered_events_again<H: Harness>(mut stage: Stage<H>) {
    let begun = stage.now();
    let baskets = stage.baskets::<Windowed>();
    for item in 1..=3 {
        baskets.add("a", Item::Put(item)).await.unwrap();
    }
    stage.advance("2s").await;
    stage.restart().await;
    let baskets = stage.baskets::<Windowed>();
    assert_eq!(baskets.state("a").await.unwrap().unwrap().items, [1, 2, 3]);
    let added = baskets.add("a", Item::Put(4)).await.unwrap();
    assert_eq!((added.created, added.event_count), (false, 4));
    assert_eq!(added.will_flush_at, Some(begun + "5s".duration()));
    stage.advance("3s").await;
    assert_eq!(batches(&stage, "a"), [[1, 2, 3, 4]]);
}

pub async fn status_tells_about_the_buffer<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let baskets = stage.baskets::<Windowed>();
    let missing = baskets.status("a").await.unwrap();
    assert_eq!((missing.status, missing.event_count), (Status::NotFound, 0));
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("1s").await;
    baskets.add("a", Item::Put(2)).await.unwrap();
    let status = baskets.status("a").await.unwrap();
    assert_eq!((status.status, status.event_count), (Status::Debouncing, 2));
    assert_eq!(status.started_at, Some(begun));
    assert_eq!(status.last_event_at, Some(begun + "1s".duration()));
    assert_eq!(status.will_flush_at, Some(begun + "5s".duration()));
    assert_eq!(status.buffered_bytes, 2 * r#"{"Put":1}"#.len() as u64);
}

pub async fn a_refused_add_folds_nothing_anew<H: Harness>(stage: Stage<H>) {
    let key = FoldKey::new();
    let baskets = stage.baskets::<Bounded>();
    for _ in 0..3 {
        baskets.add("a", Item::Watched(key)).await.unwrap();
    }
    assert_eq!(stage.host.folds(key).await, 3);
    for _ in 0..5 {
        baskets.add("a", Item::Watched(key)).await.unwrap_err();
    }
    baskets.state("a").await.unwrap();
    assert_eq!(stage.host.folds(key).await, 3);
}

pub async fn clear_of_an_unreadable_batch_lets_the_next_go_on<H: Harness>(mut stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.restart_as(Program::Changed).await;
    let baskets = stage.renamed();
    assert_eq!(baskets.status("a").await.unwrap().status, Status::Parked);
    assert_eq!(baskets.clear("a").await.unwrap().discarded_events, 1);
    let due = stage.now() + "5s".duration();
    let added = baskets.add("a", Parcel { weight: 1 }).await.unwrap();
    assert_eq!(added.will_flush_at, Some(due));
    stage.advance("5s").await;
    let status = baskets.status("a").await.unwrap();
    assert_eq!((status.status, status.flush_count), (Status::Idle, 1));
}

pub async fn a_parked_batch_promises_no_flush<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let baskets = stage.baskets::<Strict>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("5s").await;
    let added = baskets.add("a", Item::Put(2)).await.unwrap();
    assert_eq!(added.will_flush_at, None);
    assert_eq!(baskets.status("a").await.unwrap().will_flush_at, None);
}

pub async fn a_batch_behind_a_retry_is_promised_no_earlier_than_it<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let baskets = stage.baskets::<Windowed>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("5s").await;
    let retry = stage.now() + "10s".duration();
    let added = baskets.add("a", Item::Put(2)).await.unwrap();
    assert_eq!(added.will_flush_at, Some(retry));
    let status = baskets.status("a").await.unwrap();
    assert_eq!(status.will_flush_at, Some(retry));
    stage.advance("10s").await;
    assert_eq!(batches(&stage, "a"), [[1], [1], [2]]);
}
