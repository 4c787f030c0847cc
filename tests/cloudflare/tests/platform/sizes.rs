//! Values as large as the platform stores them, and larger.

use durable_jobs_runtime::{
    ClientError, continuous::ContinuousClient, debounce::DebounceClient, task::TaskClient,
    wire::Status,
};
use durable_jobs_testing::conformance::fixtures::ledger::{Command, Ledger, Retried};
use durable_jobs_tests_cloudflare::{Live, block_on, until};
use durable_jobs_tests_worker::large::{Roll, Scroll};

use crate::PATIENCE;

/// Bytes of a value that fits, with all that is stored around it.
const LARGE: usize = 1_900_000;

fn note(length: usize) -> Command {
    Command::Note("x".repeat(length))
}

fn assert_too_large(answer: Result<impl std::fmt::Debug, ClientError>) {
    let error = answer.expect_err("it is too large");
    assert!(matches!(error, ClientError::Storage { .. }), "{error}");
    assert!(error.to_string().contains("2 MB"), "{error}");
}

#[test]
fn a_state_of_almost_two_megabytes_is_stored_and_one_of_more_is_refused() {
    block_on(async {
        let mut live = Live::start().await;
        let ledgers = TaskClient::<Ledger<Retried>>::new(&live);
        ledgers.send("a", note(LARGE)).await.unwrap();
        assert_too_large(ledgers.send("a", note(LARGE / 4)).await);
        live.restart().await;
        let state = ledgers.state("a").await.unwrap().unwrap().state;
        let lengths: Vec<_> = state.notes.iter().map(String::len).collect();
        assert_eq!(lengths, [LARGE], "nothing was lost");
        ledgers.send("a", note(7)).await.unwrap();
        let state = ledgers.state("a").await.unwrap().unwrap().state;
        assert_eq!(state.notes.len(), 2, "it goes on");
    });
}

#[test]
fn a_start_with_a_state_that_is_too_large_leaves_nothing_behind() {
    block_on(async {
        let live = Live::start().await;
        let scrolls = ContinuousClient::<Scroll>::new(&live);
        let text = "x".repeat(LARGE + LARGE / 4);
        assert_too_large(scrolls.start("a", Scroll { text }).await);
        assert_eq!(scrolls.status("a").await.unwrap().status, Status::NotFound);
        let text = "x".repeat(LARGE);
        assert!(scrolls.start("a", Scroll { text }).await.unwrap().created);
        let ran = async || scrolls.status("a").await.unwrap().run_count == 1;
        until(PATIENCE, "it has run", ran).await;
    });
}

#[test]
fn a_batch_may_be_larger_than_a_value_and_an_event_may_not() {
    block_on(async {
        let mut live = Live::start().await;
        let rolls = DebounceClient::<Roll>::new(&live);
        for _ in 0..3 {
            rolls.add("a", "x".repeat(LARGE)).await.unwrap();
        }
        assert_too_large(rolls.add("a", "x".repeat(LARGE + LARGE / 4)).await);
        live.restart().await;
        rolls.add("a", "y".repeat(LARGE)).await.unwrap();
        let status = rolls.status("a").await.unwrap();
        assert_eq!(status.event_count, 4, "nothing was lost");
        assert!(rolls.flush("a").await.unwrap().flushed);
        assert_eq!(rolls.status("a").await.unwrap().event_count, 0);
    });
}
