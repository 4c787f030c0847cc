//! A panic ends the program: all that it has in memory, in one isolate.

use std::time::Duration;

use durable_jobs_runtime::{
    continuous::ContinuousClient,
    debounce::DebounceClient,
    task::TaskClient,
    telemetry::Happening,
    wire::{RequestId, Status},
};
use durable_jobs_testing::conformance::{
    Act,
    fixtures::{
        ledger::{Command, Ledger, Retried},
        ticker::Ticker,
    },
};
use durable_jobs_tests_cloudflare::{Live, block_on, until};
use durable_jobs_tests_worker::{hasty::Stubborn, large::Roll};
use tokio::time::Instant;

use crate::{PATIENCE, assert_unknown, wait};

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

const PANICS: usize = 12;
const CALLERS: u64 = 4;
const EVENTS: usize = 60;

/// An event that is large enough to arrive in pieces.
fn roll(number: usize) -> String {
    "x".repeat(10_000 + number)
}

async fn add_all(rolls: DebounceClient<Roll>, caller: u64) {
    for number in 0..EVENTS {
        let request = RequestId::new(number as u64);
        let rolls = rolls.clone().with_request(request);
        while rolls.add(&caller.to_string(), roll(number)).await.is_err() {
            wait(Duration::from_millis(5)).await;
        }
    }
}

#[test]
fn panics_of_another_object_lose_no_acknowledged_event_and_double_none() {
    block_on(async {
        let live = Live::start().await;
        let rolls = DebounceClient::<Roll>::new(&live);
        #[expect(
            clippy::disallowed_methods,
            reason = "callers go on while another object panics"
        )]
        let adding: Vec<_> = (0..CALLERS)
            .map(|caller| tokio::spawn(add_all(rolls.clone(), caller)))
            .collect();
        let ledgers = TaskClient::<Ledger<Retried>>::new(&live);
        for _ in 0..PANICS {
            wait(Duration::from_millis(30)).await;
            assert_unknown(ledgers.send("a", Command::Panic).await);
        }
        for caller in adding {
            caller.await.expect("a caller ends");
        }
        let expected: usize = (0..EVENTS).map(|number| roll(number).len()).sum();
        for caller in 0..CALLERS {
            let state = rolls.state(&caller.to_string()).await.unwrap().unwrap();
            assert_eq!(state.letters, expected, "of {caller}");
        }
        let log = live.log();
        let (all, scripted) = (
            log.matches("Rust panic").count(),
            log.matches("scripted panic").count(),
        );
        assert_eq!(all, scripted, "a panic that nobody asked for: {log}");
    });
}
