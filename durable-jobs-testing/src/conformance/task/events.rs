//! What every host must do with the events and the timer of a task.

use durable_jobs_runtime::{ClientError, wire::Status};

use super::{note, wait};
use crate::{
    Span,
    conformance::{
        Act, Facts, Handler, Harness, Stage,
        fixtures::ledger::{Command, Retried},
        harness::begin,
    },
};

pub async fn the_first_event_creates_the_instance<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let ledgers = stage.ledgers::<Retried>();
    let sent = ledgers.send("order-7", note("placed")).await.unwrap();
    assert!(sent.created && !sent.duplicate);
    assert_eq!(sent.instance_id, "task:Retried:order-7");
    assert_eq!(sent.scheduled_at, None);
    assert!(!ledgers.send("order-7", note("paid")).await.unwrap().created);
    let stored = ledgers.state("order-7").await.unwrap().unwrap();
    assert_eq!(stored.state.notes, ["placed", "paid"]);
    assert_eq!((stored.created_at, stored.scheduled_at), (begun, None));
}

pub async fn events_know_how_many_came_before<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    for text in ["one", "two"] {
        ledgers.send("a", note(text)).await.unwrap();
    }
    let events = stage.world.calls("a", Handler::Event);
    assert!(matches!(
        events[0].facts,
        Facts::Task {
            event_count: 1,
            execute_count: 0,
            ..
        }
    ));
    assert!(matches!(
        events[1].facts,
        Facts::Task {
            event_count: 2,
            execute_count: 0,
            ..
        }
    ));
    assert_eq!(ledgers.status("a").await.unwrap().event_count, 2);
}

pub async fn schedule_sets_one_timer_that_runs_once<H: Harness>(stage: Stage<H>) {
    let due = stage.now() + "5m".duration();
    let ledgers = stage.ledgers::<Retried>();
    let sent = ledgers.send("a", Command::In(300)).await.unwrap();
    assert_eq!(sent.scheduled_at, Some(due));
    let status = ledgers.status("a").await.unwrap();
    assert_eq!(
        (status.status, status.scheduled_at),
        (Status::Active, Some(due))
    );
    stage.advance("299s").await;
    assert_eq!(stage.world.runs("a"), []);
    stage.advance("1s").await;
    assert_eq!(stage.world.runs("a")[0].scheduled_for, due);
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a").len(), 1);
}

pub async fn a_fired_timer_is_no_longer_shown<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(60)).await.unwrap();
    stage.advance("1m").await;
    let status = ledgers.status("a").await.unwrap();
    assert_eq!((status.status, status.scheduled_at), (Status::Idle, None));
    assert_eq!(status.execute_count, 1);
    assert_eq!(
        ledgers.state("a").await.unwrap().unwrap().scheduled_at,
        None
    );
    let run = stage.world.runs("a").remove(0);
    assert!(
        matches!(
            run.facts,
            Facts::Task {
                scheduled_at: None,
                ..
            }
        ),
        "nor to the run: {run:?}"
    );
}

pub async fn a_later_schedule_replaces_the_earlier_one<H: Harness>(stage: Stage<H>) {
    let at = stage.now() + "20m".duration();
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(60)).await.unwrap();
    let sent = ledgers.send("a", Command::At(at)).await.unwrap();
    assert_eq!(sent.scheduled_at, Some(at));
    stage.advance("19m").await;
    assert_eq!(stage.world.runs("a"), []);
    stage.advance("1m").await;
    assert_eq!(stage.world.runs("a").len(), 1);
}

pub async fn cancel_schedule_clears_the_timer<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(60)).await.unwrap();
    assert_eq!(
        ledgers
            .send("a", Command::Cancel)
            .await
            .unwrap()
            .scheduled_at,
        None
    );
    assert_eq!(ledgers.status("a").await.unwrap().status, Status::Idle);
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a"), []);
}

pub async fn an_event_that_sets_nothing_leaves_the_timer<H: Harness>(stage: Stage<H>) {
    let due = stage.now() + "1m".duration();
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(60)).await.unwrap();
    let sent = ledgers.send("a", note("still waiting")).await.unwrap();
    assert_eq!(sent.scheduled_at, Some(due));
}

pub async fn timers_survive_a_restart<H: Harness>(mut stage: Stage<H>) {
    stage
        .ledgers::<Retried>()
        .send("a", Command::In(60))
        .await
        .unwrap();
    stage.restart().await;
    stage.advance("1m").await;
    assert_eq!(stage.world.runs("a").len(), 1);
}

pub async fn on_idle_runs_when_nothing_is_scheduled<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(60)).await.unwrap();
    assert_eq!(stage.world.calls("a", Handler::Idle), [], "a timer is set");
    ledgers.send("a", Command::Cancel).await.unwrap();
    assert_eq!(stage.world.calls("a", Handler::Idle).len(), 1);
}

pub async fn a_rejected_event_is_rolled_back_and_not_counted<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", note("kept")).await.unwrap();
    let error = ledgers.send("a", Command::Fail).await.unwrap_err();
    assert!(matches!(error, ClientError::Rejected { .. }), "{error}");
    let error = ledgers.send("a", Command::Panic).await.unwrap_err();
    H::PANICS.assert_told(&error);
    let stored = ledgers.state("a").await.unwrap().unwrap();
    assert_eq!(stored.state.notes, ["kept"]);
    assert_eq!(stored.scheduled_at, None, "its timer is rolled back, too");
    let heard = H::PANICS.errors_heard(1, 1);
    assert_eq!(stored.state.errors, heard, "and what it changed is kept");
    let status = ledgers.status("a").await.unwrap();
    assert_eq!((status.event_count, status.status), (1, Status::Idle));
    stage.advance("1h").await;
    assert_eq!(
        stage.world.calls("a", Handler::Event).len(),
        3,
        "and is not tried again"
    );
}

pub async fn a_rejected_first_event_leaves_no_half_made_instance<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    for bad in [Command::Fail, Command::Panic] {
        ledgers.send("a", bad).await.unwrap_err();
        assert_eq!(ledgers.status("a").await.unwrap().status, Status::NotFound);
        assert!(ledgers.state("a").await.unwrap().is_none());
    }
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a"), []);
    assert!(ledgers.send("a", note("first")).await.unwrap().created);
}

pub async fn terminate_in_on_event_purges_and_the_call_succeeds<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(60)).await.unwrap();
    ledgers.send("a", Command::Terminate).await.unwrap();
    assert_eq!(ledgers.status("a").await.unwrap().status, Status::NotFound);
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a"), []);
    assert!(ledgers.send("a", note("again")).await.unwrap().created);
    assert_eq!(
        ledgers.state("a").await.unwrap().unwrap().state.notes,
        ["again"]
    );
}

pub async fn terminate_in_on_idle_purges<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    stage.world.script_idle("a", [Act::Terminate]);
    ledgers.send("a", note("short life")).await.unwrap();
    assert_eq!(ledgers.status("a").await.unwrap().status, Status::NotFound);
}

pub async fn terminate_by_a_caller_deletes_everything<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    let missing = ledgers.terminate("a", "x").await.unwrap();
    assert_eq!(
        (missing.terminated, missing.reason.as_str()),
        (false, "not_found")
    );
    ledgers.send("a", Command::In(60)).await.unwrap();
    let terminated = ledgers.terminate("a", "cancelled").await.unwrap();
    assert_eq!(
        (terminated.terminated, terminated.reason.as_str()),
        (true, "cancelled")
    );
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a"), []);
    assert!(ledgers.state("a").await.unwrap().is_none());
}

pub async fn events_are_handled_one_at_a_time_in_order<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    let slow = begin(ledgers.send("a", wait("slow"))).await;
    stage.settle().await;
    let quick = begin(ledgers.send("a", note("quick"))).await;
    stage.settle().await;
    stage.world.release("a");
    slow.answer().await.unwrap();
    quick.answer().await.unwrap();
    assert_eq!(
        ledgers.state("a").await.unwrap().unwrap().state.notes,
        ["slow", "quick"]
    );
}

pub async fn a_repeated_event_id_is_handled_once<H: Harness>(mut stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    assert!(
        !ledgers
            .send_once("a", "delivery-1", note("first"))
            .await
            .unwrap()
            .duplicate
    );
    let repeated = ledgers
        .send_once("a", "delivery-1", note("second"))
        .await
        .unwrap();
    assert!(repeated.duplicate && !repeated.created);
    stage.restart().await;
    let ledgers = stage.ledgers::<Retried>();
    assert!(
        ledgers
            .send_once("a", "delivery-1", note("third"))
            .await
            .unwrap()
            .duplicate
    );
    assert_eq!(
        ledgers.state("a").await.unwrap().unwrap().state.notes,
        ["first"]
    );
    assert_eq!(ledgers.status("a").await.unwrap().event_count, 1);
    stage.advance("1h").await;
    assert!(
        !ledgers
            .send_once("a", "delivery-1", note("fourth"))
            .await
            .unwrap()
            .duplicate,
        "forgotten after 1 h"
    );
}

pub async fn repetitions_that_arrive_together_are_handled_once<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    let first = begin(ledgers.send_once("a", "delivery-1", wait("once"))).await;
    stage.settle().await;
    let second = begin(ledgers.send_once("a", "delivery-1", wait("once"))).await;
    stage.settle().await;
    stage.world.release("a");
    stage.settle().await;
    assert!(!first.answer().await.unwrap().duplicate);
    assert!(second.answer().await.unwrap().duplicate);
    assert_eq!(
        ledgers.state("a").await.unwrap().unwrap().state.notes,
        ["once"]
    );
}

pub async fn a_rejected_event_id_may_be_used_again<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    ledgers
        .send_once("a", "x", Command::Fail)
        .await
        .unwrap_err();
    let sent = ledgers.send_once("a", "x", note("mended")).await.unwrap();
    assert!(sent.created && !sent.duplicate);
}

pub async fn calls_of_a_missing_instance_answer_not_found_and_create_nothing<H: Harness>(
    stage: Stage<H>,
) {
    let ledgers = stage.ledgers::<Retried>();
    let triggered = ledgers.trigger("a").await.unwrap();
    assert_eq!(
        (triggered.triggered, triggered.status),
        (false, Status::NotFound)
    );
    assert_eq!(ledgers.resume("a").await.unwrap(), Status::NotFound);
    assert!(ledgers.state("a").await.unwrap().is_none());
    assert_eq!(ledgers.status("a").await.unwrap().status, Status::NotFound);
    assert_eq!(stage.world.seen("a"), []);
    assert_eq!(stage.told("a"), []);
}

pub async fn a_failing_on_idle_rejects_the_event<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", note("kept")).await.unwrap();
    stage.world.script_idle("a", [Act::Fail]);
    let error = ledgers
        .send("a", note("never to be seen"))
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Rejected { .. }), "{error}");
    assert_eq!(
        ledgers.state("a").await.unwrap().unwrap().state.notes,
        ["kept"]
    );
    assert_eq!(ledgers.status("a").await.unwrap().event_count, 1);
}

pub async fn terminate_during_an_event_refuses_it<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", note("first life")).await.unwrap();
    let waiting = begin(ledgers.send("a", wait("never to be seen"))).await;
    stage.settle().await;
    assert!(ledgers.terminate("a", "x").await.unwrap().terminated);
    let error = waiting.answer().await.unwrap_err();
    assert!(matches!(error, ClientError::Rejected { .. }), "{error}");
    assert_eq!(ledgers.status("a").await.unwrap().status, Status::NotFound);
}

fn keys<H: Harness>(stage: &Stage<H>) -> Vec<String> {
    let events = stage.world.calls("a", Handler::Event);
    events
        .into_iter()
        .map(|seen| seen.idempotency_key)
        .collect()
}

pub async fn an_event_never_has_the_key_of_a_refused_one<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", note("first")).await.unwrap();
    ledgers.send("a", Command::Fail).await.unwrap_err();
    ledgers.send("a", note("another")).await.unwrap();
    let mut keys = keys(&stage);
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 3);
}

pub async fn repetitions_of_an_event_with_an_id_have_one_key<H: Harness>(mut stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", note("first")).await.unwrap();
    ledgers
        .send_once("a", "x", Command::Fail)
        .await
        .unwrap_err();
    ledgers.send_once("a", "y", note("other")).await.unwrap();
    stage.restart().await;
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send_once("a", "x", note("mended")).await.unwrap();
    let keys = keys(&stage);
    assert_eq!(keys[1], keys[3]);
    assert_ne!(keys[1], keys[2]);
}
