//! What every host must do with batches that are set aside.

use durable_jobs_runtime::{
    ErrorAction,
    debounce::{FlushReason, Which},
    telemetry::Happening,
    wire::Status,
};

use super::{batches, reasons};
use crate::{
    Span,
    conformance::{
        Act, Harness, Stage,
        fixtures::basket::{Buried, Item, Windowed},
    },
};

/// Lets batches of one item each fail.
async fn bury<H: Harness>(stage: &Stage<H>, items: impl IntoIterator<Item = u64>) {
    for item in items {
        stage.world.script("a", [Act::Fail]);
        let baskets = stage.baskets::<Buried>();
        baskets.add("a", Item::Put(item)).await.unwrap();
        stage.advance("5s").await;
    }
}

pub async fn a_batch_that_fails_for_good_is_set_aside<H: Harness>(mut stage: Stage<H>) {
    let begun = stage.now();
    let baskets = stage.baskets::<Buried>();
    assert_eq!(baskets.dead_letters("a", 10).await.unwrap(), []);
    bury(&stage, [1]).await;
    let status = baskets.status("a").await.unwrap();
    assert_eq!((status.status, status.event_count), (Status::Idle, 0));
    assert_eq!(status.dead_letters, 1);
    let set_aside = |told: &Happening| {
        matches!(
            told,
            Happening::DeadLettered {
                number: 1,
                event_count: 1,
                ..
            }
        )
    };
    stage.settle().await;
    assert!(stage.told("a").iter().any(set_aside));
    stage.restart().await;
    let baskets = stage.baskets::<Buried>();
    let letters = baskets.dead_letters("a", 10).await.unwrap();
    assert_eq!(letters.len(), 1);
    let letter = &letters[0];
    assert_eq!((letter.number, letter.event_count), (1, 1));
    assert_eq!(
        (letter.reason, letter.attempts),
        (FlushReason::FlushAfter, 1)
    );
    assert!(
        letter.error.contains("scripted failure"),
        "{}",
        letter.error
    );
    assert_eq!(letter.flush_id, stage.world.runs("a")[0].idempotency_key);
    assert_eq!(letter.first_event_at, begun);
    assert_eq!(letter.died_at, begun + "5s".duration());
    assert_eq!(&*letter.events[0].event.0, r#"{"Put":1}"#);
    assert_eq!(letter.events[0].arrived_at, begun);
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [[1], [2]], "the job goes on");
}

pub async fn a_dead_letter_is_flushed_again_as_it_was<H: Harness>(mut stage: Stage<H>) {
    bury(&stage, [1, 2]).await;
    stage.restart().await;
    let baskets = stage.baskets::<Buried>();
    baskets.add("a", Item::Put(3)).await.unwrap();
    let retried = baskets.retry_dead("a", 2).await.unwrap();
    assert_eq!((retried.batches, retried.event_count), (1, 1));
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1], [2], [2]]);
    assert_eq!(reasons(&stage, "a")[2], FlushReason::Manual);
    let runs = stage.world.runs("a");
    assert_eq!(runs[2].idempotency_key, runs[1].idempotency_key);
    assert_eq!(runs[2].attempt, 1);
    let letters = baskets.dead_letters("a", 10).await.unwrap();
    assert_eq!(
        letters
            .iter()
            .map(|letter| letter.number)
            .collect::<Vec<_>>(),
        [1]
    );
    stage.restart().await;
    stage.advance("5s").await;
    assert_eq!(
        batches(&stage, "a")[3],
        [3],
        "the batch that collects is its own"
    );
    assert_eq!(
        stage
            .baskets::<Buried>()
            .status("a")
            .await
            .unwrap()
            .dead_letters,
        1
    );
}

pub async fn all_dead_letters_are_flushed_in_order<H: Harness>(stage: Stage<H>) {
    bury(&stage, [1, 2]).await;
    let baskets = stage.baskets::<Buried>();
    let retried = baskets.retry_dead("a", Which::All).await.unwrap();
    assert_eq!((retried.batches, retried.event_count), (2, 2));
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1], [2], [1], [2]]);
    assert_eq!(baskets.status("a").await.unwrap().dead_letters, 0);
    let none = baskets.retry_dead("a", Which::All).await.unwrap();
    assert_eq!(none.batches, 0);
    assert_eq!(baskets.retry_dead("b", 1).await.unwrap().batches, 0);
    assert_eq!(baskets.status("b").await.unwrap().status, Status::NotFound);
}

pub async fn a_dead_letter_that_fails_again_is_set_aside_again<H: Harness>(mut stage: Stage<H>) {
    bury(&stage, [1]).await;
    stage.world.script("a", [Act::Fail]);
    let baskets = stage.baskets::<Buried>();
    baskets.retry_dead("a", 1).await.unwrap();
    stage.settle().await;
    stage.restart().await;
    let baskets = stage.baskets::<Buried>();
    let letters = baskets.dead_letters("a", 10).await.unwrap();
    assert_eq!((letters.len(), letters[0].number), (1, 1));
    assert_eq!(letters[0].events.len(), 1);
    baskets.retry_dead("a", 1).await.unwrap();
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1], [1], [1]]);
}

pub async fn a_dead_letter_waits_for_the_flush_that_is_out<H: Harness>(mut stage: Stage<H>) {
    bury(&stage, [1]).await;
    stage.world.script("a", [Act::Wait]);
    let baskets = stage.baskets::<Buried>();
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.advance("5s").await;
    baskets.retry_dead("a", Which::All).await.unwrap();
    stage.settle().await;
    assert_eq!(stage.world.runs("a").len(), 2);
    assert_eq!(stage.world.most_at_once("a"), 1);
    stage.restart().await;
    stage.advance("1m").await;
    assert_eq!(
        batches(&stage, "a"),
        [[1], [2], [2], [1]],
        "asked for, it is not forgotten"
    );
}

pub async fn dead_letters_can_be_purged<H: Harness>(mut stage: Stage<H>) {
    bury(&stage, [1, 2]).await;
    let baskets = stage.baskets::<Buried>();
    let purged = baskets.purge_dead("a", 1).await.unwrap();
    assert_eq!((purged.batches, purged.event_count), (1, 1));
    assert_eq!(baskets.purge_dead("a", 1).await.unwrap().batches, 0);
    stage.restart().await;
    let baskets = stage.baskets::<Buried>();
    let letters = baskets.dead_letters("a", 10).await.unwrap();
    assert_eq!((letters.len(), letters[0].number), (1, 2));
    assert_eq!(
        baskets.purge_dead("a", Which::All).await.unwrap().batches,
        1
    );
    stage.restart().await;
    let status = stage.baskets::<Buried>().status("a").await.unwrap();
    assert_eq!((status.dead_letters, status.event_count), (0, 0));
}

pub async fn without_room_for_a_dead_letter_the_batch_is_parked<H: Harness>(mut stage: Stage<H>) {
    bury(&stage, [1]).await;
    let baskets = stage.baskets::<Buried>();
    assert_eq!(
        baskets.status("a").await.unwrap().status,
        Status::Idle,
        "n - 1"
    );
    bury(&stage, [2]).await;
    assert_eq!(baskets.status("a").await.unwrap().status, Status::Idle, "n");
    bury(&stage, [3]).await;
    let status = baskets.status("a").await.unwrap();
    assert_eq!(
        (status.status, status.event_count),
        (Status::Parked, 1),
        "n + 1"
    );
    stage.restart().await;
    let baskets = stage.baskets::<Buried>();
    baskets.purge_dead("a", 1).await.unwrap();
    stage.world.script("a", [Act::Fail]);
    baskets.resume("a").await.unwrap();
    stage.settle().await;
    let letters = baskets.dead_letters("a", 10).await.unwrap();
    assert_eq!(
        letters
            .iter()
            .map(|letter| letter.number)
            .collect::<Vec<_>>(),
        [2, 3]
    );
    let first = baskets.dead_letters("a", 1).await.unwrap();
    assert_eq!((first.len(), first[0].number), (1, 2), "the oldest first");
    assert_eq!(baskets.status("a").await.unwrap().status, Status::Idle);
}

pub async fn clear_and_reset_leave_dead_letters_alone<H: Harness>(stage: Stage<H>) {
    bury(&stage, [1]).await;
    let baskets = stage.baskets::<Buried>();
    baskets.add("a", Item::Put(2)).await.unwrap();
    assert_eq!(baskets.clear("a").await.unwrap().discarded_events, 1);
    assert_eq!(baskets.reset("a").await.unwrap().discarded_events, 0);
    baskets.retry_dead("a", Which::All).await.unwrap();
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1], [1]]);
}

pub async fn terminate_deletes_dead_letters<H: Harness>(mut stage: Stage<H>) {
    bury(&stage, [1]).await;
    let baskets = stage.baskets::<Buried>();
    baskets.terminate("a", "x").await.unwrap();
    stage.restart().await;
    let baskets = stage.baskets::<Buried>();
    baskets.add("a", Item::Put(2)).await.unwrap();
    assert_eq!(baskets.dead_letters("a", 10).await.unwrap(), []);
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [[1], [2]]);
}

pub async fn on_error_can_set_a_batch_aside<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    stage.world.on_error("a", ErrorAction::DeadLetter);
    let baskets = stage.baskets::<Windowed>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("5s").await;
    let status = baskets.status("a").await.unwrap();
    assert_eq!((status.status, status.dead_letters), (Status::Idle, 1));
    baskets.retry_dead("a", Which::All).await.unwrap();
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1], [1]]);
}

pub async fn on_error_can_drop_a_batch_and_says_so<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    stage.world.on_error("a", ErrorAction::Reset);
    let baskets = stage.baskets::<Windowed>();
    baskets.add_many("a", (1..=2).map(Item::Put)).await.unwrap();
    let flushed = baskets.flush("a").await.unwrap();
    assert_eq!((flushed.flushed, flushed.event_count), (false, 2));
    let dropped = |told: &Happening| matches!(told, Happening::BatchDropped { event_count: 2, .. });
    stage.settle().await;
    assert!(stage.told("a").iter().any(dropped));
    stage.restart().await;
    let baskets = stage.baskets::<Windowed>();
    let status = baskets.status("a").await.unwrap();
    assert_eq!((status.status, status.event_count), (Status::Idle, 0));
    assert_eq!(status.dropped_events, 2);
    baskets.add("a", Item::Put(3)).await.unwrap();
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [vec![1, 2], vec![3]]);
}

pub async fn on_error_can_park_a_batch_or_try_it_later<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail, Act::Fail]);
    stage
        .world
        .on_error("a", ErrorAction::RetryAfter("1h".duration()));
    let baskets = stage.baskets::<Buried>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a").len(), 1);
    stage.world.on_error("a", ErrorAction::Park);
    stage.advance("5s").await;
    let status = baskets.status("a").await.unwrap();
    assert_eq!((status.status, status.event_count), (Status::Parked, 1));
    assert_eq!(status.dead_letters, 0, "whatever the attribute says");
    baskets.resume("a").await.unwrap();
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1], [1], [1]]);
}

pub async fn a_dead_letter_that_is_asked_for_twice_is_flushed_once<H: Harness>(stage: Stage<H>) {
    bury(&stage, [1, 2]).await;
    stage.world.script("a", [Act::Wait]);
    let baskets = stage.baskets::<Buried>();
    baskets.add("a", Item::Put(3)).await.unwrap();
    stage.advance("5s").await;
    for number in [1, 2, 1] {
        baskets.retry_dead("a", number).await.unwrap();
    }
    stage.world.release("a");
    stage.advance("1m").await;
    assert_eq!(batches(&stage, "a"), [[1], [2], [3], [2], [1]]);
}

pub async fn a_purged_dead_letter_that_was_to_be_flushed_is_not<H: Harness>(stage: Stage<H>) {
    bury(&stage, [1, 2]).await;
    stage.world.script("a", [Act::Wait]);
    let baskets = stage.baskets::<Buried>();
    baskets.add("a", Item::Put(3)).await.unwrap();
    stage.advance("5s").await;
    baskets.retry_dead("a", Which::All).await.unwrap();
    assert_eq!(baskets.purge_dead("a", 1).await.unwrap().batches, 1);
    stage.world.release("a");
    stage.advance("1m").await;
    assert_eq!(batches(&stage, "a"), [[1], [2], [3], [2]]);
}
