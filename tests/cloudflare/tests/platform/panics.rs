//! A panic ends the program: all that it has in memory, in one isolate.

use std::time::Duration;

use durable_jobs_runtime::{
    continuous::ContinuousClient, task::TaskClient, telemetry::Happening, wire::Status,
};
use durable_jobs_testing::conformance::{
    Act,
    fixtures::{
        ledger::{Command, Ledger, Retried},
        ticker::Ticker,
    },
};
use durable_jobs_tests_cloudflare::{Live, block_on, until};
use durable_jobs_tests_worker::hasty::Stubborn;
use tokio::time::Instant;

use crate::{PATIENCE, assert_unknown};

/// The platform brings the alarm again after about two seconds; nobody has to ask.
#[test]
fn a_panic_in_execute_is_told_within_a_second_and_costs_one_attempt() {
    block_on(async {
        let live = Live::start().await;
        live.world().script("a", [Act::Panic]);
        let tickers = ContinuousClient::<Ticker<Stubborn>>::new(&live);
        let begun = Instant::now();
        assert_unknown(tickers.start_and_wait("a", Ticker::from(0)).await);
        assert!(
            begun.elapsed() < Duration::from_secs(1),
            "{:?}",
            begun.elapsed()
        );
        let is_tried_again = async || live.world().runs("a").len() == 2;
        until(PATIENCE, "it is tried again", is_tried_again).await;
        let succeeded = async || tickers.status("a").await.unwrap().status == Status::Waiting;
        until(PATIENCE, "it has succeeded", succeeded).await;
        let attempts: Vec<_> = live
            .world()
            .runs("a")
            .iter()
            .map(|run| run.attempt)
            .collect();
        assert_eq!(attempts, [1, 2]);
        assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 1);
        let told = live.telemetry().await;
        let of_panic = |happening: &Happening| matches!(happening, Happening::Failed { error, .. } if error.contains("scripted panic"));
        assert!(
            told.iter().any(|event| of_panic(&event.happening)),
            "{told:?}"
        );
    });
}

#[test]
fn a_panic_ends_what_other_objects_were_doing_and_nothing_of_it_is_lost() {
    block_on(async {
        let live = Live::start().await;
        live.world().script("slow", [Act::Wait]);
        let tickers = ContinuousClient::<Ticker<Stubborn>>::new(&live);
        tickers.start("slow", Ticker::from(0)).await.unwrap();
        let waits = async || live.world().waiting() == 1;
        until(PATIENCE, "its run waits", waits).await;
        let ledgers = TaskClient::<Ledger<Retried>>::new(&live);
        ledgers
            .send("b", Command::Note("kept".to_owned()))
            .await
            .unwrap();
        let begun = Instant::now();
        assert_unknown(ledgers.send("b", Command::Panic).await);
        assert!(
            begun.elapsed() < Duration::from_secs(1),
            "{:?}",
            begun.elapsed()
        );
        let stored = ledgers.state("b").await.unwrap().unwrap();
        assert_eq!(stored.state.notes, ["kept"]);
        let is_tried_again = async || live.world().runs("slow").len() == 2;
        until(
            PATIENCE,
            "the run of the other object is tried again",
            is_tried_again,
        )
        .await;
        let counted = async || tickers.state("slow").await.unwrap().unwrap().count == 1;
        until(PATIENCE, "it has succeeded", counted).await;
    });
}
