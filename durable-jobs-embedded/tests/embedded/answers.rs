//! Answers of requests lie in the file for as long as they may be asked for, and not much longer.

use durable_jobs::{RequestId, prelude::*};

use crate::jobs::{Bench, LinesClient, START};

impl Bench {
    /// How many answers the file keeps.
    fn answers(&self) -> i64 {
        self.sqlite()
            .query_row("SELECT count(*) FROM answer", [], |row| row.get(0))
            .unwrap()
    }
}

/// The client of one request.
fn lines(host: &Host, request: u64) -> LinesClient {
    LinesClient::new(host).with_request(RequestId::new(request))
}

#[tokio::test]
async fn an_answer_reads_well() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    lines(&host, 255).add("a", "x".into()).await.unwrap();
    let row: String = bench
        .sqlite()
        .query_row(
            "SELECT job || ' ' || id || ' ' || request || ' ' || expires_at || ' '
               || json_extract(answer, '$.added.event_count') FROM answer",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let expires_at = START + 300_000;
    assert_eq!(row, format!("Lines a 00000000000000ff {expires_at} 1"));
    host.shutdown().await;
}

#[tokio::test]
async fn calls_without_a_request_keep_no_answer() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    let lines = LinesClient::new(&host);
    lines.add("a", "x".into()).await.unwrap();
    lines.flush("a").await.unwrap();
    lines.terminate("a", "done").await.unwrap();
    assert_eq!(bench.answers(), 0);
    host.shutdown().await;
}

#[tokio::test]
async fn expired_answers_go_when_another_is_kept() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    for (id, request) in [("a", 1), ("a", 2), ("b", 1)] {
        lines(&host, request).add(id, "x".into()).await.unwrap();
    }
    bench.advance(&host, Duration::from_mins(4)).await;
    lines(&host, 3).add("a", "x".into()).await.unwrap();
    assert_eq!(bench.answers(), 4);
    bench.advance(&host, Duration::from_mins(1)).await;
    LinesClient::new(&host).add("a", "x".into()).await.unwrap();
    assert_eq!(bench.answers(), 4, "no call pays that keeps no answer");
    lines(&host, 4).add("a", "x".into()).await.unwrap();
    assert_eq!(bench.answers(), 2);
    host.shutdown().await;
}

#[tokio::test]
async fn expired_answers_go_at_the_start() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    lines(&host, 1).add("a", "x".into()).await.unwrap();
    bench.advance(&host, Duration::from_mins(4)).await;
    lines(&host, 2).add("a", "x".into()).await.unwrap();
    host.shutdown().await;
    bench.clock.advance(Duration::from_mins(1));
    bench.host().start().await.unwrap().shutdown().await;
    assert_eq!(bench.answers(), 1);
}

#[tokio::test]
async fn of_many_answers_the_last_are_read() {
    let bench = Bench::new();
    bench.host().start().await.unwrap().shutdown().await;
    bench
        .sqlite()
        .execute(
            "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 2000)
             INSERT INTO answer (job, id, request, expires_at, answer)
             SELECT 'Lines', 'a', printf('%016x', 3000 - n), ?1 + n,
               '{\"cleared\":{\"cleared\":true,\"discarded_events\":' || n || '}}'
             FROM number",
            [START],
        )
        .unwrap();
    let host = bench.host().start().await.unwrap();
    for n in [977, 2000] {
        let cleared = lines(&host, 3000 - n).clear("a").await.unwrap();
        assert_eq!(cleared.discarded_events, n);
    }
    assert!(!lines(&host, 3000 - 976).clear("a").await.unwrap().cleared);
    host.shutdown().await;
}
