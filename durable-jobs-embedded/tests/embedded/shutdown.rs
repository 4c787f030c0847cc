//! An orderly end: handlers finish, or are released without having failed.

use durable_jobs::{ClientError, embedded::RunsAtShutdown, prelude::*};

use crate::jobs::{Bench, Gated, GatedClient, LinesClient, Order, RestlessClient, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_is_out_may_finish() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    let gated = GatedClient::new(&host);
    gated.start("a", Gated).await.unwrap();
    until(|| bench.services.beats.lock().unwrap().len() == 1).await;

    let shutdown = tokio::spawn(host.shutdown());
    loop {
        match gated.status("a").await {
            Err(ClientError::ShuttingDown { .. }) => break,
            _ => tokio::task::yield_now().await,
        }
    }
    bench.services.gate.add_permits(1);
    assert_eq!(shutdown.await.unwrap().runs, RunsAtShutdown::Finished);

    let host = bench.host().start().await.unwrap();
    host.settled().await;
    assert_eq!(
        GatedClient::new(&host).status("a").await.unwrap().run_count,
        1
    );
    assert_eq!(bench.services.take_beats().len(), 1, "it is not run again");
    host.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_does_not_finish_is_released_and_its_attempt_does_not_count() {
    let bench = Bench::new();
    let host = bench
        .host()
        .shutdown_deadline(Duration::ZERO)
        .start()
        .await
        .unwrap();
    GatedClient::new(&host).start("a", Gated).await.unwrap();
    until(|| bench.services.beats.lock().unwrap().len() == 1).await;
    assert_eq!(host.shutdown().await.runs, RunsAtShutdown::Released);

    bench.services.gate.add_permits(1);
    let host = bench.host().start().await.unwrap();
    host.settled().await;
    let attempts: Vec<_> = bench
        .services
        .take_beats()
        .iter()
        .map(|beat| beat.attempt)
        .collect();
    assert_eq!(attempts, [1, 1]);
    host.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_are_under_way_are_answered() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    let lines = LinesClient::new(&host);
    let calls: Vec<_> = (0..100)
        .map(|number| {
            let lines = lines.clone();
            tokio::spawn(async move { lines.add(&number.to_string(), "x".into()).await })
        })
        .collect();
    tokio::task::yield_now().await;
    host.shutdown().await;
    let mut acknowledged = 0;
    for call in calls {
        match call.await.unwrap() {
            Ok(_) => acknowledged += 1,
            Err(error) => assert!(matches!(error, ClientError::ShuttingDown { .. }), "{error}"),
        }
    }
    let rows: i64 = bench
        .sqlite()
        .query_row("SELECT count(*) FROM event", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, acknowledged);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_always_has_more_to_do_does_not_hold_the_end_up() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    let restless = RestlessClient::new(&host);
    restless.send("a", Order::Work).await.unwrap();
    bench.services.entered.notified().await;
    assert_eq!(host.shutdown().await.runs, RunsAtShutdown::Finished);

    let host = bench.host().start().await.unwrap();
    bench.services.entered.notified().await;
    let status = RestlessClient::new(&host).status("a").await.unwrap();
    assert_eq!((status.attempt, status.last_error), (1, None));
    assert_eq!(host.shutdown().await.runs, RunsAtShutdown::Finished);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_whose_handler_hangs_is_refused_and_holds_the_end_up_no_longer() {
    let bench = Bench::new();
    let host = bench.host().shutdown_deadline(Duration::ZERO);
    let host = host.start().await.unwrap();
    let restless = RestlessClient::new(&host);
    let sent = tokio::spawn(async move { restless.send("a", Order::Wait).await });
    bench.services.entered.notified().await;
    assert_eq!(host.shutdown().await.runs, RunsAtShutdown::Released);
    assert!(sent.await.unwrap().is_err());

    let host = bench.host().start().await.unwrap();
    let state = RestlessClient::new(&host).state("a").await.unwrap();
    assert!(state.is_none(), "a refused event leaves nothing");
    host.shutdown().await;
}
