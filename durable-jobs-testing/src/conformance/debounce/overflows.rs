//! What every host must do when a batch is as full as it may be.

use durable_jobs_runtime::{
    ClientError, debounce::FlushReason, telemetry::Happening, wire::Status,
};

use super::{batches, reasons};
use crate::{
    Span,
    conformance::{
        Act, Harness, Stage,
        fixtures::basket::{Item, Overflowing, Roomy, Warned, WithoutNewest, WithoutOldest},
    },
};

fn overflow(limit: u64, dropped: u64) -> Happening {
    Happening::Overflow { limit, dropped }
}

pub async fn drop_oldest_makes_room_at_the_front<H: Harness>(mut stage: Stage<H>) {
    let begun = stage.now();
    let baskets = stage.baskets::<WithoutOldest>();
    for item in 1..=3 {
        let added = baskets.add("a", Item::Put(item)).await.unwrap();
        assert_eq!((added.event_count, added.dropped), (item, 0));
        stage.advance("1s").await;
    }
    let more = baskets.add("a", Item::Put(4)).await.unwrap();
    assert_eq!((more.event_count, more.dropped), (3, 1));
    assert_eq!(
        more.will_flush_at,
        Some(begun + "5s".duration()),
        "the window goes on"
    );
    stage.settle().await;
    assert!(stage.told("a").contains(&overflow(3, 1)));
    assert_eq!(baskets.state("a").await.unwrap().unwrap().items, [2, 3, 4]);
    stage.restart().await;
    let baskets = stage.baskets::<WithoutOldest>();
    let status = baskets.status("a").await.unwrap();
    assert_eq!((status.event_count, status.buffered_bytes), (3, 27));
    assert_eq!(status.started_at, Some(begun + "1s".duration()));
    baskets.add("a", Item::Put(5)).await.unwrap();
    stage.advance("2s").await;
    assert_eq!(batches(&stage, "a"), [[3, 4, 5]]);
}

pub async fn drop_oldest_takes_the_last_of_a_long_call<H: Harness>(mut stage: Stage<H>) {
    let baskets = stage.baskets::<WithoutOldest>();
    baskets.add("a", Item::Put(0)).await.unwrap();
    let added = baskets.add_many("a", (1..=5).map(Item::Put)).await.unwrap();
    assert_eq!((added.event_count, added.dropped), (3, 3));
    stage.restart().await;
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [[3, 4, 5]]);
}

pub async fn drop_oldest_never_puts_a_flush_off<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<WithoutOldest>();
    for second in 0..5 {
        let events = (0..3).map(|item| Item::Put(second * 10 + item));
        baskets.add_many("a", events).await.unwrap();
        stage.advance("1s").await;
    }
    assert_eq!(batches(&stage, "a"), [[40, 41, 42]]);
}

pub async fn drop_oldest_makes_more_room_in_a_long_batch<H: Harness>(mut stage: Stage<H>) {
    let baskets = stage.baskets::<Roomy>();
    baskets
        .add_many("a", (1..=47).map(Item::Put))
        .await
        .unwrap();
    let last = baskets.add("a", Item::Put(48)).await.unwrap();
    assert_eq!((last.event_count, last.dropped), (48, 0));
    let more = baskets.add("a", Item::Put(49)).await.unwrap();
    assert_eq!((more.event_count, more.dropped), (46, 3), "a sixteenth");
    let expected: Vec<u64> = (4..=49).collect();
    stage.restart().await;
    let baskets = stage.baskets::<Roomy>();
    assert_eq!(baskets.state("a").await.unwrap().unwrap().items, expected);
    baskets
        .add_many("a", (50..=70).map(Item::Put))
        .await
        .unwrap();
    stage.restart().await;
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [(23..=70).collect::<Vec<_>>()]);
}

pub async fn drop_newest_leaves_out_what_does_not_fit<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<WithoutNewest>();
    let added = baskets.add_many("a", (1..=2).map(Item::Put)).await.unwrap();
    assert_eq!((added.event_count, added.dropped), (2, 0));
    let events = [
        ("x", Item::Put(3)),
        ("y", Item::Put(4)),
        ("z", Item::Put(5)),
    ];
    let added = baskets.add_many_once("a", events).await.unwrap();
    assert_eq!((added.event_count, added.dropped), (3, 2));
    assert_eq!(baskets.add("a", Item::Put(6)).await.unwrap().dropped, 1);
    stage.settle().await;
    assert!(stage.told("a").contains(&overflow(3, 2)));
    stage.advance("5s").await;
    let again = baskets.add_once("a", "y", Item::Put(7)).await.unwrap();
    assert!(!again.duplicate, "what was dropped has not come");
    let known = baskets.add_once("a", "x", Item::Put(8)).await.unwrap();
    assert!(known.duplicate);
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [vec![1, 2, 3], vec![7]]);
}

pub async fn overflow_flushes_the_full_batch<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Overflowing>();
    baskets.add_many("a", (1..=3).map(Item::Put)).await.unwrap();
    stage.settle().await;
    assert_eq!(stage.world.runs("a"), [], "n");
    let more = baskets.add("a", Item::Put(4)).await.unwrap();
    assert_eq!((more.event_count, more.dropped), (1, 0), "n + 1");
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1, 2, 3]]);
    assert_eq!(reasons(&stage, "a"), [FlushReason::Overflow]);
    stage.settle().await;
    assert!(stage.told("a").contains(&overflow(3, 0)));
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a")[1], [4]);
}

pub async fn overflow_splits_no_call<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Overflowing>();
    baskets.add_many("a", (1..=2).map(Item::Put)).await.unwrap();
    baskets.add_many("a", (3..=5).map(Item::Put)).await.unwrap();
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1, 2]]);
    let error = baskets
        .add_many("a", (6..=9).map(Item::Put))
        .await
        .unwrap_err();
    assert!(
        matches!(error, ClientError::Overflow { limit: 3, .. }),
        "{error}"
    );
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a")[1], [3, 4, 5]);
}

pub async fn overflow_behind_a_flush_is_refused<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let baskets = stage.baskets::<Overflowing>();
    baskets.add_many("a", (1..=3).map(Item::Put)).await.unwrap();
    baskets.add_many("a", (4..=6).map(Item::Put)).await.unwrap();
    stage.settle().await;
    let error = baskets.add("a", Item::Put(7)).await.unwrap_err();
    assert!(
        matches!(error, ClientError::Overflow { limit: 3, .. }),
        "{error}"
    );
    stage.restart().await;
    let baskets = stage.baskets::<Overflowing>();
    baskets.add("a", Item::Put(8)).await.unwrap_err();
    assert_eq!(baskets.status("a").await.unwrap().event_count, 6);
    stage.advance("1m").await;
    let flushed = batches(&stage, "a");
    assert_eq!(
        flushed,
        [[1, 2, 3], [1, 2, 3], [4, 5, 6]],
        "nothing is lost"
    );
    baskets.add("a", Item::Put(9)).await.unwrap();
}

pub async fn overflow_behind_a_retry_starts_no_attempt<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let baskets = stage.baskets::<Overflowing>();
    baskets.add_many("a", (1..=3).map(Item::Put)).await.unwrap();
    baskets.add_many("a", (4..=6).map(Item::Put)).await.unwrap();
    stage.settle().await;
    assert_eq!(baskets.status("a").await.unwrap().status, Status::Retrying);
    baskets.add("a", Item::Put(7)).await.unwrap_err();
    stage.settle().await;
    assert_eq!(stage.world.runs("a").len(), 1);
    stage.advance("10s").await;
    assert_eq!(batches(&stage, "a"), [[1, 2, 3], [1, 2, 3], [4, 5, 6]]);
}

pub async fn a_batch_that_is_nearly_full_is_told_once<H: Harness>(mut stage: Stage<H>) {
    let nearly_full = |stage: &Stage<H>| {
        let told = stage.told("a").into_iter();
        told.filter(|told| matches!(told, Happening::NearlyFull { .. }))
            .collect::<Vec<_>>()
    };
    let warning = Happening::NearlyFull {
        event_count: 3,
        limit: 4,
    };
    let baskets = stage.baskets::<Warned>();
    baskets.add_many("a", (1..=2).map(Item::Put)).await.unwrap();
    stage.settle().await;
    assert_eq!(nearly_full(&stage), [], "n - 1");
    baskets.add("a", Item::Put(3)).await.unwrap();
    stage.settle().await;
    assert_eq!(nearly_full(&stage), [warning], "n");
    stage.restart().await;
    let baskets = stage.baskets::<Warned>();
    baskets.add("a", Item::Put(4)).await.unwrap();
    baskets.add("a", Item::Put(5)).await.unwrap_err();
    stage.settle().await;
    assert_eq!(nearly_full(&stage).len(), 1, "n + 1");
    stage.advance("5s").await;
    baskets.add_many("a", (1..=4).map(Item::Put)).await.unwrap();
    stage.settle().await;
    assert_eq!(nearly_full(&stage).len(), 2, "once in a batch");
}
