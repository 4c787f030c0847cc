//! The file reads well in `sqlite3`.

use durable_jobs::{Status, prelude::*};

use crate::jobs::{Bench, Failing, FailingClient, LinesClient};

fn text(connection: &rusqlite::Connection, sql: &str) -> String {
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn rows_are_columns_and_json() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    let lines = LinesClient::new(&host);
    lines
        .add_once("contact:7", "e1", "hello".into())
        .await
        .unwrap();
    lines.add("contact:7", "world".into()).await.unwrap();

    let file = bench.sqlite();
    let row = text(
        &file,
        "SELECT job || ' ' || id || ' ' || status || ' ' || wake_at || ' ' || json_valid(record)
         FROM instance",
    );
    assert_eq!(row, "Lines contact:7 debouncing 1700003600000 1");
    let events = text(
        &file,
        "SELECT group_concat(sequence || ' ' || coalesce(event_id, '-') || ' ' || event)
         FROM event ORDER BY sequence",
    );
    assert_eq!(events, r#"1 e1 "hello",2 - "world""#);
    assert_eq!(text(&file, "SELECT event_id FROM event_id"), "e1");
    host.shutdown().await;
}

#[tokio::test]
async fn views_show_what_needs_somebody() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    let lines = LinesClient::new(&host);
    lines.add("p", "poison".into()).await.unwrap();
    lines.flush("p").await.unwrap();
    assert_eq!(lines.status("p").await.unwrap().status, Status::Parked);
    lines.add("d", "late".into()).await.unwrap();
    FailingClient::new(&host).start("f", Failing).await.unwrap();
    host.settled().await;

    let file = bench.sqlite();
    let parked = text(
        &file,
        "SELECT job || ' ' || id || ' ' || last_error || ' ' || since FROM parked",
    );
    assert_eq!(parked, "Lines p poisoned 2023-11-14T22:13:20.000Z");
    let failing = text(
        &file,
        "SELECT job || ' ' || id || ' ' || last_error || ' ' || next_attempt_at FROM failing",
    );
    assert_eq!(failing, "Failing f no luck 2023-11-14T23:13:20.000Z");
    let due = text(
        &file,
        "SELECT group_concat(id) FROM due WHERE job = 'Lines'",
    );
    assert_eq!(due, "d", "by the wall clock it has been due for years");
    host.shutdown().await;
}

#[tokio::test]
async fn the_file_says_whose_it_is_and_lies_alone_after_a_shutdown() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    LinesClient::new(&host).add("a", "x".into()).await.unwrap();
    host.shutdown().await;

    let beside: Vec<_> = std::fs::read_dir(bench.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "jobs.db" && name != "jobs.db.lock")
        .collect();
    assert_eq!(beside, Vec::<String>::new());
    let file = bench.sqlite();
    let application: i32 = file
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .unwrap();
    assert_eq!(&application.to_be_bytes(), b"DJOB");
    let mode: String = file
        .pragma_query_value(None, "journal_mode", |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "wal");
}

#[tokio::test]
async fn nothing_is_left_of_a_terminated_instance() {
    let bench = Bench::new();
    let host = bench.host().start().await.unwrap();
    let lines = LinesClient::new(&host);
    lines.add_once("a", "e1", "x".into()).await.unwrap();
    lines.add("b", "y".into()).await.unwrap();
    lines.terminate("a", "done").await.unwrap();

    let left = text(
        &bench.sqlite(),
        "SELECT (SELECT group_concat(id) FROM instance) || (SELECT count(*) FROM event)
             || (SELECT count(*) FROM event_id)",
    );
    assert_eq!(left, "b10");
    bench.advance(&host, Duration::from_hours(1)).await;
    assert_eq!(bench.services.flushed(), [["y"]]);
    host.shutdown().await;
}
