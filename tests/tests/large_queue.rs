//! A queue as long as it may be unless its attribute says otherwise, in one file.

#![expect(clippy::unwrap_used, reason = "a test that fails shall panic")]

use std::{path::Path, time::Duration};

use durable_jobs::{ClientError, Envelope, Host, prelude::*};

const MESSAGES: u64 = 100_000;

/// Asks nothing of its worker.
#[queue(concurrency = 64)]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Note {
    number: u64,
}

impl Queue for Note {
    type Env = ();

    async fn process(&mut self, _ctx: &mut QueueContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

async fn open(path: &Path) -> (Host, NoteClient) {
    let host = Host::open(path).job::<Note>().start().await.unwrap();
    let notes = NoteClient::new(&host);
    (host, notes)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_messages_are_kept_loaded_shown_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs.db");
    let (host, notes) = open(&path).await;
    let later = |number| Envelope::new(Note { number }).delay(Duration::from_hours(1));
    let all = notes.enqueue_many("all", (1..=MESSAGES).map(later)).await;
    assert_eq!(all.unwrap().depth, MESSAGES);
    let more = notes.enqueue("all", Note { number: 0 }).await;
    assert!(
        matches!(more, Err(ClientError::QueueFull { .. })),
        "{more:?}"
    );
    host.shutdown().await;

    let (host, notes) = open(&path).await;
    let first = notes.peek("all", 100).await.unwrap();
    let first = first.into_iter().filter_map(|shown| shown.message);
    assert!(first.map(|note| note.number).eq(1..=100));
    let status = notes.status("all").await.unwrap();
    assert_eq!((status.delayed, status.pending), (MESSAGES, 0));
    let purged = notes.purge("all").await.unwrap();
    assert_eq!(purged.discarded, MESSAGES);
    host.shutdown().await;

    let (host, notes) = open(&path).await;
    let status = notes.status("all").await.unwrap();
    assert_eq!((status.status, status.delayed), (Status::Idle, 0));
    host.shutdown().await;
}
