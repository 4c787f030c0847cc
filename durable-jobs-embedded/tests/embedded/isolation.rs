//! A write that fails harms its own instance's call and nothing else.

use std::task::{Context, Waker};

use durable_jobs::{ClientError, embedded::Host, prelude::*};

use crate::jobs::{Bench, LinesClient, Pulse, PulseClient, until};

fn large() -> String {
    "x".repeat(50_000)
}

/// A call that comes while an instance gives up what failed is refused too: it had no effect and is to be repeated.
async fn repeated<T>(call: impl AsyncFn() -> Result<T, ClientError>) -> T {
    loop {
        match call().await {
            Err(ClientError::Storage { .. }) => tokio::task::yield_now().await,
            answer => return answer.unwrap(),
        }
    }
}

async fn stored(host: &Host, id: &str) -> Vec<String> {
    let lines = LinesClient::new(host);
    let state = repeated(async || lines.state(id).await).await;
    state.map_or_else(Vec::new, |lines| lines.lines)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_value_that_is_too_large_fails_alone() {
    let bench = Bench::new();
    let host = bench.host().max_value_bytes(10_000).start().await.unwrap();
    let lines = LinesClient::new(&host);

    let calls: Vec<_> = (0..50)
        .map(|number| {
            let lines = lines.clone();
            tokio::spawn(async move {
                let line = if number == 25 {
                    large()
                } else {
                    format!("line {number}")
                };
                lines.add(&format!("instance-{number}"), line).await
            })
        })
        .collect();
    for (number, call) in calls.into_iter().enumerate() {
        match call.await.unwrap() {
            Ok(added) => assert!(added.created && number != 25),
            Err(error) => {
                assert_eq!(number, 25, "{error}");
                assert!(matches!(error, ClientError::Storage { .. }), "{error}");
                assert!(
                    error.to_string().contains("keep large values elsewhere"),
                    "{error}"
                );
            }
        }
    }

    let added = repeated(async || lines.add("instance-25", "small".into()).await).await;
    assert!(added.created);
    host.kill().await;
    let host = bench.host().start().await.unwrap();
    for number in (0..50).filter(|number| *number != 25) {
        assert_eq!(
            stored(&host, &format!("instance-{number}")).await,
            [format!("line {number}")]
        );
    }
    assert_eq!(stored(&host, "instance-25").await, ["small"]);
    host.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_value_that_is_too_large_spoils_no_other_of_its_transaction() {
    let bench = Bench::new();
    let host = bench.host().max_value_bytes(10_000).start().await.unwrap();
    let lines = LinesClient::new(&host);
    let ids: Vec<String> = (0..20).map(|number| format!("instance-{number}")).collect();
    for id in &ids {
        lines.add(id, "first".into()).await.unwrap();
    }

    // While another program has the file, the writer waits with the first batch, and the others become one group.
    let other = bench.sqlite();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let calls = ids.iter().enumerate().map(|(number, id)| {
        let line = match number {
            10 => large(),
            _ => "second".to_owned(),
        };
        Box::pin(lines.add(id, line))
    });
    let mut calls: Vec<_> = calls.collect();
    let mut context = Context::from_waker(Waker::noop());
    for call in &mut calls {
        assert!(call.as_mut().poll(&mut context).is_pending());
    }
    other.execute_batch("ROLLBACK").unwrap();

    for (number, call) in calls.into_iter().enumerate() {
        let added = call.await;
        assert_eq!(added.is_err(), number == 10, "{number}: {added:?}");
    }
    host.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_instance_acknowledged_is_what_it_keeps_in_order() {
    let bench = Bench::new();
    let host = bench.host().max_value_bytes(10_000).start().await.unwrap();
    let lines = LinesClient::new(&host);

    // If one that is too large comes first of the others, all of them may fail with it.
    let first = lines.add("hot", "000".into()).await.unwrap();
    let calls: Vec<_> = (1..200)
        .map(|number| {
            let lines = lines.clone();
            tokio::spawn(async move {
                let line = if number % 40 == 20 {
                    large()
                } else {
                    format!("{number:03}")
                };
                lines
                    .add("hot", line.clone())
                    .await
                    .ok()
                    .map(|added| (added.event_count, line))
            })
        })
        .collect();
    let mut acknowledged = vec![(first.event_count, "000".to_owned())];
    for call in calls {
        acknowledged.extend(call.await.unwrap());
    }
    acknowledged.sort();
    let (counts, acknowledged): (Vec<_>, Vec<_>) = acknowledged.into_iter().unzip();
    assert!(
        counts.iter().copied().eq(1..=counts.len() as u64),
        "one that failed was counted: {counts:?}"
    );

    assert_eq!(stored(&host, "hot").await, acknowledged);
    host.kill().await;
    let host = bench.host().start().await.unwrap();
    assert_eq!(stored(&host, "hot").await, acknowledged);
    host.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_loses_nothing_that_was_acknowledged() {
    let bench = Bench::new();
    let host = bench.host().max_file_bytes(200_000).start().await.unwrap();
    let lines = LinesClient::new(&host);

    let mut acknowledged = Vec::new();
    let error = loop {
        let line = format!("{:04}{}", acknowledged.len(), "x".repeat(2_000));
        match lines.add("a", line.clone()).await {
            Ok(_) => acknowledged.push(line),
            Err(error) => break error,
        }
        assert!(acknowledged.len() < 1_000, "the file may not grow for ever");
    };
    assert!(matches!(error, ClientError::Storage { .. }), "{error}");
    assert!(error.to_string().contains("free some space"), "{error}");
    assert_eq!(stored(&host, "a").await, acknowledged);

    // A full file still takes what makes room.
    let ended = repeated(async || lines.terminate("a", "full").await).await;
    assert!(ended.terminated);
    assert!(lines.add("b", "fits again".into()).await.is_ok());
    host.kill().await;
    let host = bench.host().start().await.unwrap();
    assert_eq!(stored(&host, "b").await, ["fits again"]);
    host.shutdown().await;
}

#[tokio::test]
async fn a_run_that_could_not_begin_does_although_many_others_need_the_memory_meanwhile() {
    let bench = Bench::new();
    let host = bench.host().instances_in_memory(1).start().await.unwrap();
    PulseClient::new(&host).start("a", Pulse).await.unwrap();
    let file = bench.sqlite();
    file.execute_batch(
        "CREATE TRIGGER refuse BEFORE UPDATE ON instance WHEN old.job = 'Pulse'
         BEGIN SELECT RAISE(ABORT, 'the test refuses it'); END",
    )
    .unwrap();
    bench.advance(&host, Duration::from_mins(1)).await;
    assert_eq!(bench.services.take_beats(), []);

    let lines = LinesClient::new(&host);
    for number in 0..100 {
        lines.add(&number.to_string(), "x".into()).await.unwrap();
    }
    file.execute_batch("DROP TRIGGER refuse").unwrap();
    // The host does not count who sleeps after a failure among those who have something to do.
    bench.clock.advance(Duration::from_secs(2));
    until(|| !bench.services.beats.lock().unwrap().is_empty()).await;
    host.shutdown().await;
}

/// Slow, because a statement waits some seconds for whoever has the file locked before it gives up.
#[tokio::test(flavor = "multi_thread")]
async fn another_program_that_locks_the_file_fails_calls_once_and_for_no_longer() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    let lines = LinesClient::new(&host);
    let other = bench.sqlite();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let calls: Vec<_> = (0..300)
        .map(|number| {
            let lines = lines.clone();
            tokio::spawn(async move { lines.add(&number.to_string(), "x".into()).await })
        })
        .collect();
    let mut refused = 0;
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert!(
            error
                .to_string()
                .contains("other programs that have the file open"),
            "{error}"
        );
        refused += 1;
    }
    assert_eq!(refused, 300);

    other.execute_batch("ROLLBACK").unwrap();
    let added = repeated(async || lines.add("0", "y".into()).await).await;
    assert!(added.created);
    host.shutdown().await;
}
