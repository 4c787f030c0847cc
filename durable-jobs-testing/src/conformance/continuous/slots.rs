//! What every host must do about when a continuous job runs.

use std::time::Duration;

use durable_jobs_runtime::{
    continuous::Next,
    wire::{RunOutcome, Status},
};

use crate::{
    Span,
    conformance::{
        Act, Harness, Program, Stage,
        fixtures::ticker::{Hourly, LaterHourly, Nightly, Ticker},
    },
};

const HOUR: Duration = Duration::from_secs(3600);

pub async fn the_first_run_is_due_at_the_start<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    stage
        .tickers::<Hourly>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    stage.settle().await;
    let runs = stage.world.runs("a");
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].scheduled_for, begun);
    assert_eq!(
        (runs[0].run_count, runs[0].attempt, runs[0].missed),
        (1, 1, 0)
    );
}

pub async fn without_start_immediately_the_first_run_waits_for_its_slot<H: Harness>(
    stage: Stage<H>,
) {
    let begun = stage.now();
    stage
        .tickers::<LaterHourly>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    stage.advance("59m").await;
    assert_eq!(stage.world.runs("a"), []);
    stage.advance("1m").await;
    assert_eq!(stage.world.runs("a")[0].scheduled_for, begun + HOUR);
}

pub async fn every_is_anchored_and_does_not_drift<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    stage
        .tickers::<Hourly>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    stage.settle().await;
    stage.world.script("a", [Act::Wait]);
    stage.advance("1h 20m").await;
    stage.world.release("a");
    stage.settle().await;
    stage.advance("40m").await;
    let slots: Vec<_> = stage
        .world
        .runs("a")
        .iter()
        .map(|run| run.scheduled_for)
        .collect();
    assert_eq!(slots, [begun, begun + HOUR, begun + 2 * HOUR]);
}

pub async fn a_run_that_outlasts_its_interval_skips_slots_and_counts_them<H: Harness>(
    stage: Stage<H>,
) {
    let begun = stage.now();
    stage.world.script("a", [Act::Wait]);
    stage
        .tickers::<Hourly>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    stage.advance("2h 30m").await;
    assert_eq!(
        stage.world.runs("a").len(),
        1,
        "never beside the run that is out"
    );
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(
        stage.world.runs("a").len(),
        1,
        "the slots at 1 h and 2 h have passed"
    );
    stage.advance("30m").await;
    let runs = stage.world.runs("a");
    assert_eq!(runs.len(), 2);
    assert_eq!(runs[1].scheduled_for, begun + 3 * HOUR);
    assert_eq!(runs[1].missed, 2);
}

pub async fn slots_missed_while_the_host_was_down_give_one_run<H: Harness>(mut stage: Stage<H>) {
    let begun = stage.now();
    stage
        .tickers::<Hourly>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    stage.settle().await;
    stage
        .restart_at(begun + "5h 30m".duration(), Program::First)
        .await;
    let runs = stage.world.runs("a");
    assert_eq!(runs.len(), 2, "one run for the slots from 1 h to 5 h");
    assert_eq!(
        (runs[1].scheduled_for, runs[1].missed),
        (begun + 5 * HOUR, 4)
    );
    let next = stage
        .tickers::<Hourly>()
        .status("a")
        .await
        .unwrap()
        .next_run_at;
    assert_eq!(next, Some(begun + 6 * HOUR));
}

pub async fn cron_runs_at_its_slots<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<Nightly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    let first = tickers.status("a").await.unwrap().next_run_at.unwrap();
    assert_eq!(first.to_string().get(11..), Some("03:00:00.000Z"));
    stage.advance("3d").await;
    let slots: Vec<_> = stage
        .world
        .runs("a")
        .iter()
        .map(|run| run.scheduled_for)
        .collect();
    assert_eq!(slots, [first, first + 24 * HOUR, first + 48 * HOUR]);
}

pub async fn a_changed_schedule_begins_anew_and_catches_nothing_up<H: Harness>(
    mut stage: Stage<H>,
) {
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.advance("30m").await;
    let changed_at = stage.now() + 3 * HOUR;
    stage.restart_at(changed_at, Program::Changed).await;
    assert_eq!(stage.world.runs("a").len(), 1);
    stage.advance("2h").await;
    let runs = stage.world.runs("a");
    assert_eq!(runs.len(), 2);
    assert_eq!(
        (runs[1].scheduled_for, runs[1].missed),
        (changed_at + 2 * HOUR, 0)
    );
}

pub async fn next_after_counts_from_the_end_of_the_run<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let ten_minutes = "10m".duration();
    stage
        .world
        .script("a", [Act::Wait, Act::Next(Next::after(ten_minutes))]);
    stage
        .tickers::<Hourly>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    stage.advance("1m").await;
    stage.world.release("a");
    stage.settle().await;
    stage.advance("10m").await;
    let runs = stage.world.runs("a");
    assert_eq!(runs.len(), 2);
    assert_eq!(runs[1].scheduled_for, begun + "11m".duration());
    let next = stage
        .tickers::<Hourly>()
        .status("a")
        .await
        .unwrap()
        .next_run_at;
    assert_eq!(
        next,
        Some(begun + "1h 11m".duration()),
        "the next slot is that due time + interval"
    );
}

pub async fn next_at_sets_one_time<H: Harness>(stage: Stage<H>) {
    let at = stage.now() + "17m".duration();
    stage.world.script("a", [Act::Next(Next::at(at))]);
    stage
        .tickers::<Hourly>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    stage.advance("16m").await;
    assert_eq!(stage.world.runs("a").len(), 1);
    stage.advance("1m").await;
    assert_eq!(stage.world.runs("a")[1].scheduled_for, at);
}

pub async fn next_now_runs_again_at_once<H: Harness>(stage: Stage<H>) {
    stage
        .world
        .script("a", [Act::Next(Next::now()), Act::Next(Next::now())]);
    stage
        .tickers::<Hourly>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    // Every slot is later than the last one, by a millisecond at least.
    stage.advance("2ms").await;
    let runs = stage.world.runs("a");
    let counts: Vec<_> = runs.iter().map(|run| run.run_count).collect();
    assert_eq!(counts, [1, 2, 3], "runs of their own, not attempts");
}

pub async fn next_stop_ends_the_instance<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.world.script("a", [Act::Next(Next::stop("revoked"))]);
    let triggered = tickers.trigger("a").await.unwrap();
    assert_eq!(
        triggered.outcome,
        Some(RunOutcome::Stopped {
            reason: "revoked".to_owned()
        })
    );
    stage.advance("5h").await;
    assert_eq!(stage.world.runs("a").len(), 1);
    assert!(
        tickers.start("a", Ticker::from(0)).await.unwrap().created,
        "a stopped id starts anew"
    );
}

pub async fn next_pause_keeps_the_state_until_resumed<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Next(Next::pause())]);
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.advance("5h").await;
    let status = tickers.status("a").await.unwrap();
    assert_eq!((status.status, status.next_run_at), (Status::Paused, None));
    assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 1);
    let resumed_at = stage.now();
    assert_eq!(tickers.resume("a").await.unwrap(), Status::Waiting);
    let next = tickers.status("a").await.unwrap().next_run_at;
    assert_eq!(next, Some(resumed_at + HOUR), "anchored at the resumption");
}

pub async fn next_pause_until_resumes_by_itself<H: Harness>(stage: Stage<H>) {
    let until = stage.now() + "150m".duration();
    stage
        .world
        .script("a", [Act::Next(Next::pause_until(until))]);
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.advance("149m").await;
    assert_eq!(tickers.status("a").await.unwrap().status, Status::Paused);
    stage.advance("1m").await;
    assert_eq!(tickers.status("a").await.unwrap().status, Status::Waiting);
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a").len(), 2);
}
