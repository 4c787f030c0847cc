//! What every host must do with runs that are cut off, and with results that cannot be stored.

use durable_jobs_runtime::{continuous::Next, wire::Status};

use crate::{
    Span,
    conformance::{
        Act, Harness, Stage,
        fixtures::ticker::{Fixed, Hourly, Jittered, LaterHourly, Linear, Ticker},
        harness::begin,
    },
};

pub async fn an_interrupted_run_is_a_counted_attempt<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let tickers = stage.tickers::<Fixed>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    stage.restart().await;
    let tickers = stage.tickers::<Fixed>();
    let status = tickers.status("a").await.unwrap();
    assert_eq!((status.status, status.attempt), (Status::Retrying, 2));
    stage.advance("5s").await;
    let runs = stage.world.runs("a");
    assert_eq!((runs[1].run_count, runs[1].attempt), (1, 2));
    assert_eq!(runs[1].idempotency_key, runs[0].idempotency_key);
    assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 1);
}

pub async fn five_interrupted_attempts_in_a_row_are_enough<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", std::iter::repeat_n(Act::Wait, 9));
    stage
        .tickers::<Jittered>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    stage.settle().await;
    for _ in 0..5 {
        stage.restart().await;
        stage.advance("1m").await;
    }
    assert_eq!(stage.world.runs("a").len(), 5);
    let status = stage.tickers::<Jittered>().status("a").await.unwrap();
    assert_eq!(
        (status.status, status.consecutive_failures),
        (Status::Waiting, 1)
    );
}

pub async fn an_interrupted_run_without_retry_is_tried_again<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    stage
        .tickers::<Hourly>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    stage.settle().await;
    stage.restart().await;
    stage.advance("1m").await;
    let runs = stage.world.runs("a");
    assert_eq!(
        runs.iter().map(|run| run.attempt).collect::<Vec<_>>(),
        [1, 2]
    );
}

/// The numbers of the runs and of their attempts.
fn attempts<H: Harness>(stage: &Stage<H>) -> Vec<(u64, u32)> {
    let runs = stage.world.runs("a");
    runs.iter()
        .map(|run| (run.run_count, run.attempt))
        .collect()
}

pub async fn a_crash_in_a_run_that_followed_another_at_once_is_counted<H: Harness>(
    mut stage: Stage<H>,
) {
    let acts = [Act::Next(Next::now()), Act::Wait, Act::Wait];
    stage.world.script("a", acts);
    let tickers = stage.tickers::<Fixed>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    for _ in 0..2 {
        stage.restart().await;
        stage.advance("5s").await;
    }
    assert_eq!(attempts(&stage), [(1, 1), (2, 1), (2, 2), (2, 3)]);
    let state = stage.tickers::<Fixed>().state("a").await.unwrap().unwrap();
    assert_eq!(state.count, 2, "what the first run did is kept");
}

pub async fn a_crash_in_a_triggered_run_that_followed_another_is_counted<H: Harness>(
    mut stage: Stage<H>,
) {
    stage
        .world
        .script("a", [Act::Wait, Act::Succeed, Act::Wait]);
    let tickers = stage.tickers::<Fixed>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    let _trigger = begin(tickers.trigger("a")).await;
    stage.world.release("a");
    stage.settle().await;
    stage.restart().await;
    stage.advance("5s").await;
    assert_eq!(attempts(&stage), [(1, 1), (2, 1), (2, 2)]);
}

pub async fn a_pause_that_is_over_when_the_run_ends_goes_on_at_the_next_slot<H: Harness>(
    stage: Stage<H>,
) {
    stage.world.script("a", [Act::Wait]);
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    let until = stage.now() + "1s".duration();
    tickers.pause_until("a", until).await.unwrap();
    stage.advance("5s").await;
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(tickers.status("a").await.unwrap().status, Status::Waiting);
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a").len(), 2);
}

pub async fn a_result_that_cannot_be_stored_is_a_cut_off_attempt_and_is_told<H: Harness>(
    stage: Stage<H>,
) {
    stage.world.script("a", [Act::Wait]);
    let tickers = stage.tickers::<Linear>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    let other = stage.tickers::<LaterHourly>();
    other.start("b", Ticker::from(0)).await.unwrap();
    stage.host.break_store();
    stage.world.release("a");
    stage.settle().await;
    stage.host.mend_store();
    stage.host.wake("Linear", "a").await;
    let status = tickers.status("a").await.unwrap();
    assert_eq!((status.status, status.attempt), (Status::Retrying, 2));
    let told = status.last_error.unwrap();
    assert!(told.contains("could not be stored"), "{told}");
    stage.advance("1m").await;
    assert_eq!(attempts(&stage), [(1, 1), (1, 2)]);
    assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 1);
    let triggered = other.trigger("b").await.unwrap();
    assert!(triggered.triggered, "no other instance is harmed");
}
