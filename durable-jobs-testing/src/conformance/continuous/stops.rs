//! What every host must do when a continuous job stops: by a call, by a run, or because its state says so.

use durable_jobs_runtime::{
    continuous::Next,
    telemetry::Happening,
    wire::{RunOutcome, Status},
};

use crate::conformance::{
    Act, Handler, Harness, Stage,
    fixtures::keeper::{Hooked, Keeper, Kept},
    harness::begin,
};

/// The handlers that were called, in order.
fn called<H: Harness>(stage: &Stage<H>) -> Vec<Handler> {
    let seen = stage.world.seen("a");
    seen.iter().map(|seen| seen.handler).collect()
}

fn stopped(reason: &str) -> Option<RunOutcome> {
    let reason = reason.to_owned();
    Some(RunOutcome::Stopped { reason })
}

pub async fn on_stop_is_called_when_a_caller_stops<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.advance("2h").await;
    let answer = keepers.stop("a", "enough").await.unwrap();
    assert_eq!((answer.stopped, &*answer.reason), (true, "enough"));
    assert_eq!(answer.status, Status::Stopped);
    let stops = stage.world.calls("a", Handler::Stop);
    assert_eq!(stops.len(), 1, "before the answer");
    assert_eq!((stops[0].run_count, stops[0].attempt), (2, 1));
    let runs = stage.world.runs("a");
    assert_ne!(stops[0].idempotency_key, runs[1].idempotency_key);
    let note = keepers.state("a").await.unwrap().unwrap().note;
    assert_eq!(note, "stopped: enough", "what it changes is kept");
    stage.settle().await;
    let told = stage.told("a");
    let is_told = |name: &str| {
        told.iter()
            .any(|told| matches!(told, Happening::Custom { name: is, .. } if is == name))
    };
    assert!(is_told("stopping"), "{told:?}");
    let ended =
        |told: &&Happening| matches!(told, Happening::Stopped { reason } if reason == "enough");
    assert_eq!(told.iter().filter(ended).count(), 1);
    stage.advance("3h").await;
    assert_eq!(stage.world.runs("a").len(), 2);
}

pub async fn on_stop_is_called_when_a_run_stops<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.world.script("a", [Act::Next(Next::stop("revoked"))]);
    let triggered = keepers.trigger("a").await.unwrap();
    assert_eq!(triggered.outcome, stopped("revoked"));
    assert_eq!(triggered.status, Status::Stopped);
    let state = keepers.state("a").await.unwrap().unwrap();
    assert_eq!((state.count, &*state.note), (1, "stopped: revoked"));
    let status = keepers.status("a").await.unwrap();
    assert_eq!(status.stop_reason.as_deref(), Some("revoked"));
}

pub async fn a_failing_on_stop_is_retried_and_the_run_before_it_is_kept<H: Harness>(
    stage: Stage<H>,
) {
    stage.world.script("a", [Act::Next(Next::stop("revoked"))]);
    stage.world.script_hooks("a", [Act::Succeed, Act::Fail]);
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.advance("1h").await;
    let status = keepers.status("a").await.unwrap();
    assert_eq!((status.status, status.attempt), (Status::Retrying, 2));
    assert_eq!(status.stop_reason.as_deref(), Some("revoked"));
    let state = keepers.state("a").await.unwrap().unwrap();
    assert_eq!(
        (state.count, &*state.note),
        (1, ""),
        "on_stop was rolled back, the run was not"
    );
    stage.advance("5s").await;
    assert_eq!(keepers.status("a").await.unwrap().status, Status::Stopped);
    let stops = stage.world.calls("a", Handler::Stop);
    let attempts: Vec<_> = stops.iter().map(|stop| stop.attempt).collect();
    assert_eq!(attempts, [1, 2]);
    assert_eq!(stops[0].idempotency_key, stops[1].idempotency_key);
    assert_eq!(stage.world.runs("a").len(), 1);
}

pub async fn a_stop_ends_also_if_on_stop_never_succeeds<H: Harness>(stage: Stage<H>) {
    stage
        .world
        .script_hooks("a", std::iter::repeat_n(Act::Fail, 9));
    let keepers = stage.keepers::<Kept>();
    keepers
        .start("a", Keeper::noted("as it was"))
        .await
        .unwrap();
    let answer = keepers.stop("a", "enough").await.unwrap();
    assert_eq!((answer.stopped, &*answer.reason), (true, "enough"));
    assert_eq!(
        answer.status,
        Status::Retrying,
        "answered after the first attempt"
    );
    stage.advance("5s").await;
    let status = keepers.status("a").await.unwrap();
    assert_eq!(status.status, Status::Stopped);
    assert!(status.last_error.unwrap().contains("scripted failure"));
    assert_eq!(stage.world.calls("a", Handler::Stop).len(), 2);
    assert_eq!(keepers.state("a").await.unwrap().unwrap().note, "as it was");
    stage.advance("24h").await;
    let status = keepers.status("a").await.unwrap();
    assert_eq!(status.status, Status::NotFound, "it is kept for its time");
}

pub async fn an_on_stop_that_was_cut_off_is_called_again<H: Harness>(mut stage: Stage<H>) {
    stage.world.script_hooks("a", [Act::Wait]);
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    let _stop = begin(keepers.stop("a", "enough")).await;
    stage.settle().await;
    assert_eq!(called(&stage), [Handler::Stop]);
    stage.restart().await;
    stage.advance("5s").await;
    let keepers = stage.keepers::<Kept>();
    let status = keepers.status("a").await.unwrap();
    assert_eq!(status.status, Status::Stopped);
    assert_eq!(status.stop_reason.as_deref(), Some("enough"));
    assert_eq!(called(&stage), [Handler::Stop; 2], "and no run");
    assert_eq!(
        keepers.state("a").await.unwrap().unwrap().note,
        "stopped: enough"
    );
}

pub async fn a_stop_during_a_run_drops_the_run_and_calls_on_stop<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Succeed, Act::Wait]);
    let keepers = stage.keepers::<Hooked>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.advance("1h").await;
    let trigger = begin(keepers.trigger("a")).await;
    let answer = keepers.stop("a", "enough").await.unwrap();
    assert_eq!((answer.stopped, answer.status), (true, Status::NotFound));
    assert_eq!(trigger.answer().await.unwrap().outcome, stopped("enough"));
    let stop = &stage.world.calls("a", Handler::Stop)[0];
    assert_eq!(stop.state["count"], 1, "it meets the last committed state");
    stage.world.release("a");
    stage.advance("2h").await;
    assert_eq!(stage.world.runs("a").len(), 2);
    assert_eq!(stage.world.most_at_once("a"), 1);
    assert!(keepers.state("a").await.unwrap().is_none());
}

pub async fn a_job_that_stops_takes_no_other_calls<H: Harness>(stage: Stage<H>) {
    stage.world.script_hooks("a", [Act::Fail]);
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    keepers.stop("a", "enough").await.unwrap();
    let triggered = keepers.trigger("a").await.unwrap();
    assert_eq!(
        (triggered.triggered, triggered.status),
        (false, Status::Retrying)
    );
    assert_eq!(keepers.pause("a").await.unwrap(), Status::Retrying);
    assert_eq!(keepers.resume("a").await.unwrap(), Status::Retrying);
    let set = keepers.set_state("a", Keeper::noted("late")).await.unwrap();
    assert_eq!((set.updated, set.status), (false, Status::Retrying));
    assert!(
        !keepers
            .start("a", Keeper::noted("new"))
            .await
            .unwrap()
            .created
    );
    let again = begin(keepers.stop("a", "another reason")).await;
    stage.advance("5s").await;
    let again = again.answer().await.unwrap();
    assert_eq!(
        (again.stopped, &*again.reason),
        (true, "enough"),
        "the stop under way is shared"
    );
    assert_eq!(stage.world.runs("a"), []);
    assert_eq!(stage.world.calls("a", Handler::Stop).len(), 2);
}

pub async fn terminate_does_not_call_on_stop_and_ends_one_that_is_out<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    keepers.terminate("a", "x").await.unwrap();
    assert_eq!(called(&stage), []);
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.world.script_hooks("a", [Act::Wait]);
    let stop = begin(keepers.stop("a", "enough")).await;
    stage.settle().await;
    keepers.terminate("a", "at once").await.unwrap();
    assert!(stop.answer().await.unwrap().stopped);
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(keepers.status("a").await.unwrap().status, Status::NotFound);
    assert_eq!(called(&stage), [Handler::Stop]);
}

pub async fn a_stopped_pause_or_park_calls_on_stop<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    keepers.pause("a").await.unwrap();
    assert_eq!(
        keepers.stop("a", "enough").await.unwrap().status,
        Status::Stopped
    );
    assert_eq!(called(&stage), [Handler::Stop]);
}

pub async fn should_stop_is_asked_after_each_run<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    keepers
        .start("a", Keeper::noted("").enough(2))
        .await
        .unwrap();
    stage.advance("1h").await;
    assert_eq!(keepers.status("a").await.unwrap().status, Status::Waiting);
    stage.advance("1h").await;
    let status = keepers.status("a").await.unwrap();
    assert_eq!(status.status, Status::Stopped);
    assert_eq!(status.stop_reason.as_deref(), Some("should_stop"));
    assert_eq!(keepers.state("a").await.unwrap().unwrap().count, 2);
    stage.advance("2h").await;
    assert_eq!(stage.world.runs("a").len(), 2);
}

pub async fn a_reason_of_its_own_goes_before_should_stop<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Next(Next::stop("revoked"))]);
    let keepers = stage.keepers::<Kept>();
    keepers
        .start("a", Keeper::noted("").enough(1))
        .await
        .unwrap();
    stage.advance("1h").await;
    let status = keepers.status("a").await.unwrap();
    assert_eq!(status.stop_reason.as_deref(), Some("revoked"));
}

pub async fn should_stop_is_asked_after_on_error<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let keepers = stage.keepers::<Kept>();
    keepers
        .start("a", Keeper::noted("").fragile())
        .await
        .unwrap();
    stage.advance("1h").await;
    let status = keepers.status("a").await.unwrap();
    assert_eq!(status.status, Status::Stopped, "no second attempt");
    assert_eq!(status.consecutive_failures, 1);
    assert!(status.last_error.unwrap().contains("scripted failure"));
    let state = keepers.state("a").await.unwrap().unwrap();
    assert_eq!((state.count, state.enough), (0, Some(0)));
    assert_eq!(stage.world.runs("a").len(), 1);
}

pub async fn should_stop_is_asked_when_a_state_is_set<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    for id in ["a", "b"] {
        keepers.start(id, Keeper::noted("")).await.unwrap();
    }
    let set = keepers
        .update_state("a", |state| state.enough = Some(0))
        .await
        .unwrap();
    assert!(set.updated);
    stage.settle().await;
    let status = keepers.status("a").await.unwrap();
    assert_eq!(status.status, Status::Stopped);
    let set = keepers
        .set_state("b", Keeper::noted("").enough(0))
        .then_trigger();
    let set = set.await.unwrap();
    assert_eq!((set.updated, set.status), (true, Status::Stopped));
    assert_eq!(set.outcome, stopped("should_stop"));
    for id in ["a", "b"] {
        assert_eq!(stage.world.runs(id), []);
        assert_eq!(stage.world.calls(id, Handler::Stop).len(), 1);
    }
}
