//! What every host must do when a queue is called.

use std::time::Duration;

use durable_jobs_runtime::{
    ClientError,
    queue::{Envelope, Whereabouts},
    wire::Status,
};

use super::processed;
use crate::conformance::{
    Act, Handler, Harness, Stage,
    fixtures::letter::{Hurried, Letter, Shallow, Single, Triple, Unasked},
};

pub async fn enqueue_creates_a_queue_and_never_waits_for_a_worker<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let letters = stage.letters::<Single>();
    let first = letters.enqueue("a", Letter::new(1)).await.unwrap();
    assert!(first.created && !first.duplicate);
    assert_eq!(first.depth, 1);
    let second = letters.enqueue("a", Letter::new(2)).await.unwrap();
    assert!(!second.created);
    stage.settle().await;
    let status = letters.status("a").await.unwrap();
    assert_eq!(
        (status.status, status.in_flight, status.pending),
        (Status::Running, 1, 1)
    );
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(processed(&stage, "a"), [1, 2]);
    let status = letters.status("a").await.unwrap();
    assert_eq!((status.status, status.processed), (Status::Idle, 2));
}

pub async fn calls_of_a_missing_queue_create_nothing<H: Harness>(stage: Stage<H>) {
    let letters = stage.letters::<Single>();
    assert_eq!(letters.pause("a").await.unwrap(), Status::NotFound);
    assert_eq!(letters.resume("a").await.unwrap(), Status::NotFound);
    assert_eq!(letters.drain("a").await.unwrap(), Status::NotFound);
    let cancelled = letters.cancel("a", "x").await.unwrap();
    assert!(!cancelled.cancelled);
    assert_eq!(cancelled.was, Whereabouts::NotFound);
    assert_eq!(letters.purge("a").await.unwrap().discarded, 0);
    assert_eq!(letters.retry_all_dead("a").await.unwrap().revived, 0);
    assert!(letters.peek("a", 10).await.unwrap().is_empty());
    let terminated = letters.terminate("a", "done").await.unwrap();
    assert!(!terminated.terminated);
    assert_eq!(terminated.reason, "not_found");
    let none: [Letter<Single>; 0] = [];
    let many = letters.enqueue_many("a", none).await.unwrap();
    assert!(!many.created);
    let status = letters.status("a").await.unwrap();
    assert_eq!(status.status, Status::NotFound);
}

pub async fn enqueue_many_takes_all_or_none<H: Harness>(stage: Stage<H>) {
    let letters = stage.letters::<Shallow>();
    letters.enqueue("a", Letter::new(1)).await.unwrap();
    stage.settle().await;
    letters.pause("a").await.unwrap();
    let two = [Letter::new(2), Letter::new(3)];
    let two = letters.enqueue_many("a", two).await.unwrap();
    assert_eq!((two.created, two.enqueued, two.depth), (false, 2, 2));
    let more = [Letter::new(4), Letter::new(5)];
    let full = letters.enqueue_many("a", more).await.unwrap_err();
    assert!(
        matches!(full, ClientError::QueueFull { limit: 3, .. }),
        "{full}"
    );
    assert_eq!(letters.status("a").await.unwrap().pending, 2);
    letters.resume("a").await.unwrap();
    stage.settle().await;
    assert_eq!(processed(&stage, "a"), [1, 2, 3]);
}

pub async fn ten_thousand_messages_go_in_with_one_call<H: Harness>(stage: Stage<H>) {
    let letters = stage.letters::<Unasked>();
    let later = |number| Envelope::new(Letter::new(number)).delay(Duration::from_secs(3600));
    let many = letters.enqueue_many("a", (0..10_000).map(later)).await;
    assert_eq!(many.unwrap().enqueued, 10_000);
    assert_eq!(letters.status("a").await.unwrap().delayed, 10_000);
    assert_eq!(letters.purge("a").await.unwrap().discarded, 10_000);
    let status = letters.status("a").await.unwrap();
    assert_eq!((status.status, status.delayed), (Status::Idle, 0));
}

pub async fn a_repeated_id_is_left_out_within_the_window<H: Harness>(stage: Stage<H>) {
    let letters = stage.letters::<Hurried>();
    let send = async |number| {
        let letter = Envelope::new(Letter::new(number)).id("x");
        letters.enqueue("a", letter).await.unwrap().duplicate
    };
    assert!(!send(1).await);
    assert!(send(2).await);
    stage.advance("59s").await;
    assert!(send(3).await);
    stage.advance("1s").await;
    assert!(!send(4).await);
    stage.settle().await;
    assert_eq!(processed(&stage, "a"), [1, 4]);
}

pub async fn an_id_is_known_as_long_as_its_message_is_there<H: Harness>(stage: Stage<H>) {
    let letters = stage.letters::<Hurried>();
    let letter = |number| Envelope::new(Letter::new(number)).id("x");
    let late = letter(1).delay(Duration::from_secs(3600));
    letters.enqueue("a", late).await.unwrap();
    stage.advance("10m").await;
    assert!(letters.enqueue("a", letter(2)).await.unwrap().duplicate);
    let twice = [letter(3), letter(4)];
    let many = letters.enqueue_many("b", twice).await.unwrap();
    assert_eq!((many.enqueued, many.duplicates), (1, 1));
}

pub async fn a_message_waits_for_its_delay<H: Harness>(mut stage: Stage<H>) {
    let letters = stage.letters::<Triple>();
    let late = Envelope::new(Letter::new(1)).delay(Duration::from_secs(5));
    letters.enqueue("a", late).await.unwrap();
    let at = stage.now() + Duration::from_secs(8);
    let later = Envelope::new(Letter::new(2)).at(at);
    letters.enqueue("a", later).await.unwrap();
    letters.enqueue("a", Letter::new(3)).await.unwrap();
    stage.settle().await;
    assert_eq!(processed(&stage, "a"), [3]);
    let status = letters.status("a").await.unwrap();
    assert_eq!((status.status, status.delayed), (Status::Waiting, 2));
    assert_eq!(status.next_at, Some(stage.now() + Duration::from_secs(5)));
    stage.restart().await;
    let letters = stage.letters::<Triple>();
    stage.advance("4999ms").await;
    assert_eq!(processed(&stage, "a"), [3]);
    stage.advance("1ms").await;
    assert_eq!(processed(&stage, "a"), [3, 1]);
    stage.advance("3s").await;
    assert_eq!(processed(&stage, "a"), [3, 1, 2]);
    let passed = Envelope::new(Letter::new(4)).at(at);
    letters.enqueue("a", passed).await.unwrap();
    stage.settle().await;
    assert_eq!(processed(&stage, "a"), [3, 1, 2, 4]);
}

pub async fn a_paused_queue_begins_nothing<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let letters = stage.letters::<Single>();
    letters.enqueue("a", Letter::new(1)).await.unwrap();
    stage.settle().await;
    assert_eq!(letters.pause("a").await.unwrap(), Status::Paused);
    letters.enqueue("a", Letter::new(2)).await.unwrap();
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(processed(&stage, "a"), [1]);
    stage.restart().await;
    let letters = stage.letters::<Single>();
    stage.advance("1h").await;
    let status = letters.status("a").await.unwrap();
    assert_eq!(
        (status.status, status.pending, status.processed),
        (Status::Paused, 1, 1)
    );
    letters.resume("a").await.unwrap();
    stage.settle().await;
    assert_eq!(processed(&stage, "a"), [1, 2]);
}

pub async fn a_drained_queue_finishes_what_there_is<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let letters = stage.letters::<Single>();
    letters.enqueue("a", Letter::new(1)).await.unwrap();
    stage.settle().await;
    assert_eq!(letters.drain("a").await.unwrap(), Status::Draining);
    stage.restart().await;
    let letters = stage.letters::<Single>();
    let refused = letters.enqueue("a", Letter::new(2)).await.unwrap_err();
    assert!(
        matches!(refused, ClientError::QueueDraining { .. }),
        "{refused}"
    );
    stage.advance("10s").await;
    let status = letters.status("a").await.unwrap();
    assert_eq!(
        (status.status, status.processed, status.delayed),
        (Status::Draining, 1, 0)
    );
    letters.resume("a").await.unwrap();
    assert!(letters.enqueue("a", Letter::new(3)).await.is_ok());
    stage.settle().await;
    assert_eq!(processed(&stage, "a"), [1, 1, 3]);
}

pub async fn only_a_message_that_waits_is_cancelled<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let letters = stage.letters::<Shallow>();
    let letter = |number: u64| Envelope::new(Letter::new(number)).id(&number.to_string());
    letters.enqueue("a", letter(1)).await.unwrap();
    letters.enqueue("a", letter(2)).await.unwrap();
    let late = letter(3).delay(Duration::from_secs(60));
    letters.enqueue("a", late).await.unwrap();
    stage.settle().await;
    let out = letters.cancel("a", "1").await.unwrap();
    assert!(!out.cancelled);
    assert_eq!(out.was, Whereabouts::InFlight);
    for waiting in ["2", "3"] {
        let cancelled = letters.cancel("a", waiting).await.unwrap();
        assert!(cancelled.cancelled);
        assert_eq!(cancelled.was, Whereabouts::Waiting);
        let again = letters.cancel("a", waiting).await.unwrap();
        assert_eq!(again.was, Whereabouts::NotFound);
    }
    assert!(letters.enqueue("a", letter(2)).await.unwrap().duplicate);
    stage.world.script("a", [Act::Fail]);
    stage.world.release("a");
    stage.advance("1h").await;
    let dead = letters.cancel("a", "1").await.unwrap();
    assert!(!dead.cancelled);
    assert_eq!(dead.was, Whereabouts::Dead);
    assert_eq!(processed(&stage, "a"), [1]);
}

pub async fn purge_deletes_what_waits<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let letters = stage.letters::<Single>();
    let late = Envelope::new(Letter::new(3)).delay(Duration::from_secs(60));
    letters.enqueue("a", Letter::new(1)).await.unwrap();
    letters.enqueue("a", Letter::new(2)).await.unwrap();
    letters.enqueue("a", late).await.unwrap();
    stage.settle().await;
    assert_eq!(letters.purge("a").await.unwrap().discarded, 2);
    stage.world.release("a");
    stage.settle().await;
    stage.restart().await;
    let letters = stage.letters::<Single>();
    stage.advance("1h").await;
    assert_eq!(processed(&stage, "a"), [1]);
    let status = letters.status("a").await.unwrap();
    assert_eq!((status.status, status.processed), (Status::Idle, 1));
}

pub async fn peek_shows_what_comes_next<H: Harness>(stage: Stage<H>) {
    let letters = stage.letters::<Triple>();
    letters.enqueue("a", Letter::new(0)).await.unwrap();
    stage.settle().await;
    letters.pause("a").await.unwrap();
    let late = Envelope::new(Letter::new(1)).delay(Duration::from_secs(60));
    letters.enqueue("a", late.id("late")).await.unwrap();
    letters.enqueue("a", Letter::new(2)).await.unwrap();
    let urgent = Envelope::new(Letter::new(3)).priority(7);
    letters.enqueue("a", urgent).await.unwrap();
    let next = letters.peek("a", 10).await.unwrap();
    let numbers: Vec<_> = next
        .iter()
        .map(|next| next.message.as_ref().unwrap().number)
        .collect();
    assert_eq!(numbers, [3, 2, 1]);
    assert_eq!((next[0].priority, next[0].due_at), (7, None));
    assert_eq!(next[2].event_id.as_deref(), Some("late"));
    assert_eq!(next[2].due_at, Some(stage.now() + Duration::from_secs(60)));
    assert_eq!(letters.peek("a", 1).await.unwrap().len(), 1);
}

pub async fn terminate_deletes_the_queue_and_drops_what_is_in_flight<H: Harness>(
    mut stage: Stage<H>,
) {
    stage.world.script("a", [Act::Wait, Act::Wait]);
    let letters = stage.letters::<Triple>();
    let many = (1..=5).map(Letter::new);
    letters.enqueue_many("a", many).await.unwrap();
    stage.settle().await;
    let terminated = letters.terminate("a", "done").await.unwrap();
    assert!(terminated.terminated);
    let status = letters.status("a").await.unwrap();
    assert_eq!((status.status, status.processed), (Status::NotFound, 0));
    stage.world.clear_script("a");
    let next = letters.enqueue("a", Letter::new(9)).await.unwrap();
    assert!(next.created);
    stage.world.release("a");
    stage.world.release("a");
    stage.settle().await;
    stage.restart().await;
    let letters = stage.letters::<Triple>();
    stage.advance("1h").await;
    let status = letters.status("a").await.unwrap();
    assert_eq!((status.processed, status.dead), (1, 0));
    assert_eq!(processed(&stage, "a").last(), Some(&9));
    assert!(stage.world.calls("a", Handler::DeadLetter).is_empty());
}
