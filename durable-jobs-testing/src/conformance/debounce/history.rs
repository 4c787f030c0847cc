//! What every host must remember of flushes.

use durable_jobs_runtime::debounce::{FlushOutcome, FlushReason};

use crate::conformance::{
    Act, Harness, Stage,
    fixtures::{
        basket::{Buried, Item, Windowed},
        hamper::{Good, Keeping},
    },
};

pub async fn the_last_flushes_are_remembered<H: Harness>(mut stage: Stage<H>) {
    let hampers = stage.hampers::<Keeping>();
    assert_eq!(hampers.flush_history("a", 10).await.unwrap(), []);
    for count in 1..=3 {
        let events = (0..count).map(Good::Put);
        hampers.add_many("a", events).await.unwrap();
        hampers.flush("a").await.unwrap();
    }
    hampers.add("a", Good::Put(9)).await.unwrap();
    stage.advance("5s").await;
    stage.restart().await;
    let hampers = stage.hampers::<Keeping>();
    let history = hampers.flush_history("a", 10).await.unwrap();
    let seen: Vec<_> = history
        .iter()
        .map(|flush| (flush.reason, flush.event_count, flush.outcome))
        .collect();
    let expected = [
        (FlushReason::FlushAfter, 1, FlushOutcome::Flushed),
        (FlushReason::Manual, 3, FlushOutcome::Flushed),
    ];
    assert_eq!(seen, expected, "two of them, the newest first");
    let run = stage.world.runs("a").pop().unwrap();
    assert_eq!(history[0].flush_id, run.idempotency_key);
    assert_eq!(history[0].started_at, run.started_at);
    assert_eq!((history[0].attempts, &history[0].error), (1, &None));
    assert_eq!(hampers.flush_history("a", 1).await.unwrap(), history[..1]);
}

pub async fn a_flush_that_failed_for_good_is_remembered<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let baskets = stage.baskets::<Buried>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("5s").await;
    stage.restart().await;
    let history = stage.baskets::<Buried>().flush_history("a", 10).await;
    let history = history.unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!(history[0].outcome, FlushOutcome::DeadLettered);
    let error = history[0].error.as_deref().unwrap();
    assert!(error.contains("scripted failure"), "{error}");
}

pub async fn a_parked_flush_and_its_end_are_remembered<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait, Act::FailTerminally]);
    let hampers = stage.hampers::<Keeping>();
    hampers.add("a", Good::Put(1)).await.unwrap();
    stage.advance("5s").await;
    stage.advance("2s").await;
    stage.world.release("a");
    stage.settle().await;
    hampers.flush("a").await.unwrap();
    let history = hampers.flush_history("a", 10).await.unwrap();
    let outcomes: Vec<_> = history.iter().map(|flush| flush.outcome).collect();
    assert_eq!(outcomes, [FlushOutcome::Flushed, FlushOutcome::Parked]);
    assert_eq!(history[0].flush_id, history[1].flush_id);
    assert_eq!(history[1].duration_ms, 2000);
}

pub async fn without_being_asked_no_flush_is_remembered<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    baskets.flush("a").await.unwrap();
    assert_eq!(baskets.flush_history("a", 10).await.unwrap(), []);
}
