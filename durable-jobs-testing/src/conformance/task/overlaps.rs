//! What every host must do when calls of a task meet a run, an event or another life.

use durable_jobs_runtime::{
    ClientError, ErrorAction,
    wire::{RunOutcome, Status},
};

use super::{note, wait};
use crate::conformance::{
    Act, Harness, Stage,
    fixtures::ledger::{Command, Retried, Strict},
    harness::begin,
};

fn assert_refused(answer: Result<impl std::fmt::Debug, ClientError>) {
    let refused = matches!(answer, Err(ClientError::Rejected { .. }));
    assert!(refused, "{answer:?}");
}

pub async fn an_event_right_after_the_end_of_a_life_begins_with_nothing<H: Harness>(
    stage: Stage<H>,
) {
    let ledgers = stage.ledgers::<Retried>();
    for command in [note("old"), Command::Terminate, note("new")] {
        ledgers.send("a", command).await.unwrap();
    }
    let stored = ledgers.state("a").await.unwrap().unwrap();
    assert_eq!(stored.state.notes, ["new"]);
    ledgers.terminate("a", "x").await.unwrap();
    ledgers.send("a", note("newest")).await.unwrap();
    let stored = ledgers.state("a").await.unwrap().unwrap();
    assert_eq!(stored.state.notes, ["newest"]);
}

pub async fn an_event_that_waits_behind_one_that_terminates_begins_with_nothing<H: Harness>(
    stage: Stage<H>,
) {
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", note("old")).await.unwrap();
    let slow = begin(ledgers.send("a", wait("slow"))).await;
    stage.settle().await;
    let last = begin(ledgers.send("a", Command::Terminate)).await;
    let next = begin(ledgers.send("a", note("new"))).await;
    stage.settle().await;
    stage.world.release("a");
    slow.answer().await.unwrap();
    last.answer().await.unwrap();
    assert!(next.answer().await.unwrap().created);
    let stored = ledgers.state("a").await.unwrap().unwrap();
    assert_eq!(stored.state.notes, ["new"]);
}

pub async fn terminate_refuses_the_events_that_wait<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", note("first life")).await.unwrap();
    let handled = begin(ledgers.send("a", wait("handled"))).await;
    stage.settle().await;
    let queued = begin(ledgers.send("a", note("queued"))).await;
    stage.settle().await;
    assert!(ledgers.terminate("a", "x").await.unwrap().terminated);
    assert_refused(handled.answer().await);
    assert_refused(queued.answer().await);
    stage.settle().await;
    assert_eq!(ledgers.status("a").await.unwrap().status, Status::NotFound);
    assert!(ledgers.send("a", note("next life")).await.unwrap().created);
}

pub async fn terminate_during_the_first_event_ends_what_it_would_have_begun<H: Harness>(
    stage: Stage<H>,
) {
    let ledgers = stage.ledgers::<Retried>();
    let handled = begin(ledgers.send("a", wait("first"))).await;
    stage.settle().await;
    assert!(ledgers.terminate("a", "x").await.unwrap().terminated);
    assert_refused(handled.answer().await);
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(ledgers.status("a").await.unwrap().status, Status::NotFound);
}

pub async fn resume_during_an_event_harms_neither<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Strict>();
    ledgers.send("a", note("kept")).await.unwrap();
    stage.world.script("a", [Act::Fail]);
    ledgers.trigger("a").await.unwrap();
    assert_eq!(ledgers.status("a").await.unwrap().status, Status::Parked);
    let handled = begin(ledgers.send("a", wait("meanwhile"))).await;
    stage.settle().await;
    ledgers.resume("a").await.unwrap();
    stage.world.release("a");
    stage.settle().await;
    handled.answer().await.unwrap();
    ledgers.send("a", note("later")).await.unwrap();
    stage.settle().await;
    let stored = ledgers.state("a").await.unwrap().unwrap();
    assert_eq!(stored.state.notes, ["kept", "meanwhile", "later"]);
    assert_eq!(stored.state.runs, 1, "the run that was owed");
    assert_eq!(stage.world.runs("a").len(), 2);
}

pub async fn a_trigger_during_a_run_that_fails_runs_at_once_and_anew<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait, Act::Fail]);
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(1)).await.unwrap();
    stage.advance("1s").await;
    let trigger = begin(ledgers.trigger("a")).await;
    ledgers.status("a").await.unwrap(); // answered after the calls before it
    stage.world.release("a");
    stage.settle().await;
    let triggered = trigger.answer().await.unwrap();
    assert_eq!(triggered.outcome, Some(RunOutcome::Completed));
    stage.advance("10m").await;
    let runs = stage.world.runs("a");
    let attempts: Vec<_> = runs
        .iter()
        .map(|run| (run.run_count, run.attempt))
        .collect();
    assert_eq!(attempts, [(1, 1), (1, 1)], "nothing runs once too often");
}

pub async fn a_trigger_during_a_run_that_parks_leaves_nothing_behind<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait, Act::Fail]);
    stage.world.on_error("a", ErrorAction::Park);
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(1)).await.unwrap();
    stage.advance("1s").await;
    let trigger = begin(ledgers.trigger("a")).await;
    ledgers.status("a").await.unwrap(); // answered after the calls before it
    stage.world.release("a");
    stage.settle().await;
    let triggered = trigger.answer().await.unwrap();
    assert_eq!(
        (triggered.triggered, triggered.status),
        (false, Status::Parked)
    );
    ledgers.resume("a").await.unwrap();
    stage.advance("10m").await;
    assert_eq!(
        stage.world.runs("a").len(),
        2,
        "the run that was owed, and no other"
    );
}

pub async fn a_crash_in_a_run_that_followed_an_event_at_once_is_counted<H: Harness>(
    mut stage: Stage<H>,
) {
    stage.world.script("a", [Act::Wait, Act::Wait]);
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(0)).await.unwrap();
    stage.settle().await;
    for _ in 0..2 {
        stage.restart().await;
        stage.advance("10s").await;
    }
    let runs = stage.world.runs("a");
    let attempts: Vec<_> = runs
        .iter()
        .map(|run| (run.run_count, run.attempt))
        .collect();
    assert_eq!(attempts, [(1, 1), (1, 2), (1, 3)]);
}
