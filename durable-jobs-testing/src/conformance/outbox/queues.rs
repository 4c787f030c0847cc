//! Messages to queues, and what attempts of queues write.

use durable_jobs_runtime::queue::QueueClient;

use super::put;
use crate::conformance::{
    Act, Harness, Stage,
    fixtures::{
        basket::Windowed,
        clerk::{Line, Order, Parcel},
        ledger::Retried,
        letter::{Letter, Shallow, Triple},
    },
};

fn post(queue: &str, numbers: impl IntoIterator<Item = u64>) -> Line {
    Line::Post(queue.to_owned(), numbers.into_iter().collect())
}

fn post_if_room(queue: &str, number: u64) -> Line {
    Line::PostIfRoom(queue.to_owned(), number)
}

impl<H: Harness> Stage<H> {
    /// The letters that were processed, the smallest number first.
    fn letters_of(&self, queue: &str) -> Vec<u64> {
        let runs = self.world.runs(queue);
        let numbers = runs.iter().map(|run| run.state["number"].as_u64().unwrap());
        let mut numbers: Vec<u64> = numbers.collect();
        numbers.sort_unstable();
        numbers
    }
}

pub async fn a_message_is_enqueued_once<H: Harness>(mut stage: Stage<H>) {
    let lines = vec![post("q", [1]), post("q", [2, 3]), post("q", [])];
    stage.order("c", Order::Write(lines)).await;
    stage.restart().await;
    stage.advance("1m").await;
    assert_eq!(stage.letters_of("q"), [1, 2, 3]);
    let status = stage.letters::<Triple>().status("q").await.unwrap();
    assert_eq!((status.processed, status.pending), (3, 0));
}

pub async fn a_thousand_messages_are_enqueued_together<H: Harness>(stage: Stage<H>) {
    let lines = vec![post("q", 1..=1000)];
    stage
        .letters::<Triple>()
        .enqueue("q", Letter::new(0))
        .await
        .unwrap();
    stage.letters::<Triple>().pause("q").await.unwrap();
    stage.order("c", Order::Write(lines)).await;
    let status = stage.letters::<Triple>().status("q").await.unwrap();
    assert_eq!(status.processed + status.pending, 1001);
}

pub async fn what_a_failed_handler_has_enqueued_is_not_sent<H: Harness>(stage: Stage<H>) {
    let clerks = stage.clerks();
    let refused = clerks.send("c", Order::Fail(vec![post("q", [1])]));
    refused.await.unwrap_err();
    stage.order("c", Order::Write(vec![post("q", [2])])).await;
    assert_eq!(stage.letters_of("q"), [2]);
}

pub async fn a_message_to_a_full_queue_waits_for_room<H: Harness>(mut stage: Stage<H>) {
    let letters = stage.letters::<Shallow>();
    letters.enqueue("q", Letter::apart(0)).await.unwrap();
    stage.settle().await;
    letters.pause("q").await.unwrap();
    let three = [1, 2, 3].map(Letter::new);
    letters.enqueue_many("q", three).await.unwrap();
    let lines = vec![post_if_room("q", 4), post_if_room("q", 5), put("d", 6)];
    stage.order("c", Order::Write(lines)).await;
    let (delayed, undeliverable) = stage.delayed_and_undeliverable("c");
    assert!(delayed > 0 && undeliverable == 0);
    assert_eq!(stage.items::<Windowed>("d").await, [6], "nobody else waits");
    stage.restart().await;
    let letters = stage.letters::<Shallow>();
    letters.resume("q").await.unwrap();
    stage.settle().await;
    stage.advance("1m").await;
    assert_eq!(stage.letters_of("q"), [1, 2, 3, 4, 5]);
}

pub async fn a_message_takes_another_one_back<H: Harness>(stage: Stage<H>) {
    let later =
        |number, event_id: &str| Line::PostLater("q".to_owned(), number, event_id.to_owned(), 60);
    let back = Line::TakeBack("q".to_owned(), "one".to_owned());
    let lines = vec![later(1, "one"), later(2, "two"), later(3, "two"), back];
    stage.order("c", Order::Write(lines)).await;
    let status = stage.letters::<Triple>().status("q").await.unwrap();
    assert_eq!(status.delayed, 1, "one is taken back, one was repeated");
    stage.advance("2m").await;
    assert_eq!(stage.letters_of("q"), [2]);
}

pub async fn a_message_ends_a_queue_and_the_next_begins_it_anew<H: Harness>(stage: Stage<H>) {
    let later = Line::PostLater("q".to_owned(), 1, "one".to_owned(), 60);
    let lines = vec![later, Line::EndQueue("q".to_owned()), post("q", [2])];
    stage.order("c", Order::Write(lines)).await;
    stage.advance("2m").await;
    assert_eq!(stage.letters_of("q"), [2]);
}

pub async fn what_an_attempt_writes_leaves_with_its_success<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("p/2", [Act::Fail]);
    let parcels: QueueClient<Parcel> = QueueClient::new(&stage.host);
    let three = [1, 2, 3].map(|item| Parcel { item });
    parcels.enqueue_many("p", three).await.unwrap();
    stage.settle().await;
    let mut items = stage.items::<Windowed>("p").await;
    items.sort_unstable();
    assert_eq!(items, [1, 3], "the second has failed");
    stage.restart().await;
    stage.advance("10s").await;
    let mut flushed: Vec<u64> = Vec::new();
    for run in stage.world.runs("p") {
        let items = run.state["items"].clone();
        flushed.extend(serde_json::from_value::<Vec<u64>>(items).unwrap());
    }
    flushed.extend(stage.items::<Windowed>("p").await);
    flushed.sort_unstable();
    assert_eq!(flushed, [1, 2, 3], "each once");
}

pub async fn what_on_dead_letter_writes_is_sent<H: Harness>(stage: Stage<H>) {
    stage.world.script("p/1", [Act::FailTerminally]);
    let parcels: QueueClient<Parcel> = QueueClient::new(&stage.host);
    parcels.enqueue("p", Parcel { item: 1 }).await.unwrap();
    stage.settle().await;
    let ledger = stage
        .ledgers::<Retried>()
        .state("p")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(ledger.state.notes.len(), 1);
    assert!(ledger.state.notes[0].starts_with("1: "));
    assert_eq!(stage.items::<Windowed>("p").await, [0; 0]);
}
