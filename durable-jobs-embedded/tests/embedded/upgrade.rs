//! A file of an earlier version is brought up to date when it is opened.

use durable_jobs::{RequestId, embedded::OpenError, prelude::*};
use rusqlite::Connection;

use crate::jobs::{Bench, LinesClient, PulseClient};

const VERSION_1: &str = include_str!("version_1.sql");

/// What version 2 has more.
const VERSION_2: &str = "
CREATE TABLE answer (
  job TEXT NOT NULL, id TEXT NOT NULL, request TEXT NOT NULL, expires_at INTEGER NOT NULL, answer TEXT,
  PRIMARY KEY (job, id, request)
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_expiry ON answer (expires_at);
PRAGMA user_version = 2;
";

fn bench_of_version_1() -> Bench {
    let bench = Bench::new();
    bench.sqlite().execute_batch(VERSION_1).unwrap();
    bench
}

fn version(file: &Connection) -> i32 {
    file.pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap()
}

/// Every row of the tables that version 1 has.
fn rows(file: &Connection) -> Vec<String> {
    let tables = ["instance", "event", "event_id", "meta"];
    let all = tables.map(|table| {
        let query = format!("SELECT * FROM {table} ORDER BY 1, 2");
        let mut statement = file.prepare(&query).unwrap();
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            (0..columns)
                .map(|at| row.get_ref(at).map(|value| format!("{value:?}")))
                .collect::<rusqlite::Result<String>>()
        };
        statement
            .query_map([], row)
            .unwrap()
            .collect::<rusqlite::Result<Vec<_>>>()
            .unwrap()
    });
    all.concat()
}

#[tokio::test]
async fn a_file_of_version_1_keeps_its_rows() {
    let bench = bench_of_version_1();
    let before = rows(&bench.sqlite());
    assert_eq!(before.len(), 2 + 2 + 1 + 5);

    bench.host().start().await.unwrap().shutdown().await;

    assert_eq!(version(&bench.sqlite()), 3);
    assert_eq!(rows(&bench.sqlite()), before);
    bench.host().start().await.unwrap().shutdown().await;
}

#[tokio::test]
async fn a_file_of_version_2_keeps_its_rows() {
    let bench = bench_of_version_1();
    bench.sqlite().execute_batch(VERSION_2).unwrap();
    let before = rows(&bench.sqlite());

    bench.host().start().await.unwrap().shutdown().await;

    assert_eq!(version(&bench.sqlite()), 3);
    assert_eq!(rows(&bench.sqlite()), before);
}

#[tokio::test]
async fn the_jobs_of_a_file_of_version_1_go_on() {
    let bench = bench_of_version_1();
    let host = bench.host().start().await.unwrap();
    let lines = LinesClient::new(&host);
    assert!(
        lines
            .add_once("contact:7", "e1", "again".into())
            .await
            .unwrap()
            .duplicate
    );
    bench.advance(&host, Duration::from_hours(1)).await;
    assert_eq!(bench.services.flushed(), [["hello", "world"]]);
    assert_eq!(
        bench.services.take_beats().len(),
        1,
        "60 slots are one late run"
    );

    let request = RequestId::new(1);
    let pulse = PulseClient::new(&host).with_request(request);
    let terminated = pulse.terminate("p", "done").await.unwrap();
    assert!(terminated.terminated);
    host.shutdown().await;
    let host = bench.host().start().await.unwrap();
    let pulse = PulseClient::new(&host).with_request(request);
    assert_eq!(pulse.terminate("p", "done").await.unwrap(), terminated);
    host.shutdown().await;
}

#[tokio::test]
async fn an_upgrade_that_fails_changes_nothing() {
    let bench = bench_of_version_1();
    // What the upgrade makes last is in its way.
    bench
        .sqlite()
        .execute_batch("CREATE TABLE collected (x)")
        .unwrap();
    let before = rows(&bench.sqlite());

    let error = bench.host().start().await.unwrap_err();

    assert!(matches!(error, OpenError::Sqlite { .. }), "{error}");
    let file = bench.sqlite();
    assert_eq!((version(&file), rows(&file)), (1, before));
    file.execute_batch("DROP TABLE collected").unwrap();
    drop(file);
    bench.host().start().await.unwrap().shutdown().await;
}
