//! What every host must do when a batch is flushed.

use durable_jobs_runtime::{ErrorAction, debounce::FlushReason, wire::Status};

use super::{batches, reason};
use crate::{
    Span,
    conformance::{
        Act, Harness, Program, Stage,
        fixtures::basket::{Counted, Fragile, Item, Limited, Strict, Unasked, Windowed},
        harness::begin,
    },
};

pub async fn add_never_waits_for_a_flush<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let baskets = stage.baskets::<Counted>();
    for item in 1..=4 {
        baskets.add("a", Item::Put(item)).await.unwrap();
    }
    stage.settle().await;
    assert_eq!(baskets.status("a").await.unwrap().status, Status::Flushing);
    assert_eq!(batches(&stage, "a"), [[1, 2, 3]]);
}

pub async fn adds_during_a_flush_belong_to_the_next_batch<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let baskets = stage.baskets::<Windowed>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("5s").await;
    let during = baskets.add("a", Item::Put(2)).await.unwrap();
    assert_eq!((during.created, during.event_count), (false, 1));
    assert_eq!(baskets.status("a").await.unwrap().event_count, 2);
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(baskets.status("a").await.unwrap().event_count, 1);
    assert_eq!(baskets.state("a").await.unwrap().unwrap().items, [2]);
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [[1], [2]]);
}

pub async fn a_full_batch_waits_for_the_flush_before_it<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let baskets = stage.baskets::<Counted>();
    baskets.add_many("a", (1..=3).map(Item::Put)).await.unwrap();
    stage.settle().await;
    baskets.add_many("a", (4..=6).map(Item::Put)).await.unwrap();
    stage.settle().await;
    assert_eq!(stage.world.runs("a").len(), 1);
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1, 2, 3], [4, 5, 6]]);
    assert_eq!(stage.world.most_at_once("a"), 1);
}

pub async fn a_failed_flush_keeps_its_batch_for_the_next_attempt<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail, Act::Panic]);
    let baskets = stage.baskets::<Windowed>();
    baskets
        .add_many("a", [Item::Put(1), Item::Put(2)])
        .await
        .unwrap();
    stage.advance("25s").await;
    let runs = stage.world.runs("a");
    assert_eq!(batches(&stage, "a"), [[1, 2], [1, 2], [1, 2]]);
    assert_eq!(
        runs.iter().map(|run| run.attempt).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert!(
        runs.iter()
            .all(|run| run.idempotency_key == runs[0].idempotency_key)
    );
    let status = baskets.status("a").await.unwrap();
    assert_eq!(
        (status.status, status.event_count, status.flush_count),
        (Status::Idle, 0, 1)
    );
}

pub async fn adds_while_a_retry_waits_join_the_next_batch_and_start_no_attempt<H: Harness>(
    stage: Stage<H>,
) {
    stage.world.script("a", [Act::Fail]);
    let baskets = stage.baskets::<Counted>();
    baskets.add_many("a", (1..=3).map(Item::Put)).await.unwrap();
    stage.settle().await;
    assert_eq!(baskets.status("a").await.unwrap().status, Status::Retrying);
    for item in 4..=20 {
        baskets.add("a", Item::Put(item)).await.unwrap();
    }
    stage.settle().await;
    assert_eq!(stage.world.runs("a").len(), 1, "a burst starts no attempt");
    stage.advance("10s").await;
    assert_eq!(
        batches(&stage, "a"),
        [vec![1, 2, 3], vec![1, 2, 3], (4..=20).collect()]
    );
}

pub async fn a_debounce_job_retries_without_being_asked<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", std::iter::repeat_n(Act::Fail, 9));
    let baskets = stage.baskets::<Unasked>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("10m").await;
    assert_eq!(stage.world.runs("a").len(), 5);
    assert_eq!(baskets.status("a").await.unwrap().status, Status::Parked);
}

pub async fn exhausted_retries_park_the_batch_and_lose_nothing<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let baskets = stage.baskets::<Strict>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("5s").await;
    let status = baskets.status("a").await.unwrap();
    assert_eq!((status.status, status.event_count), (Status::Parked, 1));
    assert!(status.last_error.unwrap().contains("scripted failure"));
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.advance("1h").await;
    assert_eq!(
        stage.world.runs("a").len(),
        1,
        "the next batch waits behind the parked one"
    );
    stage.restart().await;
    let baskets = stage.baskets::<Strict>();
    let status = baskets.status("a").await.unwrap();
    assert_eq!((status.status, status.event_count), (Status::Parked, 2));
    let flushed = baskets.flush("a").await.unwrap();
    assert_eq!((flushed.flushed, flushed.event_count), (true, 1));
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1], [1], [2]]);
}

pub async fn exhausted_retries_terminate_when_declared<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let baskets = stage.baskets::<Fragile>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("5s").await;
    assert_eq!(baskets.status("a").await.unwrap().status, Status::NotFound);
    assert!(baskets.add("a", Item::Put(2)).await.unwrap().created);
}

pub async fn flush_runs_the_batch_now_and_answers_after_it<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>();
    baskets
        .add_many("a", [Item::Put(1), Item::Put(2)])
        .await
        .unwrap();
    let flushed = baskets.flush("a").await.unwrap();
    assert_eq!((flushed.flushed, flushed.event_count), (true, 2));
    assert_eq!(
        (flushed.reason, flushed.retry_scheduled),
        (FlushReason::Manual, None)
    );
    assert_eq!(reason(&stage.world.runs("a")[0]), FlushReason::Manual);
    stage.advance("1m").await;
    assert_eq!(
        stage.world.runs("a").len(),
        1,
        "the window of the flushed batch is gone"
    );
}

pub async fn flush_of_nothing_says_empty_and_creates_nothing<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>();
    let missing = baskets.flush("a").await.unwrap();
    assert_eq!(
        (missing.flushed, missing.reason),
        (false, FlushReason::Empty)
    );
    assert_eq!(baskets.status("a").await.unwrap().status, Status::NotFound);
    baskets.add("a", Item::Put(1)).await.unwrap();
    baskets.flush("a").await.unwrap();
    let empty = baskets.flush("a").await.unwrap();
    assert_eq!((empty.flushed, empty.event_count), (false, 0));
    assert_eq!(empty.reason, FlushReason::Empty);
    assert_eq!(stage.world.runs("a").len(), 1);
}

pub async fn a_failed_flush_does_not_say_flushed<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let baskets = stage.baskets::<Windowed>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    let failed = baskets.flush("a").await.unwrap();
    assert_eq!((failed.flushed, failed.event_count), (false, 1));
    assert_eq!(failed.retry_scheduled, Some(stage.now() + "10s".duration()));
    assert_eq!(
        baskets.state("a").await.unwrap().unwrap().items,
        [1],
        "nothing is lost"
    );
}

pub async fn flush_of_a_waiting_retry_tries_it_now<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let baskets = stage.baskets::<Windowed>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    baskets.flush("a").await.unwrap();
    assert!(baskets.flush("a").await.unwrap().flushed);
    stage.advance("1m").await;
    assert_eq!(stage.world.runs("a").len(), 2);
}

pub async fn flush_during_a_flush_waits_for_its_own_batch<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let baskets = stage.baskets::<Windowed>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("5s").await;
    baskets.add("a", Item::Put(2)).await.unwrap();
    let mut flush = begin(baskets.flush("a")).await;
    stage.settle().await;
    baskets.status("a").await.unwrap(); // answered after the calls before it
    assert!(!flush.answered().await);
    stage.world.release("a");
    stage.settle().await;
    let flushed = flush.answer().await.unwrap();
    assert_eq!((flushed.flushed, flushed.event_count), (true, 1));
    assert_eq!(batches(&stage, "a"), [[1], [2]]);
}

pub async fn clear_of_a_parked_batch_lets_the_next_go_on<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let baskets = stage.baskets::<Strict>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("5s").await;
    assert_eq!(baskets.clear("a").await.unwrap().discarded_events, 1);
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [[1], [2]]);
}

pub async fn a_crash_during_a_flush_keeps_both_batches<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let baskets = stage.baskets::<Windowed>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("5s").await;
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.restart().await;
    assert_eq!(
        stage
            .baskets::<Windowed>()
            .status("a")
            .await
            .unwrap()
            .event_count,
        2
    );
    stage.advance("1m").await;
    assert_eq!(batches(&stage, "a"), [[1], [1], [2]]);
    let runs = stage.world.runs("a");
    assert_eq!(runs[0].idempotency_key, runs[1].idempotency_key);
    assert_eq!(runs[1].attempt, 2);
}

pub async fn a_timeout_of_a_flush_is_a_retried_attempt<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let baskets = stage.baskets::<Limited>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("35s").await;
    assert_eq!(baskets.status("a").await.unwrap().status, Status::Retrying);
    stage.advance("10s").await;
    assert_eq!(batches(&stage, "a"), [[1], [1]]);
    assert_eq!(baskets.status("a").await.unwrap().status, Status::Idle);
}

pub async fn terminate_deletes_the_batch_and_fences_the_flush<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let baskets = stage.baskets::<Windowed>();
    let missing = baskets.terminate("a", "x").await.unwrap();
    assert_eq!(
        (missing.terminated, missing.reason.as_str()),
        (false, "not_found")
    );
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("5s").await;
    baskets.add("a", Item::Put(2)).await.unwrap();
    assert!(baskets.terminate("a", "x").await.unwrap().terminated);
    stage.world.release("a");
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a").len(), 1);
    assert_eq!(baskets.status("a").await.unwrap().status, Status::NotFound);
    assert!(baskets.state("a").await.unwrap().is_none());
}

pub async fn stored_events_that_no_longer_decode_park_the_batch<H: Harness>(mut stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    let healthy = stage.baskets::<Counted>();
    healthy.add("a", Item::Put(9)).await.unwrap();
    stage.restart_as(Program::Changed).await;
    stage.advance("5s").await;
    let status = stage.baskets::<Windowed>().status("a").await.unwrap();
    assert_eq!((status.status, status.event_count), (Status::Parked, 1));
    assert!(status.last_error.is_some());
    assert_eq!(
        batches(&stage, "a"),
        [[9]],
        "the instance of the other job was flushed"
    );
    stage.restart_as(Program::First).await;
    let baskets = stage.baskets::<Windowed>();
    assert!(
        baskets.flush("a").await.unwrap().flushed,
        "nothing was overwritten"
    );
    assert_eq!(batches(&stage, "a"), [[9], [1]]);
}

pub async fn clear_during_a_flush_keeps_what_is_being_flushed<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let baskets = stage.baskets::<Windowed>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("5s").await;
    let waiting = begin(baskets.flush("a")).await;
    baskets
        .add_many("a", [Item::Put(2), Item::Put(3)])
        .await
        .unwrap();
    assert_eq!(baskets.clear("a").await.unwrap().discarded_events, 2);
    stage.world.release("a");
    stage.settle().await;
    let flushed = waiting.answer().await.unwrap();
    assert_eq!((flushed.flushed, flushed.event_count), (true, 1));
    stage.advance("1h").await;
    assert_eq!(batches(&stage, "a"), [[1]]);
}

pub async fn on_error_cannot_drop_a_batch<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    stage.world.on_error("a", ErrorAction::SkipRun);
    let baskets = stage.baskets::<Windowed>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("5s").await;
    let status = baskets.status("a").await.unwrap();
    assert_eq!((status.status, status.event_count), (Status::Parked, 1));
    let resumed = baskets.resume("a").await.unwrap();
    assert!(
        matches!(resumed, Status::Flushing | Status::Retrying),
        "{resumed}: it runs, or is due at once"
    );
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1], [1]]);
    assert_eq!(baskets.status("a").await.unwrap().status, Status::Idle);
}

pub async fn a_life_that_ended_while_the_host_was_down_leaves_no_events<H: Harness>(
    mut stage: Stage<H>,
) {
    stage.world.script("a", std::iter::repeat_n(Act::Wait, 5));
    let baskets = stage.baskets::<Fragile>();
    baskets.add("a", Item::Put(666)).await.unwrap();
    stage.advance("5s").await;
    for attempt in 1..=5 {
        assert_eq!(stage.world.runs("a").len(), attempt);
        stage.restart().await;
        if attempt < 5 {
            stage.advance("10m").await;
        }
    }
    let baskets = stage.baskets::<Fragile>();
    let added = baskets.add("a", Item::Put(1)).await.unwrap();
    assert_eq!((added.created, added.event_count), (true, 1));
    baskets.flush("a").await.unwrap();
    assert_eq!(batches(&stage, "a").last().unwrap(), &[1]);
}
