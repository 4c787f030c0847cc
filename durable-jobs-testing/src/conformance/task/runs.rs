//! What every host must do with the runs of a task.

use durable_jobs_runtime::{
    ErrorAction,
    wire::{RunOutcome, Status},
};

use super::{note, wait};
use crate::{
    Span,
    conformance::{
        Act, Handler, Harness, Stage,
        fixtures::ledger::{Command, Fragile, Limited, Retried, Skipping, Strict, Unasked},
        harness::begin,
    },
};

pub async fn a_run_can_schedule_the_next<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Schedule("10m".duration())]);
    stage
        .ledgers::<Retried>()
        .send("a", Command::In(60))
        .await
        .unwrap();
    stage.advance("11m").await;
    let runs = stage.world.runs("a");
    assert_eq!(runs.len(), 2);
    assert_ne!(runs[0].idempotency_key, runs[1].idempotency_key);
}

pub async fn on_idle_runs_after_timer_driven_runs_too<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    stage
        .world
        .script_idle("a", [Act::Schedule("10m".duration())]);
    ledgers.send("a", Command::In(60)).await.unwrap();
    stage.advance("1m").await;
    assert_eq!(stage.world.calls("a", Handler::Idle).len(), 1);
    let status = ledgers.status("a").await.unwrap();
    assert_eq!(
        status.scheduled_at,
        Some(stage.now() + "10m".duration()),
        "its timer counts"
    );
    stage.advance("10m").await;
    assert_eq!(stage.world.runs("a").len(), 2);
}

pub async fn trigger_runs_now_and_keeps_the_timer<H: Harness>(stage: Stage<H>) {
    let due = stage.now() + "10m".duration();
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(600)).await.unwrap();
    let triggered = ledgers.trigger("a").await.unwrap();
    assert_eq!(
        (triggered.triggered, triggered.outcome),
        (true, Some(RunOutcome::Completed))
    );
    assert_eq!(stage.world.runs("a").len(), 1);
    assert_eq!(ledgers.status("a").await.unwrap().scheduled_at, Some(due));
    stage.advance("10m").await;
    assert_eq!(stage.world.runs("a").len(), 2);
}

pub async fn terminate_in_execute_purges<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    stage.world.script("a", [Act::Terminate]);
    ledgers.send("a", Command::In(60)).await.unwrap();
    stage.advance("1m").await;
    assert_eq!(ledgers.status("a").await.unwrap().status, Status::NotFound);
}

pub async fn terminate_during_a_run_fences_it<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(60)).await.unwrap();
    stage.advance("1m").await;
    assert_eq!(ledgers.status("a").await.unwrap().status, Status::Running);
    ledgers.terminate("a", "x").await.unwrap();
    ledgers.send("a", note("next life")).await.unwrap();
    stage.world.release("a");
    stage.settle().await;
    let stored = ledgers.state("a").await.unwrap().unwrap();
    assert_eq!(
        (stored.state.notes, stored.state.runs),
        (vec!["next life".to_owned()], 0)
    );
}

pub async fn events_during_a_run_wait_their_turn<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(60)).await.unwrap();
    stage.advance("1m").await;
    let mut first = begin(ledgers.send("a", note("one"))).await;
    let second = begin(ledgers.send("a", note("two"))).await;
    stage.settle().await;
    assert!(!first.answered().await);
    assert_eq!(stage.world.calls("a", Handler::Event).len(), 1);
    stage.world.release("a");
    stage.settle().await;
    first.answer().await.unwrap();
    second.answer().await.unwrap();
    let stored = ledgers.state("a").await.unwrap().unwrap();
    assert_eq!(stored.state.notes, ["one", "two"]);
    assert_eq!(stored.state.runs, 1, "nothing that the run did was lost");
    assert_eq!(stage.world.most_at_once("a"), 1);
}

pub async fn a_task_retries_without_being_asked<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", std::iter::repeat_n(Act::Fail, 9));
    let ledgers = stage.ledgers::<Unasked>();
    ledgers.send("a", Command::In(1)).await.unwrap();
    stage.advance("10m").await;
    assert_eq!(stage.world.runs("a").len(), 5);
    assert_eq!(ledgers.status("a").await.unwrap().status, Status::Parked);
}

pub async fn a_failed_run_rolls_back_and_is_tried_again<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail, Act::Panic]);
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(60)).await.unwrap();
    stage.advance("1m").await;
    let status = ledgers.status("a").await.unwrap();
    assert_eq!((status.status, status.attempt), (Status::Retrying, 2));
    assert_eq!(status.scheduled_at, Some(stage.now() + "10s".duration()));
    stage.advance("20s").await;
    let runs = stage.world.runs("a");
    assert_eq!(
        runs.iter().map(|run| run.attempt).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert!(
        runs.iter()
            .all(|run| run.idempotency_key == runs[0].idempotency_key)
    );
    let stored = ledgers.state("a").await.unwrap().unwrap();
    assert_eq!(stored.state.runs, 1);
    assert_eq!(stored.state.errors, H::PANICS.errors_heard(1, 1));
    assert_eq!(ledgers.status("a").await.unwrap().execute_count, 1);
}

pub async fn events_go_on_while_a_retry_waits<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(60)).await.unwrap();
    stage.advance("1m").await;
    ledgers.send("a", note("meanwhile")).await.unwrap();
    assert_eq!(stage.world.runs("a").len(), 1, "an event starts no attempt");
    stage.advance("10s").await;
    let stored = ledgers.state("a").await.unwrap().unwrap();
    assert_eq!(
        (stored.state.notes, stored.state.runs),
        (vec!["meanwhile".to_owned()], 1)
    );
}

pub async fn exhausted_retries_park_and_resume_tries_again<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let ledgers = stage.ledgers::<Strict>();
    ledgers.send("a", note("kept")).await.unwrap();
    ledgers.send("a", Command::In(60)).await.unwrap();
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a").len(), 1);
    let status = ledgers.status("a").await.unwrap();
    assert_eq!(status.status, Status::Parked);
    assert!(status.last_error.unwrap().contains("scripted failure"));
    stage.restart().await;
    let ledgers = stage.ledgers::<Strict>();
    let triggered = ledgers.trigger("a").await.unwrap();
    assert_eq!(
        (triggered.triggered, triggered.status),
        (false, Status::Parked)
    );
    ledgers.resume("a").await.unwrap();
    stage.settle().await;
    assert_eq!(stage.world.runs("a").len(), 2);
    let stored = ledgers.state("a").await.unwrap().unwrap();
    assert_eq!(
        (stored.state.notes, stored.state.runs),
        (vec!["kept".to_owned()], 1)
    );
}

pub async fn exhausted_retries_terminate_when_declared<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let ledgers = stage.ledgers::<Fragile>();
    ledgers.send("a", note("doomed")).await.unwrap();
    let outcome = ledgers.trigger("a").await.unwrap().outcome;
    assert!(
        matches!(outcome, Some(RunOutcome::Terminated { .. })),
        "{outcome:?}"
    );
    assert_eq!(ledgers.status("a").await.unwrap().status, Status::NotFound);
}

pub async fn on_error_decides_about_a_failed_run<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    stage.world.on_error("a", ErrorAction::SkipRun);
    let ledgers = stage.ledgers::<Strict>();
    ledgers.send("a", Command::In(60)).await.unwrap();
    stage.advance("1m").await;
    assert_eq!(ledgers.status("a").await.unwrap().status, Status::Idle);
    assert_eq!(ledgers.state("a").await.unwrap().unwrap().state.errors, 1);
}

pub async fn a_timeout_of_a_run_is_a_retried_attempt<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let ledgers = stage.ledgers::<Limited>();
    ledgers.send("a", Command::In(60)).await.unwrap();
    stage.advance("89s 999ms").await;
    assert_eq!(ledgers.status("a").await.unwrap().status, Status::Running);
    stage.advance("1ms").await;
    assert_eq!(ledgers.status("a").await.unwrap().status, Status::Retrying);
    stage.advance("10s").await;
    assert_eq!(stage.world.runs("a").len(), 2);
    assert_eq!(ledgers.status("a").await.unwrap().status, Status::Idle);
}

pub async fn a_timeout_of_an_event_refuses_it<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Limited>();
    ledgers.send("a", note("kept")).await.unwrap();
    let mut slow = begin(ledgers.send("a", wait("slow"))).await;
    stage.settle().await;
    stage.advance("29s 999ms").await;
    assert!(!slow.answered().await);
    stage.advance("1ms").await;
    let error = slow.answer().await.unwrap_err();
    assert!(error.to_string().contains("timed out after 30s"), "{error}");
    let stored = ledgers.state("a").await.unwrap().unwrap();
    assert_eq!(stored.state.notes, ["kept"]);
    assert_eq!(ledgers.status("a").await.unwrap().event_count, 1);
}

pub async fn a_run_that_is_skipped_leaves_the_task_to_go_on<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let ledgers = stage.ledgers::<Skipping>();
    ledgers.send("a", note("kept")).await.unwrap();
    let triggered = ledgers.trigger("a").await.unwrap();
    assert_eq!(triggered.outcome, Some(RunOutcome::Failed));
    let status = ledgers.status("a").await.unwrap();
    assert_eq!((status.status, status.execute_count), (Status::Idle, 0));
    assert!(status.last_error.unwrap().contains("scripted failure"));
    let triggered = ledgers.trigger("a").await.unwrap();
    assert_eq!(triggered.outcome, Some(RunOutcome::Completed));
    let stored = ledgers.state("a").await.unwrap().unwrap();
    assert_eq!(
        (stored.state.notes, stored.state.runs),
        (vec!["kept".to_owned()], 1)
    );
}

pub async fn on_idle_runs_after_a_run_that_is_skipped<H: Harness>(stage: Stage<H>) {
    let idles = || stage.world.calls("a", Handler::Idle).len();
    stage.world.script("a", [Act::Fail]);
    let ledgers = stage.ledgers::<Skipping>();
    ledgers.send("a", Command::In(60)).await.unwrap();
    stage
        .world
        .script_idle("a", [Act::Schedule("10m".duration())]);
    stage.advance("1m").await;
    assert_eq!(idles(), 1);
    let due = Some(stage.now() + "10m".duration());
    assert_eq!(ledgers.status("a").await.unwrap().scheduled_at, due);
    let stored = ledgers.state("a").await.unwrap().unwrap();
    assert_eq!(
        stored.state.errors, 1,
        "what `on_error` has changed is kept, too"
    );
}

pub async fn on_idle_waits_while_a_retry_does<H: Harness>(stage: Stage<H>) {
    let idles = || stage.world.calls("a", Handler::Idle).len();
    stage.world.script("a", [Act::Fail]);
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(60)).await.unwrap();
    stage.advance("69s").await;
    assert_eq!((stage.world.runs("a").len(), idles()), (1, 0));
    stage.advance("1s").await;
    assert_eq!((stage.world.runs("a").len(), idles()), (2, 1));
}

pub async fn five_attempts_in_a_row_that_were_cut_off_park_a_task<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", std::iter::repeat_n(Act::Wait, 6));
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(10)).await.unwrap();
    for cut_off in 1..=5 {
        stage.advance("10s").await;
        assert_eq!(stage.world.runs("a").len(), cut_off);
        stage.restart().await;
        let status = stage.ledgers::<Retried>().status("a").await.unwrap();
        let expected = match cut_off {
            5 => Status::Parked,
            _ => Status::Retrying,
        };
        assert_eq!(status.status, expected, "after {cut_off}");
    }
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a").len(), 5);
}

pub async fn a_crash_during_a_run_is_a_counted_attempt<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    stage
        .ledgers::<Retried>()
        .send("a", Command::In(60))
        .await
        .unwrap();
    stage.advance("1m").await;
    stage.restart().await;
    let status = stage.ledgers::<Retried>().status("a").await.unwrap();
    assert_eq!((status.status, status.attempt), (Status::Retrying, 2));
    stage.advance("10s").await;
    assert_eq!(stage.world.runs("a").len(), 2);
}

pub async fn triggers_during_a_run_share_one_run_after_it<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(60)).await.unwrap();
    stage.advance("1m").await;
    let mut first = begin(ledgers.trigger("a")).await;
    let second = begin(ledgers.trigger("a")).await;
    ledgers.status("a").await.unwrap(); // answered after the calls before it
    assert!(!first.answered().await);
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(
        first.answer().await.unwrap(),
        second.answer().await.unwrap()
    );
    assert_eq!(stage.world.runs("a").len(), 2);
    assert_eq!(stage.world.most_at_once("a"), 1);
}

pub async fn a_run_that_fails_keeps_the_timer_that_was_set_before<H: Harness>(stage: Stage<H>) {
    let due = stage.now() + "1h".duration();
    stage
        .world
        .script("a", [Act::Fail, Act::Fail, Act::Succeed]);
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(3600)).await.unwrap();
    ledgers.trigger("a").await.unwrap();
    stage.advance("1m").await;
    assert_eq!(stage.world.runs("a").len(), 3);
    assert_eq!(ledgers.status("a").await.unwrap().scheduled_at, Some(due));
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a").len(), 4);
}
