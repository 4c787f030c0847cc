//! What every host must do with what a batch leaves for the next one.

use durable_jobs_runtime::wire::Status;

use super::batches;
use crate::conformance::{
    Act, Harness, Stage,
    fixtures::hamper::{Good, Keeping, Plain, Summing},
};

pub async fn keep_begins_with_what_the_last_batch_left<H: Harness>(mut stage: Stage<H>) {
    let hampers = stage.hampers::<Keeping>();
    hampers
        .add_many("a", [Good::Put(1), Good::Put(2)])
        .await
        .unwrap();
    stage.advance("5s").await;
    let state = hampers.state("a").await.unwrap().unwrap();
    assert_eq!(state.items, [1, 2], "also without an event");
    assert_eq!(hampers.size("a").await.unwrap(), 0);
    stage.restart().await;
    let hampers = stage.hampers::<Keeping>();
    assert_eq!(hampers.state("a").await.unwrap().unwrap().items, [1, 2]);
    hampers.add("a", Good::Put(3)).await.unwrap();
    assert_eq!(hampers.state("a").await.unwrap().unwrap().total, 6);
    stage.restart().await;
    stage.advance("5s").await;
    stage.restart().await;
    let hampers = stage.hampers::<Keeping>();
    assert_eq!(hampers.state("a").await.unwrap().unwrap().items, [1, 2, 3]);
    assert_eq!(batches(&stage, "a"), [vec![1, 2], vec![1, 2, 3]]);
    hampers.terminate("a", "x").await.unwrap();
    hampers.add("a", Good::Put(4)).await.unwrap();
    let next_life = hampers.state("a").await.unwrap().unwrap();
    assert_eq!(next_life.items, [4]);
}

pub async fn without_keep_a_batch_begins_with_the_default<H: Harness>(stage: Stage<H>) {
    let hampers = stage.hampers::<Plain>();
    hampers.add("a", Good::Put(1)).await.unwrap();
    stage.advance("5s").await;
    assert!(hampers.state("a").await.unwrap().is_none());
    hampers.add("a", Good::Put(2)).await.unwrap();
    assert_eq!(hampers.state("a").await.unwrap().unwrap().items, [2]);
}

pub async fn events_during_a_flush_are_folded_again_onto_what_it_leaves<H: Harness>(
    mut stage: Stage<H>,
) {
    stage.world.script("a", [Act::Wait]);
    let hampers = stage.hampers::<Keeping>();
    hampers.add("a", Good::Put(1)).await.unwrap();
    stage.advance("5s").await;
    hampers.add("a", Good::Put(2)).await.unwrap();
    let beside = hampers.state("a").await.unwrap().unwrap();
    assert_eq!(beside.items, [2], "beside the flush");
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(hampers.state("a").await.unwrap().unwrap().items, [1, 2]);
    stage.restart().await;
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [vec![1], vec![1, 2]]);
}

pub async fn a_batch_that_fails_leaves_nothing<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Succeed, Act::Fail]);
    let hampers = stage.hampers::<Keeping>();
    hampers.add("a", Good::Put(1)).await.unwrap();
    stage.advance("5s").await;
    hampers.add("a", Good::Put(2)).await.unwrap();
    stage.advance("5s").await;
    hampers.add("a", Good::Put(3)).await.unwrap();
    stage.advance("10s").await;
    let expected = [vec![1], vec![1, 2], vec![1, 2], vec![1, 2, 3]];
    assert_eq!(batches(&stage, "a"), expected);
}

pub async fn after_flush_can_keep_a_part<H: Harness>(mut stage: Stage<H>) {
    let hampers = stage.hampers::<Summing>();
    hampers
        .add_many("a", [Good::Put(1), Good::Put(2)])
        .await
        .unwrap();
    stage.advance("5s").await;
    stage.restart().await;
    let hampers = stage.hampers::<Summing>();
    hampers.add("a", Good::Put(3)).await.unwrap();
    let state = hampers.state("a").await.unwrap().unwrap();
    assert_eq!((state.items, state.total), (vec![3], 6));
}

pub async fn an_after_flush_that_panics_fails_the_attempt<H: Harness>(mut stage: Stage<H>) {
    let hampers = stage.hampers::<Summing>();
    hampers.add("a", Good::Put(666)).await.unwrap();
    stage.advance("6s").await;
    let status = hampers.status("a").await.unwrap();
    assert_eq!((status.status, status.event_count), (Status::Retrying, 1));
    assert!(status.last_error.unwrap().contains("scripted panic"));
    stage.restart().await;
    let hampers = stage.hampers::<Summing>();
    assert_eq!(hampers.clear("a").await.unwrap().discarded_events, 1);
    hampers.add("a", Good::Put(1)).await.unwrap();
    stage.advance("5s").await;
    assert_eq!(hampers.status("a").await.unwrap().flush_count, 1);
}

pub async fn events_that_do_not_fold_onto_what_was_left_park_the_batch<H: Harness>(
    mut stage: Stage<H>,
) {
    stage.world.script("a", [Act::Wait]);
    let hampers = stage.hampers::<Keeping>();
    hampers.add("a", Good::Light(60)).await.unwrap();
    stage.advance("5s").await;
    hampers.add("a", Good::Light(50)).await.unwrap();
    stage.world.release("a");
    stage.settle().await;
    let status = hampers.status("a").await.unwrap();
    assert_eq!((status.status, status.event_count), (Status::Parked, 1));
    assert!(status.last_error.unwrap().contains("too heavy"));
    stage.restart().await;
    let hampers = stage.hampers::<Keeping>();
    assert_eq!(hampers.clear("a").await.unwrap().discarded_events, 1);
    hampers.add("a", Good::Light(30)).await.unwrap();
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [vec![60], vec![60, 30]]);
}

pub async fn reset_begins_anew<H: Harness>(mut stage: Stage<H>) {
    let hampers = stage.hampers::<Keeping>();
    assert!(!hampers.reset("a").await.unwrap().reset, "nothing is there");
    hampers.add_once("a", "x", Good::Put(1)).await.unwrap();
    stage.advance("5s").await;
    hampers.add("a", Good::Put(2)).await.unwrap();
    let reset = hampers.reset("a").await.unwrap();
    assert_eq!((reset.reset, reset.discarded_events), (true, 1));
    assert!(hampers.state("a").await.unwrap().is_none());
    stage.restart().await;
    let hampers = stage.hampers::<Keeping>();
    assert!(hampers.state("a").await.unwrap().is_none());
    let again = hampers.add_once("a", "x", Good::Put(3)).await.unwrap();
    assert_eq!((again.created, again.duplicate), (false, false));
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [[1], [3]]);
    assert_eq!(hampers.status("a").await.unwrap().flush_count, 2);
}

pub async fn reset_during_a_flush_lets_it_leave_nothing<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let hampers = stage.hampers::<Keeping>();
    hampers.add("a", Good::Put(1)).await.unwrap();
    stage.advance("5s").await;
    hampers.add("a", Good::Put(2)).await.unwrap();
    assert_eq!(hampers.reset("a").await.unwrap().discarded_events, 1);
    stage.world.release("a");
    stage.settle().await;
    assert!(hampers.state("a").await.unwrap().is_none());
    stage.restart().await;
    let hampers = stage.hampers::<Keeping>();
    hampers.add("a", Good::Put(3)).await.unwrap();
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [[1], [3]]);
}

pub async fn size_counts_what_no_flush_has_taken<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let hampers = stage.hampers::<Plain>();
    assert_eq!(hampers.size("a").await.unwrap(), 0);
    hampers.add("a", Good::Put(1)).await.unwrap();
    stage.advance("5s").await;
    hampers.add("a", Good::Put(2)).await.unwrap();
    assert_eq!(hampers.size("a").await.unwrap(), 2);
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(hampers.size("a").await.unwrap(), 1);
}
