//! What every host must do when a continuous job is called.

use std::time::Duration;

use durable_jobs_runtime::wire::{RunOutcome, Status};

use crate::conformance::{
    Act, Harness, Stage,
    fixtures::ticker::{Hourly, LaterHourly, Ticker},
    harness::begin,
};

const HOUR: Duration = Duration::from_secs(3600);

pub async fn start_creates_an_instance_and_names_it<H: Harness>(stage: Stage<H>) {
    let started = stage
        .tickers::<LaterHourly>()
        .start("user-123", Ticker::from(0))
        .await
        .unwrap();
    assert!(started.created);
    assert_eq!(started.instance_id, "continuous:LaterHourly:user-123");
    assert_eq!(started.status, Status::Waiting);
    assert_eq!(started.outcome, None);
}

pub async fn start_on_an_existing_instance_changes_nothing<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("a", Ticker::from(7)).await.unwrap();
    let before = tickers.status("a").await.unwrap();
    stage.advance("10m").await;
    let again = tickers.start("a", Ticker::from(99)).await.unwrap();
    assert!(!again.created);
    assert_eq!(again.instance_id, "continuous:LaterHourly:a");
    assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 7);
    assert_eq!(tickers.status("a").await.unwrap(), before);
}

pub async fn start_and_wait_answers_after_the_first_run<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<Hourly>();
    let started = tickers.start_and_wait("a", Ticker::from(0)).await.unwrap();
    assert!(started.created);
    assert_eq!(started.outcome, Some(RunOutcome::Completed));
    assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 1);
}

pub async fn a_failing_first_run_leaves_a_scheduled_instance<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    stage.world.script("a", [Act::Fail]);
    let tickers = stage.tickers::<Hourly>();
    assert!(tickers.start("a", Ticker::from(0)).await.unwrap().created);
    stage.settle().await;
    let status = tickers.status("a").await.unwrap();
    assert_eq!(status.status, Status::Waiting);
    assert_eq!(status.next_run_at, Some(begun + HOUR));
    assert_eq!(status.consecutive_failures, 1);
    assert!(status.last_error.unwrap().contains("scripted failure"));
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a").len(), 2);
    assert_eq!(tickers.status("a").await.unwrap().consecutive_failures, 0);
}

pub async fn pause_and_resume_by_a_caller<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("a", Ticker::from(3)).await.unwrap();
    assert_eq!(tickers.pause("a").await.unwrap(), Status::Paused);
    let triggered = tickers.trigger("a").await.unwrap();
    assert!(!triggered.triggered);
    assert_eq!(
        (triggered.outcome, triggered.status),
        (None, Status::Paused)
    );
    stage.advance("3h").await;
    assert_eq!(stage.world.runs("a"), []);
    assert_eq!(tickers.resume("a").await.unwrap(), Status::Waiting);
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a").len(), 1);
}

pub async fn trigger_runs_now_and_moves_no_slot<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.advance("20m").await;
    let triggered = tickers.trigger("a").await.unwrap();
    assert!(triggered.triggered);
    assert_eq!(triggered.outcome, Some(RunOutcome::Completed));
    assert_eq!(
        stage.world.runs("a").len(),
        1,
        "the answer comes after the run"
    );
    assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 1);
    assert_eq!(
        tickers.status("a").await.unwrap().next_run_at,
        Some(begun + HOUR)
    );
}

pub async fn triggers_during_a_run_share_one_run_after_it<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    let mut first = begin(tickers.trigger("a")).await;
    let mut second = begin(tickers.trigger("a")).await;
    stage.settle().await;
    tickers.status("a").await.unwrap(); // answered after the calls before it
    assert!(!first.answered().await && !second.answered().await);
    assert_eq!(stage.world.runs("a").len(), 1);
    stage.world.release("a");
    stage.settle().await;
    let (first, second) = (
        first.answer().await.unwrap(),
        second.answer().await.unwrap(),
    );
    assert_eq!(first.outcome, Some(RunOutcome::Completed));
    assert_eq!(first, second);
    assert_eq!(stage.world.runs("a").len(), 2);
    assert_eq!(stage.world.most_at_once("a"), 1);
}

pub async fn status_and_state_answer_during_a_run<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(5)).await.unwrap();
    stage.settle().await;
    assert_eq!(tickers.status("a").await.unwrap().status, Status::Running);
    assert_eq!(
        tickers.state("a").await.unwrap().unwrap().count,
        5,
        "the last committed state"
    );
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 6);
}

pub async fn terminate_deletes_everything_and_frees_the_id<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    let terminated = tickers.terminate("a", "closed account").await.unwrap();
    assert_eq!(
        (terminated.terminated, terminated.reason.as_str()),
        (true, "closed account")
    );
    assert_eq!(tickers.status("a").await.unwrap().status, Status::NotFound);
    assert!(tickers.state("a").await.unwrap().is_none());
    stage.advance("3h").await;
    assert_eq!(stage.world.runs("a").len(), 1);
    assert!(tickers.start("a", Ticker::from(40)).await.unwrap().created);
    stage.settle().await;
    assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 41);
    assert_eq!(
        tickers.status("a").await.unwrap().run_count,
        1,
        "nothing of the first life is left"
    );
}

pub async fn terminate_during_a_run_fences_it<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    let waiting = begin(tickers.trigger("a")).await;
    assert!(tickers.terminate("a", "closed").await.unwrap().terminated);
    let outcome = waiting.answer().await.unwrap().outcome;
    assert_eq!(
        outcome,
        Some(RunOutcome::Terminated {
            reason: "closed".to_owned()
        })
    );
    stage.world.release("a");
    stage.advance("3h").await;
    assert_eq!(tickers.status("a").await.unwrap().status, Status::NotFound);
    assert!(tickers.state("a").await.unwrap().is_none());
}

pub async fn a_run_of_the_last_life_cannot_commit_into_the_next<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    let waiting = begin(tickers.trigger("a")).await;
    stage.settle().await;
    tickers.terminate("a", "closed").await.unwrap();
    waiting.answer().await.unwrap();
    tickers.start("a", Ticker::from(100)).await.unwrap();
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 100);
    assert_eq!(tickers.status("a").await.unwrap().run_count, 0);
}

pub async fn stop_by_a_caller_is_terminal<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    let stopped = tickers.stop("a", "done").await.unwrap();
    assert_eq!((stopped.stopped, stopped.reason.as_str()), (true, "done"));
    stage.advance("3h").await;
    assert_eq!(stage.world.runs("a"), []);
}

pub async fn calls_of_a_missing_instance_answer_not_found_and_create_nothing<H: Harness>(
    stage: Stage<H>,
) {
    let tickers = stage.tickers::<Hourly>();
    let triggered = tickers.trigger("a").await.unwrap();
    assert_eq!(
        (triggered.triggered, triggered.status),
        (false, Status::NotFound)
    );
    let terminated = tickers.terminate("a", "x").await.unwrap();
    assert_eq!(
        (terminated.terminated, terminated.reason.as_str()),
        (false, "not_found")
    );
    let stopped = tickers.stop("a", "x").await.unwrap();
    assert_eq!(
        (stopped.stopped, stopped.reason.as_str()),
        (false, "not_found")
    );
    assert_eq!(tickers.pause("a").await.unwrap(), Status::NotFound);
    assert_eq!(tickers.resume("a").await.unwrap(), Status::NotFound);
    assert!(tickers.state("a").await.unwrap().is_none());
    assert_eq!(tickers.status("a").await.unwrap().status, Status::NotFound);
    stage.advance("2h").await;
    assert_eq!(stage.world.seen("a"), []);
    assert_eq!(stage.told("a"), []);
}
