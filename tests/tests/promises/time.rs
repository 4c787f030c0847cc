//! Promise 7: time is monotone per instance.

use durable_jobs_runtime::{continuous::Next, telemetry::Happening};
use durable_jobs_testing::{
    Span, block_on,
    conformance::{
        Act,
        fixtures::{ledger::Command, ticker::Ticker},
    },
};

use super::Stage;

#[test]
fn promise_7_time_is_monotone_per_instance() {
    block_on(async {
        let stage = Stage::new().await;
        let begun = stage.host.now();
        stage.tickers.start("a", Ticker::from(0)).await.unwrap();
        for minutes in [
            60, 61, 30, 59, 60, 121, 119, 90, 120, 180, 150, 185, 240, 200,
        ] {
            stage.host.set_clock(begun + "1m".duration() * minutes);
            stage.host.wake_now("continuous:Exponential:a").await;
            stage.host.advance("0s").await;
        }
        let slots: Vec<_> = stage
            .world
            .runs("a")
            .iter()
            .map(|run| run.scheduled_for)
            .collect();
        let grid = [60, 120, 180, 240].map(|minutes| begun + "1m".duration() * minutes);
        assert_eq!(slots, grid, "each slot is fired once, and the grid stays");
    });
    a_run_that_asks_for_now_moves_no_slot_back();
    an_early_or_repeated_alarm_does_nothing();
    one_bad_clock_does_not_silence_a_job();
}

fn a_run_that_asks_for_now_moves_no_slot_back() {
    block_on(async {
        let stage = Stage::new().await;
        let begun = stage.host.now();
        stage.tickers.start("a", Ticker::from(0)).await.unwrap();
        stage.host.advance("0s").await;
        stage.world.script("a", [Act::Wait, Act::Next(Next::now())]);
        stage.host.advance("1h").await;
        stage.host.set_clock(begun + "30m".duration());
        stage.world.release("a");
        stage.host.advance("1h").await;
        let slots: Vec<_> = stage
            .world
            .runs("a")
            .iter()
            .map(|run| run.scheduled_for)
            .collect();
        assert!(
            slots.len() >= 3 && slots.is_sorted_by(|earlier, later| earlier < later),
            "{slots:?}"
        );
    });
}

fn an_early_or_repeated_alarm_does_nothing() {
    block_on(async {
        let stage = Stage::new().await;
        stage.ledgers.send("a", Command::In(60)).await.unwrap();
        for seconds in [0, 30, 29] {
            stage.host.advance(Span::duration("1s") * seconds).await;
            stage.host.wake_now("task:Retried:a").await;
            assert_eq!(stage.world.runs("a"), [], "early");
        }
        stage.host.advance("1s").await;
        stage.host.wake_now("task:Retried:a").await;
        assert_eq!(stage.world.runs("a").len(), 1, "repeated");
    });
}

fn one_bad_clock_does_not_silence_a_job() {
    block_on(async {
        let stage = Stage::new().await;
        let begun = stage.host.now();
        stage.tickers.start("a", Ticker::from(0)).await.unwrap();
        stage.host.advance("0s").await;
        stage.host.set_clock(begun + "3650d".duration());
        stage.host.advance("0s").await;
        assert_eq!(stage.world.runs("a").len(), 2);
        stage.host.set_clock(begun + "1h".duration());
        stage.host.wake_now("continuous:Exponential:a").await;
        stage.host.advance("2h").await;
        assert!(
            stage.world.runs("a").len() >= 3,
            "it goes on from the present"
        );
        let told = stage.host.telemetry();
        assert!(
            told.iter()
                .any(|event| matches!(event.happening, Happening::Reanchored { .. }))
        );
    });
}
