//! What every host must do about events that come again.

use durable_jobs_runtime::{ClientError, debounce::FlushReason, wire::Status};

use super::{batches, reasons};
use crate::{
    Span,
    conformance::{
        Harness, Stage,
        fixtures::{
            basket::{Item, Replaced},
            hamper::{Good, Plain, Refusing, Updating},
        },
    },
};

fn labelled(label: &str, item: u64) -> Good {
    Good::Labelled(label.to_owned(), item)
}

pub async fn an_event_id_can_be_found_in_the_event<H: Harness>(mut stage: Stage<H>) {
    let hampers = stage.hampers::<Plain>();
    assert!(!hampers.add("a", labelled("x", 1)).await.unwrap().duplicate);
    let again = hampers.add("a", labelled("x", 2)).await.unwrap();
    assert_eq!((again.duplicate, again.updated), (true, false));
    stage.restart().await;
    let hampers = stage.hampers::<Plain>();
    assert!(hampers.add("a", labelled("x", 3)).await.unwrap().duplicate);
    let named = hampers.add_once("a", "y", labelled("x", 4)).await.unwrap();
    assert!(!named.duplicate, "the id that the caller gives counts");
    let events = [
        labelled("z", 5),
        labelled("z", 6),
        Good::Put(7),
        Good::Put(7),
    ];
    let added = hampers.add_many("a", events).await.unwrap();
    assert_eq!((added.duplicates, added.event_count), (1, 5));
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [[1, 4, 5, 7, 7]]);
}

pub async fn an_event_whose_id_cannot_be_found_is_refused<H: Harness>(stage: Stage<H>) {
    let hampers = stage.hampers::<Plain>();
    let error = hampers.add("a", Good::Unnameable).await.unwrap_err();
    H::PANICS.assert_told(&error);
    assert_eq!(hampers.status("a").await.unwrap().status, Status::NotFound);
}

pub async fn an_update_takes_the_place_of_the_first<H: Harness>(mut stage: Stage<H>) {
    let begun = stage.now();
    let hampers = stage.hampers::<Updating>();
    hampers.add("a", labelled("x", 1)).await.unwrap();
    hampers.add("a", Good::Put(2)).await.unwrap();
    stage.advance("1s").await;
    let updated = hampers.add("a", labelled("x", 5)).await.unwrap();
    assert_eq!((updated.duplicate, updated.updated), (true, true));
    assert_eq!(updated.event_count, 2);
    assert_eq!(
        updated.will_flush_at,
        Some(begun + "5s".duration()),
        "it moves nothing"
    );
    let state = hampers.state("a").await.unwrap().unwrap();
    assert_eq!((state.items, state.total), (vec![5, 2], 7));
    stage.restart().await;
    let hampers = stage.hampers::<Updating>();
    let status = hampers.status("a").await.unwrap();
    assert_eq!(status.last_event_at, Some(begun));
    assert_eq!(hampers.state("a").await.unwrap().unwrap().items, [5, 2]);
    stage.advance("4s").await;
    assert_eq!(batches(&stage, "a"), [[5, 2]]);
}

pub async fn an_update_of_what_was_flushed_is_left_out<H: Harness>(stage: Stage<H>) {
    let hampers = stage.hampers::<Updating>();
    hampers.add("a", labelled("x", 1)).await.unwrap();
    stage.advance("5s").await;
    let late = hampers.add("a", labelled("x", 2)).await.unwrap();
    assert_eq!((late.duplicate, late.updated), (true, false));
    assert_eq!(late.event_count, 0);
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [[1]]);
}

pub async fn an_update_counts_for_max_bytes<H: Harness>(stage: Stage<H>) {
    let hampers = stage.hampers::<Updating>();
    let events = [labelled("x", 1), labelled("y", 2)];
    hampers.add_many("a", events).await.unwrap();
    assert_eq!(hampers.status("a").await.unwrap().buffered_bytes, 40);
    let wide = 100_000_000_000_000_000;
    hampers.add("a", labelled("x", wide)).await.unwrap();
    assert_eq!(hampers.status("a").await.unwrap().buffered_bytes, 57);
    stage.settle().await;
    assert_eq!(stage.world.runs("a"), [], "57 bytes");
    hampers.add("a", labelled("x", 10 * wide)).await.unwrap();
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[10 * wide, 2]], "58 bytes");
    assert_eq!(reasons(&stage, "a"), [FlushReason::MaxBytes]);
}

pub async fn an_update_that_does_not_fold_changes_nothing<H: Harness>(mut stage: Stage<H>) {
    let hampers = stage.hampers::<Updating>();
    hampers.add_once("a", "x", Good::Put(1)).await.unwrap();
    let error = hampers.add_once("a", "x", Good::Rotten).await.unwrap_err();
    assert!(matches!(error, ClientError::Rejected { .. }), "{error}");
    assert_eq!(hampers.state("a").await.unwrap().unwrap().items, [1]);
    stage.restart().await;
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [[1]]);
}

pub async fn updates_reach_every_event_of_a_long_batch<H: Harness>(mut stage: Stage<H>) {
    let baskets = stage.baskets::<Replaced>();
    let event = |item: u64| (item.to_string(), Item::Put(item));
    baskets
        .add_many_once("a", (0..40).map(event))
        .await
        .unwrap();
    let mut expected: Vec<u64> = (0..40).collect();
    for place in [0, 3, 15, 16, 20, 31, 32, 39] {
        expected[place as usize] = place + 100;
        let (id, item) = (place.to_string(), Item::Put(place + 100));
        let updated = baskets.add_once("a", &id, item).await.unwrap();
        assert!(updated.updated, "{place}");
    }
    let state = baskets.state("a").await.unwrap().unwrap();
    assert_eq!(state.items, expected);
    stage.restart().await;
    let baskets = stage.baskets::<Replaced>();
    let state = baskets.state("a").await.unwrap().unwrap();
    assert_eq!(state.items, expected);
    baskets.add("a", Item::Put(40)).await.unwrap();
    expected.push(40);
    stage.advance("10m").await;
    assert_eq!(batches(&stage, "a"), [expected]);
}

pub async fn an_update_within_one_call_takes_the_place_of_the_first<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Replaced>();
    let events = [
        ("x", Item::Put(1)),
        ("y", Item::Put(2)),
        ("x", Item::Put(3)),
    ];
    let added = baskets.add_many_once("a", events).await.unwrap();
    assert_eq!((added.event_count, added.updated), (2, 1));
    assert_eq!(added.duplicates, 0);
    assert_eq!(baskets.state("a").await.unwrap().unwrap().items, [3, 2]);
}

pub async fn an_event_whose_id_was_forgotten_is_a_new_one<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Replaced>();
    baskets.add_once("a", "x", Item::Put(1)).await.unwrap();
    stage.advance("59999ms").await;
    let known = baskets.add_once("a", "x", Item::Put(2)).await.unwrap();
    assert!(known.updated);
    stage.advance("1ms").await;
    let new = baskets.add_once("a", "x", Item::Put(3)).await.unwrap();
    assert_eq!((new.duplicate, new.event_count), (false, 2));
    assert_eq!(baskets.state("a").await.unwrap().unwrap().items, [2, 3]);
}

pub async fn a_duplicate_can_be_refused<H: Harness>(mut stage: Stage<H>) {
    let hampers = stage.hampers::<Refusing>();
    hampers.add("a", labelled("x", 1)).await.unwrap();
    let error = hampers.add("a", labelled("x", 2)).await.unwrap_err();
    assert!(
        matches!(error, ClientError::DuplicateEvent { ref event_id, .. } if event_id == "x"),
        "{error}"
    );
    let events = [labelled("y", 3), labelled("x", 4)];
    hampers.add_many("a", events).await.unwrap_err();
    let twice = [labelled("z", 5), labelled("z", 6)];
    hampers.add_many("a", twice).await.unwrap_err();
    stage.restart().await;
    let hampers = stage.hampers::<Refusing>();
    hampers.add("a", labelled("x", 7)).await.unwrap_err();
    hampers.add("a", labelled("y", 8)).await.unwrap();
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [[1, 8]], "all of a call, or none");
}
