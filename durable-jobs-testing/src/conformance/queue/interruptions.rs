//! What every host must do about messages that a crash finds in flight.

use durable_jobs_runtime::{telemetry::Happening, wire::Status};

use super::processed;
use crate::conformance::{
    Act, Harness, Stage,
    fixtures::letter::{Letter, Ordered, Single, Triple},
    harness::begin,
};

pub async fn messages_cut_off_by_a_crash_are_tried_again<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", std::iter::repeat_n(Act::Wait, 3));
    let letters = stage.letters::<Triple>();
    letters
        .enqueue_many("a", (1..=5).map(Letter::new))
        .await
        .unwrap();
    stage.settle().await;
    assert_eq!(letters.status("a").await.unwrap().in_flight, 3);
    stage.world.clear_script("a");
    stage.restart().await;
    let letters = stage.letters::<Triple>();
    let status = letters.status("a").await.unwrap();
    assert_eq!((status.delayed, status.processed), (3, 2));
    assert!(status.last_error.unwrap().contains("cut off"));
    stage.advance("10s").await;
    let mut all = processed(&stage, "a");
    all.sort_unstable();
    assert_eq!(all, [1, 1, 2, 2, 3, 3, 4, 5]);
    let attempts: Vec<_> = stage
        .world
        .runs("a")
        .iter()
        .rev()
        .take(3)
        .map(|run| run.attempt)
        .collect();
    assert_eq!(attempts, [2, 2, 2], "a cut attempt counts");
    let status = letters.status("a").await.unwrap();
    assert_eq!((status.status, status.processed), (Status::Idle, 5));
}

pub async fn a_message_that_takes_the_host_down_is_given_up<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a/1", std::iter::repeat_n(Act::Wait, 9));
    let letters = stage.letters::<Single>();
    letters.enqueue("a", Letter::apart(1)).await.unwrap();
    stage.settle().await;
    for _ in 1..5 {
        let status = stage.letters::<Single>().status("a").await.unwrap();
        assert_eq!(status.in_flight, 1);
        stage.restart().await;
        stage.advance("10s").await;
    }
    stage.restart().await;
    let letters = stage.letters::<Single>();
    letters.enqueue("a", Letter::new(2)).await.unwrap();
    stage.settle().await;
    let status = letters.status("a").await.unwrap();
    assert_eq!((status.dead, status.processed), (1, 1));
    let dead = letters.dead_letters("a", 1).await.unwrap();
    assert_eq!(dead[0].attempts, 5);
    assert!(dead[0].error.contains("cut off"));
}

pub async fn a_head_that_was_cut_off_still_blocks_its_lane<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a/1", [Act::Wait]);
    let letters = stage.letters::<Ordered>();
    letters
        .enqueue("a", Letter::apart(1).keyed("k"))
        .await
        .unwrap();
    letters
        .enqueue("a", Letter::new(2).keyed("k"))
        .await
        .unwrap();
    stage.settle().await;
    stage.restart().await;
    stage.advance("9s").await;
    assert!(processed(&stage, "a").is_empty());
    stage.advance("1s").await;
    assert_eq!(processed(&stage, "a/1"), [1, 1]);
    assert_eq!(processed(&stage, "a"), [2]);
}

pub async fn a_success_before_a_crash_is_counted_once<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a/1", [Act::Wait]);
    let letters = stage.letters::<Triple>();
    let others = (2..=3).map(Letter::new);
    letters
        .enqueue_many("a", [Letter::apart(1)].into_iter().chain(others))
        .await
        .unwrap();
    stage.settle().await;
    assert_eq!(letters.status("a").await.unwrap().processed, 2);
    stage.restart().await;
    let letters = stage.letters::<Triple>();
    assert_eq!(letters.status("a").await.unwrap().processed, 2);
    stage.restart().await;
    let letters = stage.letters::<Triple>();
    stage.advance("10s").await;
    assert_eq!(letters.status("a").await.unwrap().processed, 3);
    // They were processed at the same time.
    let mut others = processed(&stage, "a");
    others.sort_unstable();
    assert_eq!(others, [2, 3]);
    let executed = |told: &&Happening| matches!(told, Happening::Executed { .. });
    assert_eq!(stage.told("a").iter().filter(executed).count(), 3);
}

pub async fn a_message_that_could_not_be_stored_was_not_enqueued<H: Harness>(stage: Stage<H>) {
    let letters = stage.letters::<Single>();
    letters.enqueue("a", Letter::new(1)).await.unwrap();
    stage.settle().await;
    stage.host.break_store();
    let refused = begin(letters.enqueue("a", Letter::new(2))).await;
    assert!(refused.answer().await.is_err());
    stage.host.mend_store();
    stage.advance("10s").await;
    assert_eq!(processed(&stage, "a"), [1]);
    letters.enqueue("a", Letter::new(3)).await.unwrap();
    stage.settle().await;
    assert_eq!(processed(&stage, "a"), [1, 3]);
}

pub async fn a_stray_alarm_begins_nothing_twice<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let letters = stage.letters::<Triple>();
    letters.enqueue("a", Letter::new(1)).await.unwrap();
    stage.settle().await;
    for _ in 0..3 {
        stage.host.wake("TripleQueue", "a").await;
        stage.settle().await;
    }
    assert_eq!(processed(&stage, "a"), [1]);
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(letters.status("a").await.unwrap().processed, 1);
}
