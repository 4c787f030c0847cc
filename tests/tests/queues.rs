//! Queues, as far as it is of no host: what the rows of one tell, and how one that is paced fills up.

use std::time::Duration;

use durable_jobs::{ClientError, prelude::*};
use durable_jobs_testing::TestHost;

/// One each half minute; three may wait.
#[queue(concurrency = 10, rate = "2/1m", max_depth = 3)]
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

async fn refused_until(notes: &NoteClient) -> Duration {
    match notes.enqueue("a", Note { number: 0 }).await {
        Err(ClientError::QueueFull { retry_after, .. }) => retry_after,
        other => panic!("there is no room: {other:?}"),
    }
}

#[tokio::test]
async fn a_queue_that_is_full_because_of_its_rate_says_when_the_next_message_begins() {
    let host = TestHost::new(()).job::<Note>().start().await.unwrap();
    let notes = NoteClient::new(&host);
    for number in 1..=4 {
        notes.enqueue("a", Note { number }).await.unwrap();
        host.advance(Duration::ZERO).await;
    }
    let first = refused_until(&notes).await;
    host.advance(Duration::from_secs(10)).await;
    let later = refused_until(&notes).await;
    assert_eq!(first, later + Duration::from_secs(10));
    host.advance(later - Duration::from_millis(1)).await;
    refused_until(&notes).await;
    host.advance(Duration::from_millis(1)).await;
    let room = notes.enqueue("a", Note { number: 5 }).await;
    assert!(room.is_ok(), "{room:?}");
}

#[tokio::test]
async fn the_row_of_a_queue_tells_how_often_it_has_run() {
    let host = TestHost::new(()).job::<Note>().start().await.unwrap();
    let notes = NoteClient::new(&host);
    for number in 1..=3 {
        notes.enqueue("a", Note { number }).await.unwrap();
    }
    let runs = || host.rows("queue:Note:a").map(|stored| stored.row.run_count);
    host.advance("40s").await;
    assert_eq!(runs(), Some(2));
    host.restart().await.unwrap();
    host.advance("1m").await;
    assert_eq!(runs(), Some(3));
}
