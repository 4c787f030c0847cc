//! Whoever waits for a run when the host ends is answered.

use durable_jobs::{
    ClientError, Status,
    embedded::{Host, RunsAtShutdown},
    prelude::*,
};
use tokio::task::JoinHandle;

use crate::jobs::{Bench, Gated, GatedClient, Pulse, PulseClient, until};

/// How long an answer may take before it counts as missing.
const PATIENCE: Duration = Duration::from_mins(1);

/// A call whose answer does not come while the host runs.
type Waiting = JoinHandle<Result<(), ClientError>>;

async fn assert_told_of_the_end(waiting: Waiting) {
    let answer = tokio::time::timeout(PATIENCE, waiting).await;
    let error = answer.expect("an answer").unwrap().unwrap_err();
    let told = matches!(
        error,
        ClientError::ShuttingDown { .. } | ClientError::OutcomeUnknown { .. }
    );
    assert!(told, "{error}");
}

/// Waits for the first run, which is due in a minute.
async fn wait_for_a_first_run(host: &Host) -> Waiting {
    let pulses = PulseClient::new(host);
    let caller = pulses.clone();
    let waiting = tokio::spawn(async move { caller.start_and_wait("a", Pulse).await.map(drop) });
    while pulses.status("a").await.unwrap().status != Status::Waiting {
        tokio::task::yield_now().await;
    }
    waiting
}

/// Waits for the run after the one that is out.
async fn wait_behind_a_run(bench: &Bench, host: &Host) -> Waiting {
    let gated = GatedClient::new(host);
    gated.start("a", Gated).await.unwrap();
    until(|| bench.services.beats.lock().unwrap().len() == 1).await;
    let (caller, (called, calling)) = (gated.clone(), tokio::sync::oneshot::channel());
    let waiting = tokio::spawn(async move {
        let mut trigger = std::pin::pin!(caller.trigger("a"));
        let sent = std::future::poll_fn(|cx| std::task::Poll::Ready(trigger.as_mut().poll(cx)));
        assert!(sent.await.is_pending());
        let _ = called.send(());
        trigger.await.map(drop)
    });
    calling.await.unwrap();
    gated.status("a").await.unwrap(); // answered after the calls before it
    waiting
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_a_first_run_is_told_of_an_orderly_end() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    let waiting = wait_for_a_first_run(&host).await;
    assert_eq!(host.shutdown().await.runs, RunsAtShutdown::Finished);
    assert_told_of_the_end(waiting).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_a_first_run_is_told_of_a_kill() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    let waiting = wait_for_a_first_run(&host).await;
    host.kill().await;
    assert_told_of_the_end(waiting).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_for_a_first_run_is_told_that_the_host_was_dropped() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    let waiting = wait_for_a_first_run(&host).await;
    drop(host);
    assert_told_of_the_end(waiting).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_behind_a_run_is_told_that_it_was_released() {
    let bench = Bench::new();
    let host = bench.host().shutdown_deadline(Duration::ZERO);
    let host = host.start().await.unwrap();
    let waiting = wait_behind_a_run(&bench, &host).await;
    assert_eq!(host.shutdown().await.runs, RunsAtShutdown::Released);
    assert_told_of_the_end(waiting).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_behind_a_run_is_told_of_a_kill() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    let waiting = wait_behind_a_run(&bench, &host).await;
    host.kill().await;
    assert_told_of_the_end(waiting).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_behind_a_run_is_told_that_the_host_was_dropped() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    let waiting = wait_behind_a_run(&bench, &host).await;
    drop(host);
    assert_told_of_the_end(waiting).await;
}
