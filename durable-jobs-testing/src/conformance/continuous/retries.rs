//! What every host must do when runs fail: delays, limits, and what comes after the last attempt.

use std::time::Duration;

use durable_jobs_runtime::{
    ErrorAction, Timestamp,
    telemetry::Happening,
    wire::{RunOutcome, Status},
};

use crate::{
    Span,
    conformance::{
        Act, Handler, Harness, Stage,
        fixtures::ticker::{
            Elapsing, Exponential, Fixed, Hourly, Jittered, Limited, Linear, Ticker, TickerSettings,
        },
    },
};

/// Fails every attempt of a new instance for an hour less a minute, and answers when attempts began.
async fn attempts_of<S: TickerSettings, H: Harness>(stage: &Stage<H>) -> Vec<Duration> {
    let begun = stage.now();
    stage.world.script("a", std::iter::repeat_n(Act::Fail, 60));
    stage
        .tickers::<S>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    stage.advance("59m").await;
    started(stage, begun)
}

fn started<H: Harness>(stage: &Stage<H>, since: Timestamp) -> Vec<Duration> {
    stage
        .world
        .runs("a")
        .iter()
        .map(|run| run.started_at.since(since))
        .collect()
}

fn seconds(list: &[u64]) -> Vec<Duration> {
    list.iter().copied().map(Duration::from_secs).collect()
}

pub async fn exponential_delays_double_up_to_their_cap<H: Harness>(stage: Stage<H>) {
    assert_eq!(
        attempts_of::<Exponential, H>(&stage).await,
        seconds(&[0, 1, 3, 6])
    );
}

pub async fn linear_delays_grow_by_their_increment<H: Harness>(stage: Stage<H>) {
    assert_eq!(
        attempts_of::<Linear, H>(&stage).await,
        seconds(&[0, 1, 4, 9])
    );
}

pub async fn fixed_delays_stay_the_same<H: Harness>(stage: Stage<H>) {
    assert_eq!(attempts_of::<Fixed, H>(&stage).await, seconds(&[0, 5, 10]));
}

pub async fn jitter_lengthens_a_delay_by_less_than_a_fifth<H: Harness>(stage: Stage<H>) {
    let attempts = attempts_of::<Jittered, H>(&stage).await;
    let delays: Vec<_> = attempts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(delays.len(), 49);
    assert!(
        delays
            .iter()
            .all(|delay| (10_000..12_000).contains(&delay.as_millis())),
        "{delays:?}"
    );
    assert!(delays.iter().any(|delay| *delay != delays[0]), "{delays:?}");
}

pub async fn max_elapsed_ends_the_retries<H: Harness>(stage: Stage<H>) {
    assert_eq!(
        attempts_of::<Elapsing, H>(&stage).await,
        seconds(&[0, 10, 20])
    );
}

pub async fn delays_count_from_the_end_of_the_failed_attempt<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    stage.world.script("a", [Act::Wait, Act::Fail]);
    stage
        .tickers::<Fixed>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    stage.advance("1m").await;
    stage.world.release("a");
    stage.settle().await;
    stage.advance("1m").await;
    assert_eq!(started(&stage, begun), seconds(&[0, 65]));
}

pub async fn attempts_of_one_run_share_its_number_and_its_key<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail, Act::Fail]);
    stage
        .tickers::<Exponential>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    stage.advance("1h").await;
    let runs = stage.world.runs("a");
    let numbers: Vec<_> = runs
        .iter()
        .map(|run| (run.run_count, run.attempt))
        .collect();
    assert_eq!(numbers, [(1, 1), (1, 2), (1, 3), (2, 1)]);
    assert_eq!(runs[0].idempotency_key, runs[1].idempotency_key);
    assert_eq!(runs[1].idempotency_key, runs[2].idempotency_key);
    assert_ne!(runs[2].idempotency_key, runs[3].idempotency_key);
    assert_ne!(runs[0].execution_id, runs[1].execution_id);
}

pub async fn a_failed_attempt_rolls_the_state_back<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail, Act::Fail]);
    let tickers = stage.tickers::<Exponential>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.advance("10m").await;
    let state = tickers.state("a").await.unwrap().unwrap();
    assert_eq!(state.count, 1, "only the attempt that succeeded counts");
    assert_eq!(state.errors, 2, "what `on_error` changed is committed");
    let errors = stage.world.calls("a", Handler::Error);
    assert_eq!(
        errors[1].state["count"], 0,
        "`on_error` meets the rolled-back state"
    );
    assert_eq!(errors[1].state["errors"], 1, "with its own earlier changes");
}

pub async fn a_retrying_instance_says_so<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    stage.world.script("a", [Act::Fail]);
    let tickers = stage.tickers::<Fixed>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    let status = tickers.status("a").await.unwrap();
    assert_eq!((status.status, status.attempt), (Status::Retrying, 2));
    assert_eq!(status.next_run_at, Some(begun + "5s".duration()));
    assert_eq!(status.run_count, 1);
    assert_eq!(status.last_run_at, Some(begun));
}

pub async fn retries_survive_a_restart<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    stage
        .tickers::<Fixed>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    stage.settle().await;
    stage.restart().await;
    assert_eq!(stage.world.runs("a").len(), 1);
    stage.advance("5s").await;
    let runs = stage.world.runs("a");
    assert_eq!((runs[1].run_count, runs[1].attempt), (1, 2));
    assert_eq!(runs[1].idempotency_key, runs[0].idempotency_key);
}

pub async fn a_terminal_error_skips_the_remaining_attempts<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::FailTerminally]);
    let tickers = stage.tickers::<Linear>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.advance("30m").await;
    assert_eq!(stage.world.runs("a").len(), 1);
    assert_eq!(tickers.status("a").await.unwrap().status, Status::Parked);
}

pub async fn retry_after_replaces_the_computed_delay<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    stage
        .world
        .script("a", [Act::FailWithRetryAfter("42s".duration())]);
    stage
        .tickers::<Fixed>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    stage.advance("5m").await;
    assert_eq!(started(&stage, begun), seconds(&[0, 42]));
}

pub async fn a_panic_is_a_counted_retried_attempt<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Panic]);
    let tickers = stage.tickers::<Fixed>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    let status = tickers.status("a").await.unwrap();
    assert_eq!((status.status, status.attempt), (Status::Retrying, 2));
    assert!(status.last_error.unwrap().contains("scripted panic"));
    let heard = stage.world.calls("a", Handler::Error).len() as u64;
    assert_eq!(heard, H::PANICS.errors_heard(0, 1));
    stage.advance("5s").await;
    assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 1);
}

pub async fn a_timeout_is_a_counted_retried_attempt<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    stage.world.script("a", [Act::Wait]);
    let tickers = stage.tickers::<Limited>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.advance("29s").await;
    assert_eq!(tickers.status("a").await.unwrap().status, Status::Running);
    stage.advance("1s").await;
    assert_eq!(tickers.status("a").await.unwrap().status, Status::Retrying);
    stage.advance("1m").await;
    assert_eq!(started(&stage, begun), seconds(&[0, 35]));
    assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 1);
}

pub async fn exhausted_retries_skip_the_run_and_go_on<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    stage.world.script("a", std::iter::repeat_n(Act::Fail, 4));
    let tickers = stage.tickers::<Exponential>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.advance("1m").await;
    let status = tickers.status("a").await.unwrap();
    assert_eq!(
        (status.status, status.consecutive_failures),
        (Status::Waiting, 1)
    );
    assert_eq!(status.next_run_at, Some(begun + "1h".duration()));
    let exhausted =
        |told: &Happening| matches!(told, Happening::RetryExhausted { attempts: 4, .. });
    assert!(stage.told("a").iter().any(exhausted));
    stage.advance("1h").await;
    assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 1);
}

pub async fn exhausted_retries_park_and_resume_tries_again<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<Linear>();
    stage.world.script("a", std::iter::repeat_n(Act::Fail, 4));
    tickers.start("a", Ticker::from(8)).await.unwrap();
    stage.advance("150m").await;
    let status = tickers.status("a").await.unwrap();
    assert_eq!((status.status, status.next_run_at), (Status::Parked, None));
    assert!(status.last_error.unwrap().contains("scripted failure"));
    assert_eq!(
        stage.world.runs("a").len(),
        4,
        "a parked instance runs nothing"
    );
    let triggered = tickers.trigger("a").await.unwrap();
    assert_eq!(
        (triggered.triggered, triggered.status),
        (false, Status::Parked)
    );
    assert_eq!(
        tickers.state("a").await.unwrap().unwrap().count,
        8,
        "the state is kept"
    );
    tickers.resume("a").await.unwrap();
    stage.settle().await;
    assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 9);
    assert_eq!(tickers.status("a").await.unwrap().status, Status::Waiting);
}

pub async fn exhausted_retries_terminate_when_declared<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<Fixed>();
    stage.world.script("a", std::iter::repeat_n(Act::Fail, 3));
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.advance("1m").await;
    assert_eq!(tickers.status("a").await.unwrap().status, Status::NotFound);
    assert!(
        stage
            .told("a")
            .iter()
            .any(|told| matches!(told, Happening::Terminated { .. }))
    );
}

pub async fn trigger_resets_a_retry_sequence<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", std::iter::repeat_n(Act::Fail, 3));
    let tickers = stage.tickers::<Linear>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.advance("5s").await;
    assert_eq!(stage.world.runs("a").len(), 3);
    stage.world.script("a", [Act::Fail]);
    let triggered = tickers.trigger("a").await.unwrap();
    assert_eq!(stage.world.runs("a")[3].attempt, 1);
    assert!(
        matches!(triggered.outcome, Some(RunOutcome::Retrying { .. })),
        "{triggered:?}"
    );
}

pub async fn on_error_can_replace_the_policy<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    stage.world.script("a", [Act::Fail]);
    stage
        .world
        .on_error("a", ErrorAction::RetryAfter("90s".duration()));
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.advance("2m").await;
    assert_eq!(started(&stage, begun), seconds(&[0, 90]));
}

pub async fn on_error_can_park_or_terminate<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<Hourly>();
    for (id, action) in [
        ("parked", ErrorAction::Park),
        (
            "terminated",
            ErrorAction::Terminate {
                reason: "hopeless".to_owned(),
            },
        ),
    ] {
        stage.world.script(id, [Act::Fail]);
        stage.world.on_error(id, action);
        tickers.start(id, Ticker::from(0)).await.unwrap();
    }
    stage.settle().await;
    assert_eq!(
        tickers.status("parked").await.unwrap().status,
        Status::Parked
    );
    assert_eq!(
        tickers.status("terminated").await.unwrap().status,
        Status::NotFound
    );
}

pub async fn a_failure_that_says_when_to_come_back_is_repeated_unasked<H: Harness>(
    stage: Stage<H>,
) {
    let begun = stage.now();
    let failing = std::iter::repeat_n(Act::FailWithRetryAfter("7s".duration()), 60);
    stage.world.script("a", failing);
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.advance("59m").await;
    let made = started(&stage, begun);
    assert_eq!(made, seconds(&[0, 7, 14, 21, 28]), "but not for ever");
    stage.advance("1m").await;
    let run = &stage.world.runs("a")[5];
    assert_eq!((run.run_count, run.attempt), (2, 1));
}
