//! Inputs that were found by the tests beside this one, and what they had led to.

use rusqlite::Connection;

use crate::{
    everything::{BEGINNING, Running, block_on, read, survives},
    rows::copy,
};

/// A file, after this statement.
fn damaged(statement: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = copy(folder.path());
    let connection = Connection::open(&path).unwrap();
    let changed = connection.execute(statement, []).unwrap();
    assert!(changed > 0, "{statement}");
    connection.close().unwrap();
    (folder, path)
}

/// The start looked through all keys up to the highest one, in steps of some thousand.
#[test]
fn a_key_that_lies_far_off_is_not_walked_to() {
    let last = "(SELECT max(key) FROM instance)";
    for key in [i64::MIN, i64::MAX, 253_402_300_800_000] {
        let (_folder, path) = damaged(&format!(
            "UPDATE instance SET key = {key} WHERE key = {last}"
        ));
        block_on(async {
            let running = Running::open(&path).await.unwrap();
            running.host.settled().await;
            running.host.shutdown().await;
        });
        survives(&path);
    }
}

/// No timer was read any more, because the page that it lay in could not be.
#[test]
fn a_name_that_is_no_text_stops_no_timer_of_others() {
    let (_folder, path) = damaged(
        "UPDATE instance SET id = CAST(x'ff61' AS TEXT) WHERE job = 'Bag' AND wake_at IS NOT NULL",
    );
    block_on(async {
        let running = Running::open(&path).await.unwrap();
        let trigger = |text| read("Beat", text).unwrap();
        let started =
            trigger(r#"{"start":{"state":{"beats":3,"next_ms":90000},"answer":"created"}}"#);
        running.ask("Beat", "new", started).await.unwrap();
        running.host.settled().await;
        running
            .clock
            .set(BEGINNING + std::time::Duration::from_hours(1));
        running.host.settled().await;
        let state = format!(
            "{:?}",
            running.ask("Beat", "new", trigger(r#""state""#)).await
        );
        assert!(!state.contains(r#"\"beats\":3"#), "{state}");
        running.host.shutdown().await;
    });
}
