//! Messages between jobs take effect once.

use std::time::Duration;

use durable_jobs_runtime::{
    debounce::DebounceClient,
    queue::{Envelope, QueueClient},
    storage::Collection,
    task::TaskClient,
    wire::Status,
};
use durable_jobs_testing::{
    TestHost, block_on,
    conformance::fixtures::{
        basket::{Basket, Windowed},
        clerk::{Clerk, Line, Order, Parcel},
        ledger::{Ledger, Retried},
        letter::{Letter, Triple},
    },
};

use super::{Crash, Stage};

type PostalBaskets = DebounceClient<Basket<Windowed>>;

/// Commits of the longest story below.
const COMMITS: u32 = 8;

fn lines() -> Vec<Line> {
    let note = |text: &str| Line::Note("l".to_owned(), text.to_owned());
    let itself = Line::Order("c".to_owned(), Box::new(Order::Note("itself".to_owned())));
    let put = |item| Line::Put("b".to_owned(), item);
    vec![
        put(1),
        note("first"),
        put(2),
        itself,
        note("second"),
        put(3),
    ]
}

/// Gives the clerk an order, and lets a minute pass, with a crash on the way.
async fn order(stage: &Stage, order: Order, crash: Crash) {
    let clerks: TaskClient<Clerk> = TaskClient::new(&stage.host);
    crash.plan(&stage.host);
    let sent = async || clerks.send_once("c", "order", order.clone()).await;
    stage.insist(sent).await;
    stage.advance("1m").await;
}

async fn notes(stage: &Stage) -> Vec<String> {
    let ledgers: TaskClient<Ledger<Retried>> = TaskClient::new(&stage.host);
    let ledger = ledgers.state("l").await.unwrap();
    ledger.map(|ledger| ledger.state.notes).unwrap_or_default()
}

/// What was in the batches that were flushed with success.
fn flushed(stage: &Stage) -> Vec<u64> {
    let runs = stage.world.runs("b");
    // A crash cuts a flush off, and it is made again.
    let mut batches: Vec<(u64, Vec<u64>)> = Vec::new();
    for run in runs {
        let items = serde_json::from_value(run.state["items"].clone()).unwrap();
        match batches
            .last_mut()
            .filter(|(number, _)| *number == run.run_count)
        {
            Some(again) => assert_eq!(again.1, items),
            None => batches.push((run.run_count, items)),
        }
    }
    batches.into_iter().flat_map(|(_, items)| items).collect()
}

/// Rows of messages that wait to leave. One is there that keeps count.
fn waiting(host: &TestHost) -> usize {
    let rows = host.rows("task:Clerk:c");
    let items = rows.map(|rows| rows.items).unwrap_or_default();
    let outbox = items
        .iter()
        .filter(|item| item.collection == Collection::Outbox);
    outbox
        .filter(|item| item.value.contains("\"call\""))
        .count()
}

#[test]
fn messages_of_an_event_arrive_once_whatever_commit_the_host_crashes_at() {
    for crash in Crash::at_each_of(COMMITS) {
        block_on(async {
            let stage = Stage::new().await;
            order(&stage, Order::Write(lines()), crash).await;
            assert_eq!(flushed(&stage), [1, 2, 3], "{crash:?}");
            assert_eq!(notes(&stage).await, ["first", "second"], "{crash:?}");
            assert_eq!(waiting(&stage.host), 0, "{crash:?}");
        });
    }
}

#[test]
fn messages_of_a_run_arrive_once_whatever_commit_the_host_crashes_at() {
    for crash in Crash::at_each_of(COMMITS) {
        block_on(async {
            let stage = Stage::new().await;
            order(&stage, Order::Execute(lines()), crash).await;
            assert_eq!(flushed(&stage), [1, 2, 3], "{crash:?}");
            assert_eq!(notes(&stage).await, ["first", "second"], "{crash:?}");
        });
    }
}

#[test]
fn messages_to_a_queue_are_enqueued_once_whatever_commit_the_host_crashes_at() {
    for crash in Crash::at_each_of(COMMITS) {
        block_on(async {
            let stage = Stage::new().await;
            let post = |numbers: &[u64]| Line::Post("q".to_owned(), numbers.to_vec());
            let lines = vec![post(&[1]), post(&[2, 3])];
            order(&stage, Order::Write(lines), crash).await;
            let letters: QueueClient<Letter<Triple>> = QueueClient::new(&stage.host);
            let status = letters.status("q").await.unwrap();
            let counts = (status.processed, status.pending, status.dead);
            assert_eq!(counts, (3, 0, 0), "{crash:?}");
            let runs = stage.world.runs("q").into_iter();
            let numbers = runs.map(|run| run.state["number"].as_u64().unwrap());
            let numbers: std::collections::BTreeSet<u64> = numbers.collect();
            assert!(numbers.into_iter().eq([1, 2, 3]), "{crash:?}");
        });
    }
}

#[test]
fn messages_of_a_queue_arrive_once_whatever_commit_the_host_crashes_at() {
    for crash in Crash::at_each_of(COMMITS) {
        block_on(async {
            let stage = Stage::new().await;
            crash.plan(&stage.host);
            let parcels: QueueClient<Parcel> = QueueClient::new(&stage.host);
            let parcel = |item: u64| Envelope::new(Parcel { item }).id(&item.to_string());
            let sent = async || parcels.enqueue_many("b", [1, 2].map(parcel)).await;
            stage.insist(sent).await;
            stage.advance("1m").await;
            // What the crash has cut off is tried again.
            stage.advance("1m").await;
            let mut items = flushed(&stage);
            items.sort_unstable();
            assert_eq!(items, [1, 2], "{crash:?}");
        });
    }
}

#[test]
fn messages_of_a_sender_that_ends_arrive_once_whatever_commit_the_host_crashes_at() {
    for crash in Crash::at_each_of(COMMITS) {
        block_on(async {
            let stage = Stage::new().await;
            let clerks: TaskClient<Clerk> = TaskClient::new(&stage.host);
            let alive = Order::Note("alive".to_owned());
            clerks.send("c", alive).await.unwrap();
            let lines = lines().into_iter();
            let lines = lines.filter(|line| !matches!(line, Line::Order(..)));
            crash.plan(&stage.host);
            // An event that has ended its task is not known any more when it is sent again.
            let sent = clerks.send("c", Order::End(lines.collect())).await;
            let before_it_ended = sent.is_err() && matches!(crash, Crash::Before(1));
            if sent.is_err() {
                stage.host.restart().await.unwrap();
            }
            stage.advance("1m").await;
            // A crash in a flush has it made again.
            stage.advance("1m").await;
            let expected: &[u64] = if before_it_ended { &[] } else { &[1, 2, 3] };
            assert_eq!(flushed(&stage), expected, "{crash:?}");
            let status = clerks.status("c").await.unwrap().status;
            assert_eq!(status == Status::NotFound, !before_it_ended, "{crash:?}");
        });
    }
}

#[test]
fn a_repetition_does_not_revive_a_recipient_that_was_terminated() {
    for days in [0, 29] {
        block_on(async {
            let stage = Stage::new().await;
            let clerks: TaskClient<Clerk> = TaskClient::new(&stage.host);
            let baskets = PostalBaskets::new(&stage.host);
            // The second commit is that of the basket; the clerk does not learn of it.
            stage.host.crash_after_commit(2);
            let put = Order::Write(vec![Line::Put("b".to_owned(), 1)]);
            // The call may see the crash, too.
            let _ = clerks.send("c", put).await;
            stage.host.advance("0s").await;
            stage.host.restart().await.unwrap();
            assert_eq!(waiting(&stage.host), 1, "the message is under way");
            assert!(baskets.terminate("b", "done").await.unwrap().terminated);
            stage.host.crash();
            let later = stage.host.now() + Duration::from_secs(days * 24 * 3600);
            stage.host.set_clock(later);
            stage.host.restart().await.unwrap();
            stage.host.advance("1m").await;
            assert_eq!(waiting(&stage.host), 0, "the message has arrived");
            let status = baskets.status("b").await.unwrap().status;
            assert_eq!(status, Status::NotFound);
        });
    }
}

#[test]
fn what_is_remembered_of_senders_goes_when_no_repetition_can_come() {
    block_on(async {
        let stage = Stage::new().await;
        let clerks: TaskClient<Clerk> = TaskClient::new(&stage.host);
        let put = Order::End(vec![Line::Put("b".to_owned(), 1)]);
        clerks.send("c", put).await.unwrap();
        let baskets = PostalBaskets::new(&stage.host);
        stage.host.advance("0s").await;
        assert!(baskets.terminate("b", "done").await.unwrap().terminated);
        assert_eq!(stage.host.instances(), []);
        assert_eq!(
            stage.host.timers().len(),
            1,
            "the basket's senders are remembered"
        );
        stage.host.advance("30d").await;
        assert_eq!(stage.host.timers().len(), 0);
    });
}
