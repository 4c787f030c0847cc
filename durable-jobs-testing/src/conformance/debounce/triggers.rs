//! What every host must do about the triggers of a flush: the first that comes true wins.

use durable_jobs_runtime::{debounce::FlushReason, wire::Status};

use super::{batches, reasons};
use crate::{
    Span,
    conformance::{
        Act, Harness, Program, Stage,
        fixtures::{
            basket::{Item, Leading, LeadingWindow, Quiet, Unwindowed, Weighed, WithWindow},
            hamper::{Good, Plain},
        },
        harness::begin,
    },
};

pub async fn quiet_flushes_when_no_event_has_come_for_a_while<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Quiet>();
    let first = baskets.add("a", Item::Put(1)).await.unwrap();
    assert_eq!(first.will_flush_at, Some(stage.now() + "5s".duration()));
    stage.advance("4s").await;
    let last = stage.now();
    let second = baskets.add("a", Item::Put(2)).await.unwrap();
    assert_eq!(second.will_flush_at, Some(last + "5s".duration()));
    stage.advance("4999ms").await;
    assert_eq!(stage.world.runs("a"), [], "a millisecond before");
    let status = baskets.status("a").await.unwrap();
    assert_eq!(status.will_flush_at, Some(last + "5s".duration()));
    stage.advance("1ms").await;
    assert_eq!(batches(&stage, "a"), [[1, 2]]);
    assert_eq!(reasons(&stage, "a"), [FlushReason::Quiet]);
    let run = &stage.world.runs("a")[0];
    assert_eq!(run.scheduled_for, last + "5s".duration());
}

pub async fn max_wait_bounds_what_events_move<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let baskets = stage.baskets::<Quiet>();
    for item in 1..=3 {
        baskets.add("a", Item::Put(item)).await.unwrap();
        stage.advance("3999ms").await;
    }
    assert_eq!(stage.world.runs("a"), []);
    let last = baskets.add("a", Item::Put(4)).await.unwrap();
    assert_eq!(last.will_flush_at, Some(begun + "12s".duration()));
    stage.advance("3ms").await;
    assert_eq!(batches(&stage, "a"), [[1, 2, 3, 4]]);
    assert_eq!(reasons(&stage, "a"), [FlushReason::MaxWait]);
}

pub async fn a_full_batch_does_not_wait_until_it_is_quiet<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Quiet>();
    baskets.add_many("a", (1..=5).map(Item::Put)).await.unwrap();
    stage.settle().await;
    assert_eq!(stage.world.runs("a"), [], "n - 1");
    baskets.add("a", Item::Put(6)).await.unwrap();
    stage.settle().await;
    assert_eq!(reasons(&stage, "a"), [FlushReason::MaxEvents], "n");
    baskets.add("a", Item::Put(7)).await.unwrap();
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a")[1], [7]);
    assert_eq!(reasons(&stage, "a")[1], FlushReason::Quiet);
}

pub async fn a_quiet_deadline_outlives_a_restart<H: Harness>(mut stage: Stage<H>) {
    let begun = stage.now();
    let baskets = stage.baskets::<Quiet>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("4s").await;
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage
        .restart_at(begun + "5s".duration(), Program::First)
        .await;
    assert_eq!(stage.world.runs("a"), [], "when its first timer comes");
    let status = stage.baskets::<Quiet>().status("a").await.unwrap();
    assert_eq!(status.will_flush_at, Some(begun + "9s".duration()));
    stage.restart().await;
    stage.advance("3999ms").await;
    assert_eq!(stage.world.runs("a"), []);
    stage.advance("1ms").await;
    assert_eq!(batches(&stage, "a"), [[1, 2]]);
}

pub async fn a_quiet_deadline_that_passed_while_the_host_was_down_is_kept<H: Harness>(
    mut stage: Stage<H>,
) {
    let begun = stage.now();
    let baskets = stage.baskets::<Quiet>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("2s").await;
    baskets.add("a", Item::Put(2)).await.unwrap();
    let late = begun + "1h".duration();
    stage.restart_at(late, Program::First).await;
    assert_eq!(batches(&stage, "a"), [[1, 2]]);
    assert_eq!(reasons(&stage, "a"), [FlushReason::Quiet]);
    let run = &stage.world.runs("a")[0];
    assert_eq!(run.scheduled_for, begun + "7s".duration());
}

pub async fn stray_alarms_end_no_quiet_period<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Quiet>();
    for item in 1..=3 {
        baskets.add("a", Item::Put(item)).await.unwrap();
        stage.advance("2s").await;
        stage.host.wake("Quiet", "a").await;
        stage.settle().await;
    }
    assert_eq!(stage.world.runs("a"), []);
    stage.advance("3s").await;
    assert_eq!(batches(&stage, "a"), [[1, 2, 3]]);
}

pub async fn a_quiet_batch_behind_a_flush_has_its_own_deadline<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let baskets = stage.baskets::<Quiet>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("5s").await;
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.advance("4s").await;
    baskets.add("a", Item::Put(3)).await.unwrap();
    stage.advance("2s").await;
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(stage.world.runs("a").len(), 1);
    stage.advance("3s").await;
    assert_eq!(batches(&stage, "a"), [vec![1], vec![2, 3]]);
    assert_eq!(reasons(&stage, "a")[1], FlushReason::Quiet);
}

pub async fn max_bytes_flushes_at_n_and_not_before<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Weighed>();
    baskets
        .add_many("a", [Item::Put(1), Item::Put(2)])
        .await
        .unwrap();
    assert_eq!(baskets.status("a").await.unwrap().buffered_bytes, 18);
    stage.settle().await;
    assert_eq!(stage.world.runs("a"), [], "18 bytes");
    let full = baskets.add("a", Item::Put(3)).await.unwrap();
    assert_eq!(full.will_flush_at, Some(stage.now()), "27 bytes");
    stage.settle().await;
    baskets
        .add_many("a", [Item::Put(4), Item::Put(5)])
        .await
        .unwrap();
    baskets.add("a", Item::Put(10)).await.unwrap();
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1, 2, 3], [4, 5, 10]], "28 bytes");
    assert_eq!(reasons(&stage, "a"), [FlushReason::MaxBytes; 2]);
}

pub async fn leading_flushes_the_first_event_after_a_quiet_period<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Leading>();
    let first = baskets.add("a", Item::Put(1)).await.unwrap();
    assert_eq!(first.will_flush_at, Some(stage.now()));
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1]]);
    stage.advance("4999ms").await;
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.settle().await;
    assert_eq!(stage.world.runs("a").len(), 1, "it was not quiet for 5 s");
    stage.advance("5s").await;
    baskets.add("a", Item::Put(3)).await.unwrap();
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1], [2], [3]]);
    let expected = [
        FlushReason::Leading,
        FlushReason::Quiet,
        FlushReason::Leading,
    ];
    assert_eq!(reasons(&stage, "a"), expected);
}

pub async fn a_quiet_period_before_a_leading_event_outlives_a_restart<H: Harness>(
    mut stage: Stage<H>,
) {
    let baskets = stage.baskets::<Leading>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("1s").await;
    stage.restart().await;
    let baskets = stage.baskets::<Leading>();
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1]]);
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [[1], [2]]);
}

pub async fn leading_goes_by_the_window_where_there_is_no_quiet<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<LeadingWindow>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("1s").await;
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.advance("4999ms").await;
    assert_eq!(batches(&stage, "a"), [[1]]);
    stage.advance("1ms").await;
    assert_eq!(batches(&stage, "a"), [[1], [2]]);
    let expected = [FlushReason::Leading, FlushReason::FlushAfter];
    assert_eq!(reasons(&stage, "a"), expected);
}

pub async fn a_leading_event_behind_a_retry_starts_no_attempt<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let baskets = stage.baskets::<Leading>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("6s").await;
    assert_eq!(baskets.status("a").await.unwrap().status, Status::Retrying);
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.settle().await;
    assert_eq!(stage.world.runs("a").len(), 1);
    stage.advance("4s").await;
    assert_eq!(batches(&stage, "a"), [[1], [1], [2]]);
    assert_eq!(reasons(&stage, "a")[2], FlushReason::Leading);
}

pub async fn flush_on_sees_the_batch_with_its_event<H: Harness>(stage: Stage<H>) {
    let hampers = stage.hampers::<Plain>();
    hampers.add("a", Good::Put(1)).await.unwrap();
    stage.settle().await;
    assert_eq!(stage.world.runs("a"), []);
    let last = hampers.add("a", Good::Last(2)).await.unwrap();
    assert_eq!(last.will_flush_at, Some(stage.now()));
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1, 2]]);
    assert_eq!(reasons(&stage, "a"), [FlushReason::FlushOn]);
    let events = [Good::Put(3), Good::Last(4), Good::Put(5)];
    hampers.add_many("a", events).await.unwrap();
    stage.settle().await;
    assert_eq!(batches(&stage, "a")[1], [3, 4, 5], "one call, one batch");
}

pub async fn what_flush_on_has_said_outlives_a_crash<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let hampers = stage.hampers::<Plain>();
    hampers.add("a", Good::Put(1)).await.unwrap();
    stage.advance("5s").await;
    hampers.add("a", Good::Last(2)).await.unwrap();
    stage.restart().await;
    stage.advance("10s").await;
    assert_eq!(batches(&stage, "a"), [[1], [1], [2]]);
    assert_eq!(reasons(&stage, "a")[2], FlushReason::FlushOn);
}

pub async fn the_first_trigger_names_the_flush<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let baskets = stage.baskets::<Quiet>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("5s").await;
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.advance("5s").await;
    baskets.add_many("a", (3..=8).map(Item::Put)).await.unwrap();
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(batches(&stage, "a")[1], (2..=8).collect::<Vec<_>>());
    assert_eq!(
        reasons(&stage, "a")[1],
        FlushReason::MaxEvents,
        "events have moved the quiet deadline before anybody looked"
    );
}

pub async fn what_has_made_a_batch_due_goes_on_to_name_its_flush<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let baskets = stage.baskets::<LeadingWindow>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.settle().await;
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.advance("5s").await;
    let flush = begin(baskets.flush("a")).await;
    stage.settle().await;
    stage.world.release("a");
    let flushed = flush.answer().await.unwrap();
    assert_eq!(flushed.reason, FlushReason::FlushAfter);
    assert_eq!(reasons(&stage, "a")[1], FlushReason::FlushAfter);
}

pub async fn only_one_event_of_a_moment_leads<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<LeadingWindow>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.settle().await;
    let second = baskets.add("a", Item::Put(2)).await.unwrap();
    assert_eq!(second.will_flush_at, Some(stage.now() + "5s".duration()));
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1]]);
}

pub async fn an_event_under_a_corrected_clock_leads<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<LeadingWindow>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.settle().await;
    stage.host.set_clock(stage.now() - "1h".duration());
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1], [2]]);
}

pub async fn a_batch_gets_the_window_that_its_job_was_given<H: Harness>(mut stage: Stage<H>) {
    for id in ["early", "late"] {
        let baskets = stage.baskets::<Unwindowed>();
        baskets.add(id, Item::Put(1)).await.unwrap();
        stage.advance("3s").await;
    }
    stage.restart_as(Program::Changed).await;
    let due = stage.now() + "2s".duration();
    let baskets = stage.baskets::<WithWindow>();
    baskets.status("early").await.unwrap();
    let status = baskets.status("late").await.unwrap();
    assert_eq!(status.will_flush_at, Some(due), "from the first event on");
    stage.settle().await;
    assert_eq!(batches(&stage, "early"), [[1]]);
    assert_eq!(stage.world.runs("late"), []);
    stage.restart_as(Program::Changed).await;
    stage.advance("2s").await;
    assert_eq!(batches(&stage, "late"), [[1]]);
}
