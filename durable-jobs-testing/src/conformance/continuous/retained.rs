//! What every host must do with what a stopped continuous job leaves.

use durable_jobs_runtime::{continuous::Next, wire::Status};

use crate::{
    Span,
    conformance::{
        Act, Handler, Harness, Program, Stage,
        fixtures::keeper::{Hooked, Keeper, Kept},
    },
};

pub async fn a_stopped_instance_keeps_its_state_for_its_time<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.advance("2h").await;
    keepers.stop("a", "enough").await.unwrap();
    stage.advance("23h 59m 59s 999ms").await;
    let status = keepers.status("a").await.unwrap();
    assert_eq!((status.status, status.run_count), (Status::Stopped, 2));
    assert_eq!(status.stop_reason.as_deref(), Some("enough"));
    assert_eq!(status.next_run_at, None);
    assert_eq!(keepers.state("a").await.unwrap().unwrap().count, 2);
    stage.advance("1ms").await;
    let status = keepers.status("a").await.unwrap();
    assert_eq!((status.status, status.run_count), (Status::NotFound, 0));
    assert_eq!(status.stop_reason, None);
    assert!(keepers.state("a").await.unwrap().is_none());
    assert_eq!(keepers.history("a", 9).await.unwrap(), []);
    assert_eq!(stage.world.runs("a").len(), 2);
}

pub async fn without_retain_a_stopped_instance_is_gone_at_once<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Hooked>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.settle().await;
    let stopped = keepers.stop("a", "enough").await.unwrap();
    assert_eq!((stopped.stopped, stopped.status), (true, Status::NotFound));
    assert!(keepers.state("a").await.unwrap().is_none());
    assert!(
        keepers
            .start("a", Keeper::noted("new"))
            .await
            .unwrap()
            .created
    );
}

pub async fn calls_of_a_stopped_instance_change_nothing<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    keepers.stop("a", "enough").await.unwrap();
    let triggered = keepers.trigger("a").await.unwrap();
    assert_eq!(
        (triggered.triggered, triggered.status),
        (false, Status::Stopped)
    );
    assert_eq!(keepers.pause("a").await.unwrap(), Status::Stopped);
    assert_eq!(keepers.resume("a").await.unwrap(), Status::Stopped);
    let again = keepers.stop("a", "again").await.unwrap();
    assert_eq!((again.stopped, &*again.reason), (false, "already_stopped"));
    assert_eq!(again.status, Status::Stopped);
    let set = keepers
        .set_state("a", Keeper::noted("late"))
        .then_trigger()
        .await
        .unwrap();
    assert_eq!((set.updated, set.status), (false, Status::Stopped));
    let set = keepers
        .update_state("a", |state| state.count = 9)
        .await
        .unwrap();
    assert!(!set.updated);
    let state = keepers.state("a").await.unwrap().unwrap();
    assert_eq!((state.count, &*state.note), (0, "stopped: enough"));
    stage.advance("2h").await;
    assert_eq!(stage.world.runs("a"), []);
    assert_eq!(stage.world.calls("a", Handler::Stop).len(), 1);
}

pub async fn start_on_a_stopped_instance_creates_it_anew<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("old")).await.unwrap();
    stage.advance("2h").await;
    keepers.stop("a", "enough").await.unwrap();
    assert_eq!(keepers.history("a", 9).await.unwrap().len(), 2);
    assert!(
        keepers
            .start("a", Keeper::noted("new"))
            .await
            .unwrap()
            .created
    );
    let status = keepers.status("a").await.unwrap();
    assert_eq!((status.status, status.run_count), (Status::Waiting, 0));
    assert_eq!(status.stop_reason, None);
    assert_eq!(keepers.state("a").await.unwrap().unwrap().note, "new");
    assert_eq!(keepers.history("a", 9).await.unwrap(), []);
    stage.advance("25h").await;
    let runs = stage.world.runs("a");
    assert_eq!(runs.len(), 27, "the timer of the old life deletes nothing");
    assert_ne!(runs[0].idempotency_key, runs[2].idempotency_key);
    assert_eq!(stage.world.calls("a", Handler::Start).len(), 2);
    assert_eq!(keepers.history("a", 9).await.unwrap().len(), 3);
}

pub async fn terminate_deletes_a_stopped_instance<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    keepers.stop("a", "enough").await.unwrap();
    assert!(keepers.terminate("a", "erasure").await.unwrap().terminated);
    assert_eq!(keepers.status("a").await.unwrap().status, Status::NotFound);
    assert!(keepers.state("a").await.unwrap().is_none());
}

pub async fn what_a_stopped_instance_leaves_survives_a_restart_and_expires_after_it<H: Harness>(
    mut stage: Stage<H>,
) {
    stage.world.script("a", [Act::Next(Next::stop("revoked"))]);
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.advance("1h").await;
    stage.restart().await;
    let keepers = stage.keepers::<Kept>();
    let status = keepers.status("a").await.unwrap();
    assert_eq!(status.status, Status::Stopped);
    assert_eq!(status.stop_reason.as_deref(), Some("revoked"));
    assert_eq!(keepers.state("a").await.unwrap().unwrap().count, 1);
    assert_eq!(keepers.history("a", 9).await.unwrap().len(), 1);
    let later = stage.now() + "2d".duration();
    stage.restart_at(later, Program::First).await;
    let keepers = stage.keepers::<Kept>();
    assert!(keepers.state("a").await.unwrap().is_none());
    assert!(keepers.start("a", Keeper::noted("")).await.unwrap().created);
}

pub async fn a_clock_that_was_ahead_when_a_job_stopped_keeps_its_state_no_longer<H: Harness>(
    mut stage: Stage<H>,
) {
    let right = stage.now();
    stage.advance("365d").await;
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    keepers.stop("a", "enough").await.unwrap();
    stage.restart_at(right, Program::First).await;
    stage.host.wake("Kept", "a").await;
    let keepers = stage.keepers::<Kept>();
    assert!(keepers.state("a").await.unwrap().is_some());
    stage.advance("24h").await;
    assert!(keepers.state("a").await.unwrap().is_none());
}
