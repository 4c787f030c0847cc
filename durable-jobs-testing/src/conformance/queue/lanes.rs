//! What every host must do about the order of messages, and how many are processed at once.

use durable_jobs_runtime::queue::Envelope;

use super::{number, processed};
use crate::conformance::{
    Act, Facts, Harness, Stage,
    fixtures::letter::{Letter, LetterSettings, Ordered, Paced, Single, Split, Triple},
};

/// Letters that each wait for a release of their own.
fn waiting<H: Harness, S>(
    stage: &Stage<H>,
    numbers: std::ops::RangeInclusive<u64>,
) -> Vec<Letter<S>> {
    let letter = |number| {
        stage.world.script(&format!("a/{number}"), [Act::Wait]);
        Letter::apart(number)
    };
    numbers.map(letter).collect()
}

/// Which of these letters an attempt was begun for.
fn begun<H: Harness>(stage: &Stage<H>, numbers: std::ops::RangeInclusive<u64>) -> Vec<u64> {
    let begun = |number: &u64| !stage.world.runs(&format!("a/{number}")).is_empty();
    numbers.filter(begun).collect()
}

pub async fn no_more_than_the_concurrency_are_in_flight<H: Harness>(stage: Stage<H>) {
    let letters = stage.letters::<Triple>();
    letters
        .enqueue_many("a", waiting(&stage, 1..=5))
        .await
        .unwrap();
    stage.settle().await;
    assert_eq!(begun(&stage, 1..=5), [1, 2, 3]);
    for number in 1..=5 {
        assert!(letters.status("a").await.unwrap().in_flight <= 3);
        stage.world.release(&format!("a/{number}"));
        stage.settle().await;
    }
    let status = letters.status("a").await.unwrap();
    assert_eq!((status.processed, status.in_flight), (5, 0));
}

pub async fn what_matters_more_goes_first<H: Harness>(stage: Stage<H>) {
    let letters = stage.letters::<Single>();
    letters.enqueue("a", Letter::new(0)).await.unwrap();
    stage.settle().await;
    letters.pause("a").await.unwrap();
    letters.enqueue("a", Letter::new(1)).await.unwrap();
    letters
        .enqueue("a", Letter::new(2).urgent(5))
        .await
        .unwrap();
    letters
        .enqueue("a", Letter::new(3).urgent(-5))
        .await
        .unwrap();
    let urgent = Envelope::new(Letter::new(4)).priority(5);
    letters.enqueue("a", urgent).await.unwrap();
    letters.resume("a").await.unwrap();
    stage.settle().await;
    assert_eq!(processed(&stage, "a"), [0, 2, 4, 1, 3]);
}

/// Two keys that go to different partitions.
async fn two_keys<H: Harness, S: LetterSettings>(stage: &Stage<H>) -> (String, String) {
    let letters = stage.letters::<S>();
    let keys = (0..16).map(|key: u64| Letter::new(key).keyed(&key.to_string()));
    letters.enqueue_many("keys", keys).await.unwrap();
    stage.settle().await;
    let runs = stage.world.runs("keys");
    let lane = |lane| {
        let is_there =
            |facts: &Facts| matches!(facts, Facts::Queue { partition, .. } if *partition == lane);
        let run = runs.iter().find(|run| is_there(&run.facts)).unwrap();
        number(run).to_string()
    };
    (lane(0), lane(1))
}

pub async fn messages_of_one_key_are_processed_in_order<H: Harness>(mut stage: Stage<H>) {
    let (one, other) = two_keys::<H, Ordered>(&stage).await;
    stage.world.script("a/1", [Act::Fail, Act::Fail]);
    let letters = stage.letters::<Ordered>();
    letters
        .enqueue("a", Letter::apart(1).keyed(&one))
        .await
        .unwrap();
    for number in 2..=3 {
        letters
            .enqueue("a", Letter::new(number).keyed(&one))
            .await
            .unwrap();
    }
    letters
        .enqueue("a", Letter::new(9).keyed(&other))
        .await
        .unwrap();
    let urgent = Envelope::new(Letter::new(4).keyed(&one)).priority(9);
    stage.settle().await;
    letters.enqueue("a", urgent).await.unwrap();
    stage.settle().await;
    assert_eq!(
        processed(&stage, "a"),
        [9],
        "a failing head blocks its lane only"
    );
    stage.restart().await;
    stage.advance("10s").await;
    assert_eq!(processed(&stage, "a"), [9], "after a restart, too");
    stage.advance("10s").await;
    assert_eq!(processed(&stage, "a"), [9, 4, 2, 3]);
    assert_eq!(processed(&stage, "a/1"), [1, 1, 1]);
}

pub async fn a_dead_head_lets_its_lane_go_on<H: Harness>(stage: Stage<H>) {
    stage.world.script("a/1", [Act::FailTerminally]);
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
    assert_eq!(processed(&stage, "a"), [2]);
    assert_eq!(letters.status("a").await.unwrap().dead, 1);
}

pub async fn a_cancelled_head_lets_its_lane_go_on<H: Harness>(stage: Stage<H>) {
    stage.world.script("a/1", [Act::Fail]);
    let letters = stage.letters::<Ordered>();
    let head = Envelope::new(Letter::apart(1).keyed("k")).id("head");
    letters.enqueue("a", head).await.unwrap();
    letters
        .enqueue("a", Letter::new(2).keyed("k"))
        .await
        .unwrap();
    stage.settle().await;
    assert!(processed(&stage, "a").is_empty());
    assert!(letters.cancel("a", "head").await.unwrap().cancelled);
    stage.settle().await;
    assert_eq!(processed(&stage, "a"), [2]);
}

pub async fn order_outlives_a_clock_that_steps_back<H: Harness>(stage: Stage<H>) {
    let letters = stage.letters::<Ordered>();
    letters
        .enqueue("a", Letter::new(0).keyed("k"))
        .await
        .unwrap();
    stage.settle().await;
    letters.pause("a").await.unwrap();
    letters
        .enqueue("a", Letter::new(1).keyed("k"))
        .await
        .unwrap();
    let before = stage.now();
    stage
        .host
        .set_clock(before - std::time::Duration::from_secs(30));
    letters
        .enqueue("a", Letter::new(2).keyed("k"))
        .await
        .unwrap();
    letters.resume("a").await.unwrap();
    stage.settle().await;
    assert_eq!(processed(&stage, "a"), [0, 1, 2]);
}

pub async fn a_partition_takes_no_more_than_its_share<H: Harness>(stage: Stage<H>) {
    let (one, other) = two_keys::<H, Split>(&stage).await;
    let letters = stage.letters::<Split>();
    let all = waiting(&stage, 1..=5).into_iter();
    let key = |letter: Letter<Split>| match letter.number {
        5 => letter.keyed(&other),
        _ => letter.keyed(&one),
    };
    letters.enqueue_many("a", all.map(key)).await.unwrap();
    stage.settle().await;
    assert_eq!(begun(&stage, 1..=5), [1, 2, 5]);
    for number in 1..=5 {
        stage.world.release(&format!("a/{number}"));
        stage.settle().await;
    }
    assert_eq!(letters.status("a").await.unwrap().processed, 5);
}

pub async fn what_is_due_during_an_attempt_begins_in_time<H: Harness>(stage: Stage<H>) {
    stage.world.script("a/1", [Act::Wait]);
    let letters = stage.letters::<Triple>();
    letters.enqueue("a", Letter::apart(1)).await.unwrap();
    let late = Envelope::new(Letter::new(2)).delay(std::time::Duration::from_secs(5));
    letters.enqueue("a", late).await.unwrap();
    stage.settle().await;
    stage.advance("5s").await;
    if H::STARTS == crate::conformance::Starts::BesideOthers {
        // The call brings what is due to the host's mind, whose clock a test has moved.
        assert_eq!(letters.status("a").await.unwrap().delayed, 0);
        stage.settle().await;
        assert_eq!(processed(&stage, "a"), [2]);
    }
    stage.world.release("a/1");
    stage.settle().await;
    assert_eq!(processed(&stage, "a"), [2]);
}

pub async fn what_the_rate_lets_begin_during_an_attempt_begins_in_time<H: Harness>(
    stage: Stage<H>,
) {
    stage.world.script("a/1", [Act::Wait]);
    let letters = stage.letters::<Paced>();
    letters.enqueue("a", Letter::apart(1)).await.unwrap();
    letters.enqueue("a", Letter::new(2)).await.unwrap();
    stage.settle().await;
    assert_eq!(
        (begun(&stage, 1..=1), processed(&stage, "a")),
        (vec![1], vec![])
    );
    stage.advance("100ms").await;
    if H::STARTS == crate::conformance::Starts::BesideOthers {
        assert_eq!(processed(&stage, "a"), [2]);
    }
    stage.world.release("a/1");
    stage.settle().await;
    assert_eq!(processed(&stage, "a"), [2]);
}

pub async fn what_matters_more_goes_first_in_a_lane_that_was_taken_up_again<H: Harness>(
    mut stage: Stage<H>,
) {
    let letters = stage.letters::<Ordered>();
    letters
        .enqueue("a", Letter::new(0).keyed("k"))
        .await
        .unwrap();
    stage.settle().await;
    letters.pause("a").await.unwrap();
    for (number, priority) in [(1, 0), (2, 5)] {
        let letter = Letter::new(number).keyed("k").urgent(priority);
        letters.enqueue("a", letter).await.unwrap();
    }
    stage.restart().await;
    stage.letters::<Ordered>().resume("a").await.unwrap();
    stage.settle().await;
    assert_eq!(processed(&stage, "a"), [0, 2, 1]);
}
