//! What every host must do at the limits of a queue.

use std::time::Duration;

use durable_jobs_runtime::{ClientError, queue::Envelope, telemetry::Happening};

use crate::conformance::{
    Act, Harness, Stage,
    fixtures::letter::{Letter, Paced, Shallow},
};

pub async fn a_full_queue_says_when_to_come_back<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let letters = stage.letters::<Shallow>();
    for (number, depth) in [(1, 1), (2, 2), (3, 3)] {
        let enqueued = letters.enqueue("a", Letter::new(number)).await.unwrap();
        assert_eq!(enqueued.depth, depth);
    }
    stage.settle().await;
    let full = letters.enqueue("a", Letter::new(4)).await.unwrap_err();
    let ClientError::QueueFull {
        limit, retry_after, ..
    } = &full
    else {
        panic!("{full}");
    };
    assert_eq!((*limit, *retry_after), (3, Duration::from_secs(1)));
    assert!(stage.told("a").contains(&Happening::Overflow {
        limit: 3,
        dropped: 0
    }));
    stage.restart().await;
    let letters = stage.letters::<Shallow>();
    stage.world.clear_script("a");
    stage.advance("1m").await;
    assert!(letters.enqueue("a", Letter::new(4)).await.is_ok());
}

pub async fn a_queue_full_of_delayed_messages_names_the_first<H: Harness>(stage: Stage<H>) {
    let letters = stage.letters::<Shallow>();
    for seconds in [90, 30, 60] {
        let late = Envelope::new(Letter::new(seconds)).delay(Duration::from_secs(seconds));
        letters.enqueue("a", late).await.unwrap();
    }
    let full = letters.enqueue("a", Letter::new(4)).await.unwrap_err();
    let ClientError::QueueFull { retry_after, .. } = full else {
        panic!("{full}");
    };
    assert_eq!(retry_after, Duration::from_secs(30));
    stage.advance("30s").await;
    assert!(letters.enqueue("a", Letter::new(4)).await.is_ok());
}

pub async fn dead_letters_take_room_until_they_are_looked_after<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", std::iter::repeat_n(Act::Fail, 3));
    let letters = stage.letters::<Shallow>();
    letters
        .enqueue_many("a", (1..=3).map(Letter::new))
        .await
        .unwrap();
    stage.settle().await;
    assert!(letters.enqueue("a", Letter::new(4)).await.is_err());
    assert_eq!(letters.purge_dead("a").await.unwrap().discarded, 3);
    assert!(letters.enqueue("a", Letter::new(4)).await.is_ok());
}

pub async fn attempts_begin_no_faster_than_the_rate<H: Harness>(mut stage: Stage<H>) {
    let letters = stage.letters::<Paced>();
    let start = stage.now();
    letters
        .enqueue_many("a", (0..25).map(Letter::new))
        .await
        .unwrap();
    stage.settle().await;
    let begun = |stage: &Stage<H>| stage.world.runs("a").len();
    assert_eq!(begun(&stage), 1);
    stage.advance("99ms").await;
    assert_eq!(begun(&stage), 1);
    stage.advance("1ms").await;
    assert_eq!(begun(&stage), 2);
    stage.advance("899ms").await;
    assert_eq!(begun(&stage), 10);
    stage.restart().await;
    assert_eq!(begun(&stage), 10);
    stage.advance("2s").await;
    let started: Vec<_> = stage
        .world
        .runs("a")
        .iter()
        .map(|run| run.started_at)
        .collect();
    let expected: Vec<_> = (0..25)
        .map(|n| start + Duration::from_millis(100 * n))
        .collect();
    assert_eq!(started, expected);
}

pub async fn retries_keep_to_the_rate<H: Harness>(stage: Stage<H>) {
    let letters = stage.letters::<Paced>();
    stage
        .world
        .script("a", [Act::FailWithRetryAfter(Duration::from_millis(150))]);
    letters
        .enqueue_many("a", (0..3).map(Letter::new))
        .await
        .unwrap();
    stage.advance("1s").await;
    let start = stage.world.runs("a")[0].started_at;
    let started: Vec<_> = stage
        .world
        .runs("a")
        .iter()
        .map(|run| run.started_at.since(start))
        .collect();
    let hundreds: Vec<_> = (0..4).map(|n| Duration::from_millis(100 * n)).collect();
    assert_eq!(started, hundreds);
}

pub async fn what_is_in_flight_may_make_room_at_any_time<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let letters = stage.letters::<Shallow>();
    letters.enqueue("a", Letter::new(1)).await.unwrap();
    stage.settle().await;
    for number in 2..=3 {
        let late = Envelope::new(Letter::new(number)).delay(Duration::from_secs(3600));
        letters.enqueue("a", late).await.unwrap();
    }
    let full = letters.enqueue("a", Letter::new(4)).await.unwrap_err();
    let ClientError::QueueFull { retry_after, .. } = full else {
        panic!("{full}");
    };
    assert_eq!(retry_after, Duration::from_secs(1));
}
