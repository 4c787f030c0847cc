//! What every host must do when its clock is wrong, and when it is set right.

use std::time::Duration;

use durable_jobs_runtime::{Timestamp, queue::Envelope, telemetry::Happening};

use super::{
    Act, Harness, Program, Stage,
    fixtures::{
        basket::{Item, Quiet, Windowed},
        ledger::{Command, Retried},
        letter::{Letter, Single},
        ticker::{Hourly, LaterHourly, Nightly, Ticker},
    },
    harness::begin,
};
use crate::Span;

pub async fn a_clock_that_steps_back_fires_no_slot_twice<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    stage
        .tickers::<Hourly>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    stage.advance("2h").await;
    stage.host.set_clock(begun + "90m".duration());
    stage.host.wake("Hourly", "a").await;
    stage.advance("1h").await;
    let slots: Vec<_> = stage
        .world
        .runs("a")
        .iter()
        .map(|run| run.scheduled_for)
        .collect();
    assert_eq!(slots.len(), 3, "{slots:?}");
    assert!(slots.is_sorted_by(|a, b| a < b), "{slots:?}");
    stage.advance("30m").await;
    assert_eq!(stage.world.runs("a").len(), 4);
}

pub async fn a_clock_that_was_far_ahead_does_not_silence_a_job<H: Harness>(mut stage: Stage<H>) {
    let begun = stage.now();
    stage
        .tickers::<Hourly>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    stage.settle().await;
    let a_year_later = begun + Duration::from_secs(3600 * 24 * 365);
    stage.restart_at(a_year_later, Program::First).await;
    assert_eq!(stage.world.runs("a").len(), 2);
    stage
        .restart_at(begun + "2h".duration(), Program::First)
        .await;
    stage.host.wake("Hourly", "a").await;
    stage.advance("1h").await;
    assert_eq!(
        stage.world.runs("a").len(),
        3,
        "it goes on from the present"
    );
    let reanchored = |told: &Happening| matches!(told, Happening::Reanchored { .. });
    assert!(stage.told("a").iter().any(reanchored), "and says so");
}

pub async fn a_clock_that_steps_back_fires_no_cron_slot_twice<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<Nightly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    let slot = tickers.status("a").await.unwrap().next_run_at.unwrap();
    stage.host.advance_to(slot).await;
    assert_eq!(stage.world.runs("a").len(), 1);
    stage.host.set_clock(slot - "30m".duration());
    stage.host.wake("Nightly", "a").await;
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a").len(), 1, "03:00 came twice");
    stage.advance("1d").await;
    assert_eq!(stage.world.runs("a").len(), 2);
}

pub async fn a_start_under_a_clock_that_was_far_ahead_is_not_silenced<H: Harness>(
    mut stage: Stage<H>,
) {
    let begun = stage.now();
    stage.advance("365d").await;
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.restart_at(begun, Program::First).await;
    stage.host.wake("LaterHourly", "a").await;
    stage.advance("2h").await;
    assert!(!stage.world.runs("a").is_empty());
}

/// Sets the clock a year ahead; the answer is the right time.
async fn run_ahead<H: Harness>(stage: &Stage<H>) -> Timestamp {
    let right = stage.now();
    stage.advance("365d").await;
    right
}

pub async fn a_clock_that_is_corrected_during_a_run_does_not_silence_a_job<H: Harness>(
    stage: Stage<H>,
) {
    let right = run_ahead(&stage).await;
    stage.world.script("a", [Act::Wait]);
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    stage.host.set_clock(right);
    stage.world.release("a");
    stage.settle().await;
    stage.advance("3h").await;
    assert!(stage.world.runs("a").len() >= 3, "it goes on");
}

pub async fn a_clock_that_is_corrected_during_a_run_that_fails_does_not_delay_the_retry<
    H: Harness,
>(
    stage: Stage<H>,
) {
    let right = run_ahead(&stage).await;
    stage.world.script("a", [Act::Wait, Act::Fail]);
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(1)).await.unwrap();
    stage.advance("1s").await;
    stage.host.set_clock(right);
    stage.world.release("a");
    stage.settle().await;
    stage.advance("10s").await;
    assert_eq!(stage.world.runs("a").len(), 2);
}

pub async fn a_clock_that_is_corrected_during_a_flush_does_not_hold_the_next_batch<H: Harness>(
    stage: Stage<H>,
) {
    let right = run_ahead(&stage).await;
    stage.world.script("a", [Act::Wait]);
    let baskets = stage.baskets::<Windowed>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("5s").await;
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.host.set_clock(right);
    stage.world.release("a");
    stage.settle().await;
    stage.advance("10s").await;
    assert_eq!(stage.world.runs("a").len(), 2);
}

pub async fn a_clock_that_is_corrected_before_a_restart_does_not_silence_a_changed_schedule<
    H: Harness,
>(
    mut stage: Stage<H>,
) {
    let right = run_ahead(&stage).await;
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    stage.restart_at(right, Program::Changed).await;
    stage.host.wake("Hourly", "a").await;
    stage.advance("4h").await;
    assert_eq!(stage.world.runs("a").len(), 3, "one every two hours");
}

pub async fn a_clock_that_is_corrected_before_a_restart_does_not_silence_a_run_that_was_cut_off<
    H: Harness,
>(
    mut stage: Stage<H>,
) {
    let right = run_ahead(&stage).await;
    stage.world.script("a", [Act::Wait]);
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    let _trigger = begin(tickers.trigger("a")).await;
    stage.settle().await;
    stage.restart_at(right, Program::First).await;
    stage.host.wake("LaterHourly", "a").await;
    stage.advance("1m").await;
    assert_eq!(stage.world.runs("a").len(), 2, "it is tried again");
    stage.advance("2h").await;
    assert!(stage.world.runs("a").len() >= 3, "and slots come again");
}

pub async fn a_clock_that_is_corrected_before_a_restart_does_not_hold_a_retry<H: Harness>(
    mut stage: Stage<H>,
) {
    let right = run_ahead(&stage).await;
    stage.world.script("a", [Act::Fail]);
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::Cancel).await.unwrap();
    ledgers.trigger("a").await.unwrap();
    stage.restart_at(right, Program::First).await;
    stage.host.wake("Retried", "a").await;
    stage.advance("10s").await;
    assert_eq!(stage.world.runs("a").len(), 2);
}

pub async fn a_clock_that_steps_back_loses_no_quiet_deadline<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let baskets = stage.baskets::<Quiet>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("4s").await;
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.host.set_clock(begun);
    stage.advance("9s").await;
    assert_eq!(stage.world.runs("a").len(), 1);
}

pub async fn a_clock_that_is_corrected_does_not_put_a_quiet_deadline_off<H: Harness>(
    mut stage: Stage<H>,
) {
    let right = run_ahead(&stage).await;
    let baskets = stage.baskets::<Quiet>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.restart_at(right, Program::First).await;
    stage.host.wake("Quiet", "a").await;
    stage.advance("5s").await;
    assert_eq!(stage.world.runs("a").len(), 1);
}

pub async fn events_under_a_corrected_clock_go_on_moving_a_quiet_deadline<H: Harness>(
    stage: Stage<H>,
) {
    let right = run_ahead(&stage).await;
    let baskets = stage.baskets::<Quiet>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.host.set_clock(right);
    stage.host.wake("Quiet", "a").await;
    stage.advance("4s").await;
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.advance("4999ms").await;
    assert_eq!(stage.world.runs("a"), []);
    stage.advance("1ms").await;
    assert_eq!(stage.world.runs("a").len(), 1);
}

pub async fn a_clock_that_is_corrected_holds_no_message_longer_than_was_asked<H: Harness>(
    mut stage: Stage<H>,
) {
    let letters = stage.letters::<Single>();
    let late = |number| Envelope::new(Letter::new(number)).delay("1h".duration());
    let right = run_ahead(&stage).await;
    stage.world.script("retried", [Act::Fail]);
    letters.enqueue("retried", Letter::new(1)).await.unwrap();
    letters.enqueue("delayed", late(1)).await.unwrap();
    stage.settle().await;
    stage.restart_at(right, Program::First).await;
    for id in ["retried", "delayed"] {
        stage.host.wake("SingleQueue", id).await;
    }
    stage.settle().await;
    assert_eq!(
        stage.world.runs("retried").len(),
        2,
        "another attempt is due"
    );
    let reanchored = |told: &Happening| matches!(told, Happening::Reanchored { .. });
    assert!(stage.told("delayed").iter().any(reanchored), "it says so");
    stage.advance("59m").await;
    assert_eq!(stage.world.runs("delayed").len(), 0);
    stage.restart().await;
    stage.advance("1m").await;
    assert_eq!(stage.world.runs("delayed").len(), 1);
}

pub async fn a_clock_that_is_corrected_puts_no_older_message_forward<H: Harness>(
    mut stage: Stage<H>,
) {
    let letters = stage.letters::<Single>();
    let late = Envelope::new(Letter::new(1)).delay("2h".duration());
    letters.enqueue("a", late).await.unwrap();
    stage.advance("1h").await;
    // Saved under a clock that is ahead, which is set right a few minutes later.
    letters.pause("a").await.unwrap();
    letters.resume("a").await.unwrap();
    let back = stage.now() - "10m".duration();
    stage.restart_at(back, Program::First).await;
    stage.host.wake("SingleQueue", "a").await;
    stage.advance("69m 59s").await;
    assert_eq!(stage.world.runs("a").len(), 0);
    stage.advance("1s").await;
    assert_eq!(stage.world.runs("a").len(), 1);
}
