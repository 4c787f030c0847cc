//! What every host must tell about batches, and no more.

use durable_jobs_runtime::{debounce::FlushReason, telemetry::Happening, wire::Status};

use crate::conformance::{
    Act, Harness, Program, Stage,
    fixtures::basket::{Item, Strict, Windowed, WithoutNewest},
    harness::begin,
};

fn count<H: Harness>(stage: &Stage<H>, of: fn(&&Happening) -> bool) -> usize {
    stage.told("a").iter().filter(of).count()
}

fn is_resumed(told: &&Happening) -> bool {
    matches!(told, Happening::Resumed)
}

fn is_parked(told: &&Happening) -> bool {
    matches!(told, Happening::Parked { .. })
}

pub async fn only_what_was_parked_is_told_to_be_resumed<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Strict>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    baskets.flush("a").await.unwrap();
    stage.settle().await;
    assert_eq!(count(&stage, is_resumed), 0);
    stage.world.script("a", [Act::Fail]);
    baskets.add("a", Item::Put(2)).await.unwrap();
    baskets.flush("a").await.unwrap();
    baskets.flush("a").await.unwrap();
    stage.settle().await;
    assert_eq!(count(&stage, is_resumed), 1);
}

pub async fn only_what_was_dropped_is_told_to_be<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<WithoutNewest>();
    baskets.add_many("a", (1..=3).map(Item::Put)).await.unwrap();
    stage.settle().await;
    let is_overflow = |told: &&Happening| matches!(told, Happening::Overflow { .. });
    assert_eq!(count(&stage, is_overflow), 0, "n");
    baskets.add("a", Item::Put(4)).await.unwrap();
    stage.settle().await;
    assert_eq!(count(&stage, is_overflow), 1, "n + 1");
}

pub async fn times_are_those_of_batches_with_events<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let baskets = stage.baskets::<Strict>();
    stage.world.script("a", [Act::Succeed, Act::Fail]);
    baskets.add("a", Item::Put(1)).await.unwrap();
    baskets.flush("a").await.unwrap();
    let status = baskets.status("a").await.unwrap();
    assert_eq!(status.status, Status::Idle);
    assert_eq!((status.started_at, status.last_event_at), (None, None));
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.advance("5s").await;
    let status = baskets.status("a").await.unwrap();
    assert_eq!(status.status, Status::Parked);
    let times = (status.started_at, status.last_event_at);
    assert_eq!(times, (Some(begun), Some(begun)));
}

pub async fn what_cannot_be_read_is_told_to_be_parked_once<H: Harness>(mut stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.restart_as(Program::Changed).await;
    for _ in 0..3 {
        let status = stage.renamed().status("a").await.unwrap();
        assert_eq!(status.status, Status::Parked);
        stage.restart_as(Program::Changed).await;
    }
    assert_eq!(count(&stage, is_parked), 1);
    stage.renamed().flush("a").await.unwrap_err();
    stage.renamed().resume("a").await.unwrap_err();
    stage.settle().await;
    assert_eq!(
        (count(&stage, is_parked), count(&stage, is_resumed)),
        (1, 0)
    );
    stage.restart().await;
    let baskets = stage.baskets::<Windowed>();
    assert!(baskets.flush("a").await.unwrap().flushed);
}

pub async fn who_waits_for_a_batch_that_is_deleted_is_told_that_it_is_empty<H: Harness>(
    stage: Stage<H>,
) {
    let baskets = stage.baskets::<Windowed>();
    for id in ["cleared", "terminated"] {
        stage.world.script(id, [Act::Wait]);
        baskets.add(id, Item::Put(1)).await.unwrap();
        stage.advance("5s").await;
        baskets.add(id, Item::Put(2)).await.unwrap();
        let mut flush = begin(baskets.flush(id)).await;
        stage.settle().await;
        assert!(!flush.answered().await, "{id}");
        match id {
            "cleared" => drop(baskets.clear(id).await.unwrap()),
            _ => drop(baskets.terminate(id, "x").await.unwrap()),
        }
        let flushed = flush.answer().await.unwrap();
        assert_eq!(
            (flushed.flushed, flushed.reason),
            (false, FlushReason::Empty)
        );
    }
}
