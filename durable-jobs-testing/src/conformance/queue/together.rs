//! What every host must do with messages that come together: each of them ends by itself.

use durable_jobs_runtime::{queue::Envelope, wire::Status};

use super::processed;
use crate::conformance::{
    Act, Harness, Stage,
    fixtures::letter::{Letter, Triple, Unasked},
};

/// How often the letter of this number was tried.
fn tries<H: Harness>(stage: &Stage<H>, number: u64) -> usize {
    processed(stage, &format!("a/{number}")).len()
}

pub async fn messages_that_came_together_end_one_by_one<H: Harness>(mut stage: Stage<H>) {
    for (number, acts) in [
        (1, vec![Act::FailTerminally]),
        (6, vec![Act::Fail, Act::Fail]),
        (17, vec![Act::FailTerminally]),
        (40, vec![Act::Fail]),
    ] {
        stage.world.script(&format!("a/{number}"), acts);
    }
    let many = (1..=40).map(Letter::apart);
    let letters = stage.letters::<Triple>();
    letters.enqueue_many("a", many).await.unwrap();
    stage.settle().await;
    stage.restart().await;
    let letters = stage.letters::<Triple>();
    let status = letters.status("a").await.unwrap();
    let counts = (status.processed, status.dead, status.delayed);
    assert_eq!(counts, (36, 2, 2));
    letters.pause("a").await.unwrap();
    assert_eq!(letters.retry_all_dead("a").await.unwrap().revived, 2);
    letters.enqueue("a", Letter::apart(41)).await.unwrap();
    letters
        .enqueue_many("a", [42, 43].map(Letter::apart))
        .await
        .unwrap();
    stage.restart().await;
    let letters = stage.letters::<Triple>();
    letters.resume("a").await.unwrap();
    stage.advance("20s").await;
    stage.restart().await;
    let status = stage.letters::<Triple>().status("a").await.unwrap();
    assert_eq!((status.status, status.processed), (Status::Idle, 43));
    for number in 1..=43 {
        let expected = match number {
            6 => 3,
            1 | 17 | 40 => 2,
            _ => 1,
        };
        assert_eq!(tries(&stage, number), expected, "letter {number}");
    }
}

pub async fn what_came_together_is_discarded_but_for_what_is_in_flight<H: Harness>(
    mut stage: Stage<H>,
) {
    stage.world.script("a/2", [Act::Wait]);
    let many = (1..=40).map(|number| {
        let letter = Envelope::new(Letter::apart(number)).id(&number.to_string());
        match number {
            2 => letter,
            _ => letter.delay(std::time::Duration::from_secs(60)),
        }
    });
    let letters = stage.letters::<Triple>();
    letters.enqueue_many("a", many).await.unwrap();
    stage.settle().await;
    assert!(letters.cancel("a", "40").await.unwrap().cancelled);
    assert!(letters.cancel("a", "1").await.unwrap().cancelled);
    assert_eq!(letters.purge("a").await.unwrap().discarded, 37);
    stage.world.release("a/2");
    stage.settle().await;
    stage.restart().await;
    stage.advance("2m").await;
    let status = stage.letters::<Triple>().status("a").await.unwrap();
    assert_eq!((status.status, status.processed), (Status::Idle, 1));
    let tried = (1..=40).filter(|number| tries(&stage, *number) > 0);
    assert_eq!(tried.collect::<Vec<u64>>(), [2]);
}

pub async fn ten_thousand_messages_outlive_restarts<H: Harness>(mut stage: Stage<H>) {
    let letters = stage.letters::<Unasked>();
    let later =
        |number| Envelope::new(Letter::new(number)).delay(std::time::Duration::from_secs(60));
    let many = (1..=10_000).map(later);
    assert_eq!(letters.enqueue_many("a", many).await.unwrap().depth, 10_000);
    stage.restart().await;
    let letters = stage.letters::<Unasked>();
    let shown = letters.peek("a", 10_001).await.unwrap();
    let numbers = shown.iter().map(|shown| shown.number);
    assert!(numbers.eq(1..=10_000), "{} are left", shown.len());
    let ended = letters.terminate("a", "done").await.unwrap();
    assert!(ended.terminated);
    stage.restart().await;
    let status = stage.letters::<Unasked>().status("a").await.unwrap();
    assert_eq!((status.status, status.delayed), (Status::NotFound, 0));
}
