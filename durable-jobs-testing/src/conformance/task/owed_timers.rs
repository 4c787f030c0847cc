//! What every host must do with the named timers of a task whose run fails, is asked for or cannot be made.

use durable_jobs_runtime::wire::{RunOutcome, Status};

use super::timers::{BELLS, named, pending, run, rung, set};
use crate::{
    Span,
    conformance::{
        Act, Harness, Program, Stage,
        fixtures::agenda::{Bell, Entry, Grown, Planned, Replanned, Single},
    },
};

pub async fn each_timer_has_retries_of_its_own<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let acts = [Act::Fail, Act::Fail, Act::Succeed, Act::Fail, Act::Fail];
    stage.world.script("a", acts);
    let agendas = stage.agendas::<Planned>();
    let both = [(Bell::Remind, 10), (Bell::Expire, 15)];
    agendas.send("a", set(&both)).await.unwrap();
    stage.advance("15s").await;
    let status = agendas.status("a").await.unwrap();
    assert_eq!((status.status, status.attempt), (Status::Retrying, 2));
    assert_eq!(status.timer.as_deref(), Some("Remind"));
    assert_eq!(status.scheduled_at, Some(begun + "15s".duration()));
    assert_eq!(
        pending(&status.timers, begun),
        named(&[("Expire", 15)]),
        "it waits"
    );
    assert_eq!(stage.world.runs("a").len(), 1);
    stage.advance("1m").await;
    let all = [
        run("Remind", 1, 1),
        run("Remind", 1, 2),
        run("Remind", 1, 3),
        run("Expire", 2, 1),
        run("Expire", 2, 2),
        run("Expire", 2, 3),
    ];
    assert_eq!(rung(&stage, "a"), all);
    let runs = stage.world.runs("a");
    assert_eq!(
        runs[3].started_at,
        begun + "30s".duration(),
        "right behind the other"
    );
    assert_eq!(runs[3].scheduled_for, begun + "15s".duration());
    let state = agendas.state("a").await.unwrap().unwrap().state;
    assert_eq!(state.rung, ["Remind", "Expire"]);
    assert_eq!(agendas.status("a").await.unwrap().timer, None);
}

pub async fn a_parked_task_keeps_its_timers_and_resume_runs_them<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", std::iter::repeat_n(Act::Fail, 3));
    let agendas = stage.agendas::<Planned>();
    agendas.send("a", set(&BELLS)).await.unwrap();
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a").len(), 3);
    stage.restart().await;
    let agendas = stage.agendas::<Planned>();
    let status = agendas.status("a").await.unwrap();
    assert_eq!(status.status, Status::Parked);
    assert_eq!(
        (status.timer.as_deref(), status.timers.len()),
        (Some("Remind"), 2)
    );
    agendas.resume("a").await.unwrap();
    stage.advance("1s").await;
    let resumed = [
        run("Remind", 1, 1),
        run("Expire", 2, 1),
        run("Archive", 3, 1),
    ];
    assert_eq!(rung(&stage, "a")[3..], resumed);
}

pub async fn a_triggered_run_stands_for_no_timer<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let agendas = stage.agendas::<Planned>();
    agendas.send("a", set(&BELLS)).await.unwrap();
    let triggered = agendas.trigger("a").await.unwrap();
    assert_eq!(triggered.outcome, Some(RunOutcome::Completed));
    assert_eq!(rung(&stage, "a"), [(None, 1, 1)]);
    let timers = agendas.status("a").await.unwrap().timers;
    let all = named(&[("Remind", 60), ("Expire", 120), ("Archive", 180)]);
    assert_eq!(pending(&timers, begun), all);
}

pub async fn a_trigger_makes_haste_with_the_run_that_waits_for_a_retry<H: Harness>(
    stage: Stage<H>,
) {
    stage.world.script("a", [Act::Fail]);
    let agendas = stage.agendas::<Planned>();
    agendas.send("a", set(&BELLS)).await.unwrap();
    stage.advance("60s").await;
    let triggered = agendas.trigger("a").await.unwrap();
    assert_eq!(triggered.outcome, Some(RunOutcome::Completed));
    assert_eq!(
        rung(&stage, "a"),
        [run("Remind", 1, 1), run("Remind", 1, 1)]
    );
    assert_eq!(agendas.status("a").await.unwrap().timers.len(), 2);
}

pub async fn a_crash_in_a_run_of_a_named_timer_repeats_it_for_that_timer<H: Harness>(
    mut stage: Stage<H>,
) {
    stage.world.script("a", [Act::Wait]);
    let agendas = stage.agendas::<Planned>();
    agendas.send("a", set(&BELLS)).await.unwrap();
    stage.advance("60s").await;
    stage.restart().await;
    stage.advance("10s").await;
    assert_eq!(
        rung(&stage, "a"),
        [run("Remind", 1, 1), run("Remind", 1, 2)]
    );
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a").len(), 4);
}

pub async fn a_timer_whose_name_is_gone_parks_and_is_not_lost<H: Harness>(mut stage: Stage<H>) {
    let agendas = stage.agendas::<Planned>();
    let two = [(Bell::Expire, 60), (Bell::Remind, 90)];
    agendas.send("a", set(&two)).await.unwrap();
    stage.restart_as(Program::Changed).await;
    let changed = stage.agendas::<Replanned>();
    stage.advance("60s").await;
    assert_eq!(rung(&stage, "a"), [run("Expire", 1, 1)], "the others go on");
    stage.advance("30s").await;
    let status = changed.status("a").await.unwrap();
    assert_eq!(status.status, Status::Parked);
    let error = status.last_error.unwrap();
    assert!(error.contains("timer `Remind`"), "{error}");
    assert_eq!(status.timer.as_deref(), Some("Remind"));
    changed.send("a", Entry::Look).await.unwrap();
    changed.resume("a").await.unwrap();
    stage.settle().await;
    assert_eq!(changed.status("a").await.unwrap().status, Status::Parked);
    stage.restart().await;
    stage.agendas::<Planned>().resume("a").await.unwrap();
    stage.settle().await;
    assert_eq!(
        rung(&stage, "a"),
        [run("Expire", 1, 1), run("Remind", 2, 1)]
    );
}

pub async fn a_timer_without_a_name_is_not_lost_when_names_are_given<H: Harness>(
    mut stage: Stage<H>,
) {
    let single = stage.agendas::<Single>();
    let sent = single.send("a", set(&[(Bell::Unnamed, 60)])).await.unwrap();
    let status = single.status("a").await.unwrap();
    assert_eq!(status.scheduled_at, sent.scheduled_at);
    assert!(status.timers.is_empty(), "it has no name: {status:?}");
    stage.restart_as(Program::Changed).await;
    stage.advance("60s").await;
    let status = stage.agendas::<Grown>().status("a").await.unwrap();
    assert_eq!(status.status, Status::Parked);
    let error = status.last_error.unwrap();
    assert!(error.contains("without a name"), "{error}");
    stage.restart().await;
    stage.agendas::<Single>().resume("a").await.unwrap();
    stage.settle().await;
    assert_eq!(rung(&stage, "a"), [run("", 1, 1)]);
}
