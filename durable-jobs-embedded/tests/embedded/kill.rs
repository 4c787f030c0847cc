//! A crash loses nothing that was acknowledged, and nothing that was under way is stuck.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use durable_jobs::{ClientError, prelude::*};

use crate::jobs::{Bench, Gated, GatedClient, Lines, LinesClient, Services, until};

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

const FILE_TO_FILL: &str = "DURABLE_JOBS_TEST_FILE_TO_FILL";

/// Not a test of its own: what the child process of the next test runs, until it is killed.
#[test]
fn child_that_adds_without_end() {
    let Some(path) = std::env::var_os(FILE_TO_FILL) else {
        return;
    };
    let tokio = tokio::runtime::Runtime::new().unwrap();
    tokio.block_on(async {
        let host = Host::open(path).env(Services::new()).job::<Lines>();
        let host = host.start().await.unwrap();
        let adders: Vec<_> = (0..8)
            .map(|adder| {
                let lines = LinesClient::new(&host);
                tokio::spawn(async move {
                    for number in 0.. {
                        let id = format!("instance-{}", number % 5);
                        let line = format!("{}-{adder}-{number}", std::process::id());
                        lines.add(&id, line.clone()).await.unwrap();
                        println!("\nacknowledged {id} {line}");
                    }
                })
            })
            .collect();
        for adder in adders {
            adder.await.unwrap();
        }
    });
}

#[tokio::test]
async fn a_process_that_is_killed_loses_nothing_that_it_acknowledged() {
    let bench = Bench::new();
    let mut acknowledged = Vec::new();
    for _ in 0..3 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "kill::child_that_adds_without_end",
                "--nocapture",
            ])
            .env(FILE_TO_FILL, bench.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap)
            .filter_map(|line| line.strip_prefix("acknowledged ").map(str::to_owned));
        acknowledged.extend(told.by_ref().take(300));
        child.kill().unwrap();
        acknowledged.extend(told);
        child.wait().unwrap();
    }

    let host = bench.host().start().await.unwrap();
    let lines = LinesClient::new(&host);
    let mut kept = Vec::new();
    for number in 0..5 {
        let id = format!("instance-{number}");
        let state = lines.state(&id).await.unwrap().unwrap();
        kept.extend(state.lines.into_iter().map(|line| format!("{id} {line}")));
    }
    assert!(acknowledged.len() >= 900);
    kept.sort();
    // The last line of a child may have been cut off.
    let lost: Vec<_> = acknowledged
        .iter()
        .filter(|line| {
            let at = kept.partition_point(|kept| kept < *line);
            !kept
                .get(at)
                .is_some_and(|kept| kept.starts_with(line.as_str()))
        })
        .collect();
    assert_eq!(lost, Vec::<&String>::new());
    host.shutdown().await;
}
