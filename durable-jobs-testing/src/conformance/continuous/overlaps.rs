//! What every host must do when calls of a continuous job meet a run, a pause or another life.

use durable_jobs_runtime::{
    ErrorAction,
    continuous::Next,
    wire::{RunOutcome, Status},
};

use crate::{
    Span,
    conformance::{
        Act, Harness, Stage,
        fixtures::ticker::{Fixed, Hourly, LaterHourly, Ticker},
        harness::begin,
    },
};

pub async fn a_start_right_after_the_end_of_a_life_takes_the_state_it_brings<H: Harness>(
    stage: Stage<H>,
) {
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(10)).await.unwrap();
    stage.settle().await;
    tickers.terminate("a", "x").await.unwrap();
    stage.world.script("a", [Act::Next(Next::stop("enough"))]);
    tickers.start("a", Ticker::from(20)).await.unwrap();
    stage.settle().await;
    tickers.start("a", Ticker::from(30)).await.unwrap();
    stage.settle().await;
    let runs = stage.world.runs("a");
    let met: Vec<_> = runs.iter().map(|run| run.state["count"].as_u64()).collect();
    assert_eq!(met, [Some(10), Some(20), Some(30)]);
    assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 31);
}

pub async fn a_pause_answers_those_who_wait_for_a_first_run<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<LaterHourly>();
    let waiting = begin(tickers.start_and_wait("a", Ticker::from(0))).await;
    stage.settle().await;
    tickers.pause("a").await.unwrap();
    let started = waiting.answer().await.unwrap();
    assert_eq!((started.created, started.outcome), (true, None));
    assert_eq!(started.status, Status::Paused);
}

pub async fn a_trigger_during_a_run_that_fails_runs_at_once_and_anew<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait, Act::Fail]);
    let tickers = stage.tickers::<Fixed>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    let trigger = begin(tickers.trigger("a")).await;
    tickers.status("a").await.unwrap(); // answered after the calls before it
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

pub async fn a_trigger_of_a_paused_job_leaves_nothing_behind<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    tickers.pause("a").await.unwrap();
    let triggered = begin(tickers.trigger("a")).await;
    tickers.status("a").await.unwrap(); // answered after the calls before it
    stage.world.release("a");
    stage.settle().await;
    assert!(!triggered.answer().await.unwrap().triggered);
    tickers.resume("a").await.unwrap();
    stage.advance("59m").await;
    assert_eq!(
        stage.world.runs("a").len(),
        1,
        "the next run waits for its slot"
    );
    stage.advance("1m").await;
    assert_eq!(stage.world.runs("a").len(), 2);
}

pub async fn a_trigger_during_a_run_that_parks_leaves_nothing_behind<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait, Act::Fail]);
    stage.world.on_error("a", ErrorAction::Park);
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    let trigger = begin(tickers.trigger("a")).await;
    tickers.status("a").await.unwrap(); // answered after the calls before it
    stage.world.release("a");
    stage.settle().await;
    let triggered = trigger.answer().await.unwrap();
    assert_eq!(
        (triggered.triggered, triggered.status),
        (false, Status::Parked)
    );
    tickers.resume("a").await.unwrap();
    stage.advance("59m").await;
    assert_eq!(
        stage.world.runs("a").len(),
        2,
        "the run that was owed, and no other"
    );
}

pub async fn a_run_that_pauses_until_the_past_answers_a_trigger_that_came_during_it<H: Harness>(
    stage: Stage<H>,
) {
    let past = stage.now() - "1m".duration();
    stage
        .world
        .script("a", [Act::Wait, Act::Next(Next::pause_until(past))]);
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    let mut trigger = begin(tickers.trigger("a")).await;
    tickers.status("a").await.unwrap(); // answered after the calls before it
    stage.world.release("a");
    stage.settle().await;
    assert!(trigger.answered().await);
    trigger.answer().await.unwrap();
    stage.advance("1h").await;
    assert_eq!(tickers.status("a").await.unwrap().status, Status::Waiting);
    assert!(stage.world.runs("a").len() >= 2, "the pause is over");
}
