//! A crash loses nothing that was acknowledged, and nothing that was under way is stuck.

use durable_jobs::{ClientError, prelude::*};

use crate::jobs::{Bench, Gated, GatedClient, LinesClient, Services, until};

fn attempts(services: &Services) -> Vec<u32> {
    services
        .beats
        .lock()
        .unwrap()
        .iter()
        .map(|beat| beat.attempt)
        .collect()
}

#[tokio::test]
async fn acknowledged_events_are_there_after_a_crash() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    let lines = LinesClient::new(&host);
    for number in 0..10 {
        lines.add("a", number.to_string()).await.unwrap();
    }
    host.kill().await;

    let host = bench.host().start().await.unwrap();
    let state = LinesClient::new(&host).state("a").await.unwrap().unwrap();
    assert_eq!(
        state.lines,
        (0..10).map(|number| number.to_string()).collect::<Vec<_>>()
    );
    host.shutdown().await;
}

#[tokio::test]
async fn a_run_that_was_cut_off_is_an_attempt_and_is_repeated() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    GatedClient::new(&host).start("a", Gated).await.unwrap();
    until(|| attempts(&bench.services) == [1]).await;
    host.kill().await;

    bench.services.gate.add_permits(1);
    let host = bench.host().start().await.unwrap();
    host.settled().await;
    bench.advance(&host, Duration::from_mins(1)).await;
    assert_eq!(attempts(&bench.services), [1, 2]);
    host.shutdown().await;
}

#[tokio::test]
async fn clients_of_a_dead_host_are_told() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    let lines = LinesClient::new(&host);
    host.kill().await;
    let error = lines.add("a", "x".into()).await.unwrap_err();
    assert!(matches!(error, ClientError::ShuttingDown { .. }), "{error}");
}

#[tokio::test]
async fn a_host_that_is_dropped_stops_and_gives_the_file_back() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    GatedClient::new(&host).start("a", Gated).await.unwrap();
    until(|| attempts(&bench.services) == [1]).await;
    drop(host);

    bench.services.gate.add_permits(1);
    let host = bench.host().start().await.unwrap();
    host.settled().await;
    bench.advance(&host, Duration::from_mins(1)).await;
    assert_eq!(attempts(&bench.services), [1, 2]);
    host.shutdown().await;
}
