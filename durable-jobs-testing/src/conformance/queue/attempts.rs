//! What every host must do when messages of a queue are processed.

use std::time::Duration;

use durable_jobs_runtime::{queue::Envelope, telemetry::Happening, wire::Status};

use super::{number, processed};
use crate::conformance::{
    Act, Facts, Handler, Harness, Program, Stage,
    fixtures::letter::{Hurried, Letter, Shallow, Single, Triple, Unasked, Unstamped},
};

pub async fn a_failed_message_is_tried_again_as_it_was_enqueued<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail, Act::Fail]);
    let letters = stage.letters::<Single>();
    let letter = Letter::new(1).keyed("k");
    letters.enqueue("a", letter).await.unwrap();
    stage.settle().await;
    let status = letters.status("a").await.unwrap();
    assert_eq!((status.status, status.delayed), (Status::Waiting, 1));
    assert!(status.last_error.unwrap().contains("scripted failure"));
    stage.advance("20s").await;
    let runs = stage.world.runs("a");
    assert_eq!(runs.len(), 3);
    for (run, attempt) in runs.iter().zip(1..) {
        assert_eq!((run.attempt, &run.state["key"]), (attempt, &"k".into()));
        assert_eq!(run.idempotency_key, runs[0].idempotency_key);
        assert_eq!(run.run_count, 1);
    }
    assert_ne!(runs[0].execution_id, runs[1].execution_id);
    let status = letters.status("a").await.unwrap();
    assert_eq!((status.status, status.processed), (Status::Idle, 1));
}

pub async fn others_pass_while_a_failed_message_waits<H: Harness>(stage: Stage<H>) {
    stage.world.script("a/1", [Act::Fail]);
    let letters = stage.letters::<Single>();
    letters.enqueue("a", Letter::apart(1)).await.unwrap();
    letters.enqueue("a", Letter::new(2)).await.unwrap();
    stage.settle().await;
    assert_eq!(processed(&stage, "a"), [2]);
    stage.advance("10s").await;
    assert_eq!(processed(&stage, "a/1"), [1, 1]);
}

pub async fn a_poison_message_becomes_a_dead_letter_and_the_queue_goes_on<H: Harness>(
    mut stage: Stage<H>,
) {
    stage.world.script("a/1", [Act::Fail, Act::Fail, Act::Fail]);
    let letters = stage.letters::<Single>();
    let poison = Envelope::new(Letter::apart(1)).id("poison");
    letters.enqueue("a", poison).await.unwrap();
    stage.advance("20s").await;
    let others = (2..=4).map(Letter::new);
    letters.enqueue_many("a", others).await.unwrap();
    stage.settle().await;
    assert_eq!(processed(&stage, "a"), [2, 3, 4]);
    let heard = stage.world.calls("a/1", Handler::DeadLetter);
    assert_eq!(heard.iter().map(number).collect::<Vec<_>>(), [1]);
    assert!(
        heard[0].state["error"]
            .to_string()
            .contains("scripted failure")
    );
    stage.restart().await;
    let letters = stage.letters::<Single>();
    let dead = letters.dead_letters("a", 10).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!(
        dead[0].message.as_ref().map(|letter| letter.number),
        Some(1)
    );
    assert_eq!(dead[0].event_id.as_deref(), Some("poison"));
    assert_eq!(dead[0].attempts, 3);
    assert!(dead[0].error.contains("scripted failure"));
    let told = stage.told("a");
    let is_dead =
        |told: &&Happening| matches!(told, Happening::MessageDeadLettered { attempts: 3, .. });
    assert_eq!(told.iter().filter(is_dead).count(), 1);
}

pub async fn a_dead_letter_is_made_a_message_again<H: Harness>(mut stage: Stage<H>) {
    stage
        .world
        .script("a", std::iter::repeat_n(Act::FailTerminally, 3));
    let letters = stage.letters::<Shallow>();
    let letter = |number: u64| Envelope::new(Letter::new(number)).id(&number.to_string());
    letters
        .enqueue_many("a", (1..=3).map(letter))
        .await
        .unwrap();
    stage.settle().await;
    assert_eq!(letters.status("a").await.unwrap().dead, 3);
    let dead = letters.dead_letters("a", 2).await.unwrap();
    let ids: Vec<_> = dead.iter().map(|dead| dead.event_id.as_deref()).collect();
    assert_eq!(ids, [Some("3"), Some("2")]);
    stage.restart().await;
    let letters = stage.letters::<Shallow>();
    assert_eq!(letters.retry_dead("a", "2").await.unwrap().revived, 1);
    assert_eq!(letters.retry_dead("a", "2").await.unwrap().revived, 0);
    stage.settle().await;
    let status = letters.status("a").await.unwrap();
    assert_eq!((status.processed, status.dead), (1, 2));
    assert_eq!(letters.retry_all_dead("a").await.unwrap().revived, 2);
    stage.settle().await;
    assert_eq!(processed(&stage, "a"), [1, 2, 3, 2, 1, 3]);
    let runs = stage.world.runs("a");
    assert_eq!(
        (runs[3].attempt, &runs[3].idempotency_key),
        (1, &runs[1].idempotency_key)
    );
    assert_eq!(letters.status("a").await.unwrap().dead, 0);
}

pub async fn purge_dead_deletes_dead_letters<H: Harness>(mut stage: Stage<H>) {
    stage
        .world
        .script("a", [Act::FailTerminally, Act::FailTerminally]);
    let letters = stage.letters::<Single>();
    letters
        .enqueue_many("a", (1..=2).map(Letter::new))
        .await
        .unwrap();
    stage.settle().await;
    assert_eq!(letters.purge_dead("a").await.unwrap().discarded, 2);
    stage.restart().await;
    let letters = stage.letters::<Single>();
    assert!(letters.dead_letters("a", 9).await.unwrap().is_empty());
    assert_eq!(letters.retry_all_dead("a").await.unwrap().revived, 0);
}

pub async fn retry_after_of_an_error_decides_about_the_delay<H: Harness>(stage: Stage<H>) {
    stage
        .world
        .script("a", [Act::FailWithRetryAfter(Duration::from_secs(77))]);
    let letters = stage.letters::<Single>();
    letters.enqueue("a", Letter::new(1)).await.unwrap();
    stage.settle().await;
    let due = letters.status("a").await.unwrap().next_at;
    assert_eq!(due, Some(stage.now() + Duration::from_secs(77)));
    stage.advance("76999ms").await;
    assert_eq!(processed(&stage, "a"), [1]);
    stage.advance("1ms").await;
    assert_eq!(processed(&stage, "a"), [1, 1]);
}

pub async fn a_queue_retries_without_being_asked<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", std::iter::repeat_n(Act::Fail, 9));
    let letters = stage.letters::<Unasked>();
    letters.enqueue("a", Letter::new(1)).await.unwrap();
    stage.advance("10m").await;
    assert_eq!(stage.world.runs("a").len(), 5);
    assert_eq!(letters.status("a").await.unwrap().dead, 1);
}

pub async fn an_attempt_ends_when_its_message_would_be_offered_again<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let letters = stage.letters::<Hurried>();
    letters.enqueue("a", Letter::new(1)).await.unwrap();
    stage.settle().await;
    stage.advance("29999ms").await;
    assert_eq!(letters.status("a").await.unwrap().in_flight, 1);
    stage.advance("1ms").await;
    let status = letters.status("a").await.unwrap();
    assert_eq!((status.in_flight, status.delayed), (0, 1));
    assert!(status.last_error.unwrap().contains("timed out after 30s"));
    stage.advance("10s").await;
    assert_eq!(processed(&stage, "a"), [1, 1]);
    assert_eq!(letters.status("a").await.unwrap().processed, 1);
}

pub async fn a_message_that_does_not_decode_is_a_dead_letter<H: Harness>(mut stage: Stage<H>) {
    let letters = stage.letters::<Unstamped>();
    letters.enqueue("a", Letter::new(0)).await.unwrap();
    stage.settle().await;
    letters.pause("a").await.unwrap();
    letters.enqueue("a", Letter::new(1)).await.unwrap();
    stage.restart_as(Program::Changed).await;
    let stamped = stage.stamped();
    let stamped_letter = crate::conformance::fixtures::letter::Stamped { stamp: 1 };
    stamped.enqueue("a", stamped_letter).await.unwrap();
    stamped.resume("a").await.unwrap();
    stage.settle().await;
    let status = stamped.status("a").await.unwrap();
    assert_eq!((status.processed, status.dead), (2, 1));
    let dead = stamped.dead_letters("a", 1).await.unwrap();
    assert!(dead[0].message.is_none());
    assert!(dead[0].error.contains("stamp"), "{}", dead[0].error);
    assert!(dead[0].json.contains(r#""number":1"#), "{}", dead[0].json);
}

pub async fn a_message_knows_what_it_was_enqueued_with<H: Harness>(stage: Stage<H>) {
    let letters = stage.letters::<Triple>();
    let enqueued_at = stage.now();
    let letter = Envelope::new(Letter::new(1).urgent(3)).id("x");
    letters.enqueue("a", letter).await.unwrap();
    let other = Envelope::new(Letter::new(2).urgent(3)).priority(-1);
    letters.enqueue("a", other).await.unwrap();
    stage.settle().await;
    let facts = |event_id: Option<&str>, priority| Facts::Queue {
        event_id: event_id.map(str::to_owned),
        priority,
        enqueued_at,
        partition: 0,
    };
    let seen: Vec<_> = stage
        .world
        .runs("a")
        .into_iter()
        .map(|run| run.facts)
        .collect();
    assert_eq!(seen, [facts(Some("x"), 3), facts(None, -1)]);
}

pub async fn each_message_has_a_key_of_its_own<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let letters = stage.letters::<Single>();
    letters.enqueue("a", Letter::new(1)).await.unwrap();
    let named = |name: &str| Envelope::new(Letter::new(2)).id(name);
    letters.enqueue("a", named("x")).await.unwrap();
    letters.enqueue("a", named("y")).await.unwrap();
    letters.enqueue("a", Letter::new(3)).await.unwrap();
    // An attempt that the restart cuts off would be repeated.
    stage.settle().await;
    stage.restart().await;
    stage.advance("10s").await;
    let runs = stage.world.runs("a");
    let mut keys: Vec<_> = runs.iter().map(|run| &run.idempotency_key).collect();
    assert_eq!(keys.len(), 5);
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 4, "the same for its attempts, and for no other");
}

pub async fn telemetry_tells_of_the_attempts_of_a_message<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail, Act::Fail, Act::Fail]);
    stage.world.script("b", [Act::FailTerminally]);
    let letters = stage.letters::<Single>();
    for id in ["a", "b"] {
        letters.enqueue(id, Letter::new(1)).await.unwrap();
    }
    stage.advance("20s").await;
    let retried = |id| {
        let told = stage.told(id).into_iter();
        told.filter_map(|told| match told {
            Happening::Retrying { attempt, .. } => Some(attempt),
            _ => None,
        })
        .collect::<Vec<_>>()
    };
    assert_eq!((retried("a"), retried("b")), (vec![2, 3], vec![]));
    let exhausted = |told: &Happening| matches!(told, Happening::RetryExhausted { .. });
    assert!(stage.told("a").iter().any(exhausted));
    assert!(!stage.told("b").iter().any(exhausted));
}
