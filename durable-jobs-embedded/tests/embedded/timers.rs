//! Timers come from the file: on time, in order, however many there are.

use durable_jobs::prelude::*;

use crate::jobs::{Bench, Gated, GatedClient, LinesClient, Pulse, PulseClient, START, until};

const MINUTE: Duration = Duration::from_mins(1);
const MILLISECOND: Duration = Duration::from_millis(1);

#[tokio::test]
async fn a_timer_is_delivered_when_it_is_due_and_not_before() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    PulseClient::new(&host).start("a", Pulse).await.unwrap();

    bench.advance(&host, MINUTE - MILLISECOND).await;
    assert_eq!(bench.services.take_beats(), []);
    bench.advance(&host, MILLISECOND).await;
    let beats = bench.services.take_beats();
    assert_eq!(beats.len(), 1);
    assert_eq!(
        (beats[0].due, beats[0].now),
        (START + 60_000, START + 60_000)
    );
    host.shutdown().await;
}

#[tokio::test]
async fn more_timers_than_fit_in_memory_come_in_order() {
    let bench = Bench::new();
    let host = bench
        .host()
        .timers_in_memory(8)
        .instances_in_memory(4)
        .start()
        .await
        .unwrap();
    let pulses = PulseClient::new(&host);
    // Started in another order than they are due in.
    for number in 0..100 {
        let offset = (number * 37) % 100;
        bench.clock.set(Timestamp::from_millis(START + offset));
        pulses.start(&format!("{offset:02}"), Pulse).await.unwrap();
    }

    for offset in 0..100 {
        bench
            .clock
            .set(Timestamp::from_millis(START + 60_000 + offset));
        host.settled().await;
        let beats = bench.services.take_beats();
        let ids: Vec<_> = beats.iter().map(|beat| beat.id.as_str()).collect();
        assert_eq!(ids, [format!("{offset:02}")]);
    }
    host.shutdown().await;
}

#[tokio::test]
async fn more_timers_of_one_moment_than_fit_in_memory_are_all_delivered() {
    let bench = Bench::new();
    let host = bench.host().timers_in_memory(8).start().await.unwrap();
    let pulses = PulseClient::new(&host);
    for number in 0..50 {
        pulses.start(&format!("{number:02}"), Pulse).await.unwrap();
    }

    for _ in 0..2 {
        bench.advance(&host, MINUTE).await;
        let mut ids: Vec<_> = bench
            .services
            .take_beats()
            .into_iter()
            .map(|beat| beat.id)
            .collect();
        ids.sort();
        assert_eq!(
            ids,
            (0..50)
                .map(|number| format!("{number:02}"))
                .collect::<Vec<_>>()
        );
    }
    host.shutdown().await;
}

#[tokio::test]
async fn a_start_takes_up_the_timers_of_the_file() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    PulseClient::new(&host).start("a", Pulse).await.unwrap();
    LinesClient::new(&host).add("b", "x".into()).await.unwrap();
    host.shutdown().await;

    let host = bench.host().timers_in_memory(1).start().await.unwrap();
    bench.advance(&host, MINUTE).await;
    assert_eq!(bench.services.take_beats().len(), 1);
    bench.advance(&host, Duration::from_hours(1)).await;
    assert_eq!(bench.services.flushed(), [["x"]]);
    host.shutdown().await;
}

#[tokio::test]
async fn what_was_due_while_no_host_ran_is_due_at_the_start() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    LinesClient::new(&host).add("a", "x".into()).await.unwrap();
    host.shutdown().await;
    bench.clock.advance(Duration::from_hours(24));

    let host = bench.host().start().await.unwrap();
    host.settled().await;
    assert_eq!(bench.services.flushed(), [["x"]]);
    host.shutdown().await;
}

#[tokio::test]
async fn rows_of_a_job_that_is_not_registered_are_left_alone() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    PulseClient::new(&host).start("a", Pulse).await.unwrap();
    LinesClient::new(&host).add("b", "x".into()).await.unwrap();
    host.shutdown().await;
    let row = |bench: &Bench| -> String {
        let sql = "SELECT record || wake_at || updated_at FROM instance WHERE job = 'Pulse'";
        bench.sqlite().query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let before = row(&bench);

    let host = bench
        .bare()
        .job::<crate::jobs::Lines>()
        .start()
        .await
        .unwrap();
    bench.advance(&host, Duration::from_hours(2)).await;
    assert_eq!(bench.services.flushed(), [["x"]], "the other job goes on");
    host.shutdown().await;
    assert_eq!(row(&bench), before);

    let host = bench.host().start().await.unwrap();
    host.settled().await;
    assert_eq!(bench.services.take_beats().len(), 1);
    host.shutdown().await;
}

/// Rows that come into the file past the host stand for a wake-up that memory has lost.
#[tokio::test]
async fn a_timer_that_memory_does_not_know_is_found_in_the_file() {
    let (bench, other) = (Bench::new(), Bench::new());
    let elsewhere = other.host().start().await.unwrap();
    PulseClient::new(&elsewhere)
        .start("a", Pulse)
        .await
        .unwrap();
    elsewhere.shutdown().await;
    let host = bench.host().start().await.unwrap();
    host.settled().await;
    let file = bench.sqlite();
    file.execute("ATTACH ?1 AS other", [other.path().to_str().unwrap()])
        .unwrap();
    file.execute_batch("INSERT INTO instance SELECT * FROM other.instance")
        .unwrap();

    bench.advance(&host, MINUTE).await;
    assert_eq!(
        bench.services.take_beats(),
        [],
        "it is due, but nobody knows"
    );
    bench.advance(&host, MINUTE + MILLISECOND).await;
    assert_eq!(bench.services.take_beats().len(), 1);
    host.shutdown().await;
}

#[tokio::test]
async fn what_was_written_under_a_clock_that_ran_ahead_is_taken_up_at_the_start() {
    let bench = Bench::new();
    bench.clock.advance(Duration::from_hours(24 * 365));
    let host = bench.host().start().await.unwrap();
    PulseClient::new(&host).start("a", Pulse).await.unwrap();
    LinesClient::new(&host).add("b", "x".into()).await.unwrap();
    host.shutdown().await;

    bench.clock.set(Timestamp::from_millis(START));
    let host = bench.host().start().await.unwrap();
    host.settled().await;
    bench.advance(&host, MINUTE).await;
    assert_eq!(bench.services.take_beats().len(), 1);
    bench.advance(&host, Duration::from_hours(1)).await;
    assert_eq!(bench.services.flushed(), [["x"]]);
    host.shutdown().await;
}

#[tokio::test]
async fn a_run_that_was_cut_off_under_a_clock_that_ran_ahead_is_repeated_after_the_start() {
    let bench = Bench::new();
    bench.clock.advance(Duration::from_hours(24 * 365));
    let host = bench.host().start().await.unwrap();
    GatedClient::new(&host).start("a", Gated).await.unwrap();
    until(|| bench.services.beats.lock().unwrap().len() == 1).await;
    host.kill().await;

    bench.clock.set(Timestamp::from_millis(START));
    bench.services.gate.add_permits(1);
    let host = bench.host().start().await.unwrap();
    host.settled().await;
    bench.advance(&host, MINUTE).await;
    let beats = bench.services.take_beats();
    let attempts: Vec<_> = beats.iter().map(|beat| beat.attempt).collect();
    assert_eq!(attempts, [1, 2]);
    host.shutdown().await;
}
