//! Messages that do not arrive at once, or not at all.

use durable_jobs_runtime::{ClientError, telemetry::Happening};

use super::{note, put, squeeze};
use crate::conformance::{
    Harness, Stage,
    fixtures::{
        basket::{Bounded, Item, Windowed},
        clerk::{Line, Order},
        ledger::Retried,
    },
};

async fn fill<H: Harness>(stage: &Stage<H>, basket: &str) {
    let items = [1, 2, 3].map(Item::Put);
    let baskets = stage.baskets::<Bounded>();
    baskets.add_many(basket, items).await.unwrap();
}

pub async fn a_message_waits_until_there_is_room<H: Harness>(stage: Stage<H>) {
    fill(&stage, "b").await;
    let lines = vec![squeeze("b", 4), squeeze("b", 5)];
    stage.order("c", Order::Write(lines)).await;
    assert_eq!(stage.items::<Bounded>("b").await, [1, 2, 3]);
    let (delayed, undeliverable) = stage.delayed_and_undeliverable("c");
    assert!(delayed > 0, "it is told");
    assert_eq!(undeliverable, 0);
    stage.advance("9s").await;
    assert_eq!(stage.items::<Bounded>("b").await, [4, 5]);
}

pub async fn a_recipient_without_room_holds_up_no_other<H: Harness>(stage: Stage<H>) {
    fill(&stage, "b").await;
    let lines = vec![squeeze("b", 4), put("d", 5), note("l", "six")];
    stage.order("c", Order::Write(lines)).await;
    assert_eq!(stage.items::<Windowed>("d").await, [5]);
    let ledger = stage.ledgers::<Retried>().state("l").await.unwrap();
    assert_eq!(ledger.unwrap().state.notes, ["six"]);
}

pub async fn a_message_that_waits_survives_restarts<H: Harness>(mut stage: Stage<H>) {
    fill(&stage, "b").await;
    let lines = vec![squeeze("b", 4), put("d", 5), squeeze("b", 6)];
    stage.order("c", Order::Write(lines)).await;
    stage.restart().await;
    stage.restart().await;
    stage.advance("30s").await;
    let runs = stage.world.runs("b");
    let flushed = runs.iter().map(|run| run.state["items"].clone());
    let flushed: Vec<Vec<u64>> = flushed
        .map(|items| serde_json::from_value(items).unwrap())
        .collect();
    assert_eq!(flushed.concat(), [1, 2, 3, 4, 6]);
    assert_eq!(stage.world.runs("d").len(), 1, "and nothing arrived twice");
}

pub async fn a_message_of_a_busy_sender_waits_beside_its_runs<H: Harness>(stage: Stage<H>) {
    fill(&stage, "b").await;
    stage
        .order("c", Order::Execute(vec![squeeze("b", 4)]))
        .await;
    stage
        .order("c", Order::Execute(vec![squeeze("b", 5)]))
        .await;
    stage.advance("20s").await;
    let runs = stage.world.runs("b");
    let last = runs.last().unwrap().state["items"].clone();
    assert_eq!(serde_json::from_value::<Vec<u64>>(last).unwrap(), [4, 5]);
}

pub async fn more_messages_than_may_wait_are_refused<H: Harness>(stage: Stage<H>) {
    let lines = (0..10_001).map(|item| put("b", item)).collect();
    let refused = stage.clerks().send("c", Order::Write(lines)).await;
    let ClientError::Rejected { reason, .. } = refused.unwrap_err() else {
        panic!("the handler fails");
    };
    assert!(reason.contains("10000"), "{reason}");
    stage.settle().await;
    assert!(stage.items::<Windowed>("b").await.is_empty());
    stage.order("c", Order::Write(vec![put("b", 7)])).await;
    assert_eq!(stage.items::<Windowed>("b").await, [7]);
}

pub async fn a_rejected_message_holds_up_nothing<H: Harness>(mut stage: Stage<H>) {
    let refuse = Line::Refuse("b".to_owned());
    let fail = Line::Fail("l".to_owned());
    let lines = vec![put("b", 1), refuse, put("b", 2), fail, note("l", "three")];
    stage.order("c", Order::Write(lines)).await;
    assert_eq!(stage.items::<Windowed>("b").await, [1, 2]);
    let ledger = stage.ledgers::<Retried>().state("l").await.unwrap();
    assert_eq!(ledger.unwrap().state.notes, ["three"]);
    assert_eq!(stage.delayed_and_undeliverable("c"), (0, 2));
    let told = stage.told("c").into_iter();
    let to = told.filter_map(|told| match told {
        Happening::MessageUndeliverable { to, .. } => Some(to),
        _ => None,
    });
    let mut to: Vec<_> = to.collect();
    to.sort_unstable();
    assert_eq!(to, ["debounce:Windowed:b", "task:Retried:l"]);
    stage.restart().await;
    stage.advance("1m").await;
    assert_eq!(stage.delayed_and_undeliverable("c"), (0, 2), "once");
}
