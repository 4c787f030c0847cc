//! What every host must do about the hooks of a continuous job.

use std::time::Duration;

use durable_jobs_runtime::{
    continuous::Next,
    telemetry::Happening,
    wire::{RunOutcome, Status},
};

use crate::{
    Span,
    conformance::{
        Act, Handler, Harness, Stage,
        fixtures::keeper::{Hooked, Keeper, Kept},
        harness::begin,
    },
};

const HOUR: Duration = Duration::from_secs(3600);

/// The handlers that were called, in order.
fn called<H: Harness>(stage: &Stage<H>) -> Vec<Handler> {
    let seen = stage.world.seen("a");
    seen.iter().map(|seen| seen.handler).collect()
}

fn stopped(reason: &str) -> Option<RunOutcome> {
    let reason = reason.to_owned();
    Some(RunOutcome::Stopped { reason })
}

pub async fn on_start_is_called_once_in_a_life_before_the_first_run<H: Harness>(stage: Stage<H>) {
    use Handler::{Execute, Start};
    let keepers = stage.keepers::<Hooked>();
    for life in 1..=2 {
        keepers.start("a", Keeper::noted("")).await.unwrap();
        stage.advance("2h").await;
        let state = keepers.state("a").await.unwrap().unwrap();
        assert_eq!((state.starts, state.count), (1, 3));
        let calls = [Start, Execute, Execute, Execute].repeat(life);
        assert_eq!(called(&stage), calls);
        keepers.terminate("a", "x").await.unwrap();
    }
    let starts = stage.world.calls("a", Start);
    assert_ne!(starts[0].idempotency_key, starts[1].idempotency_key);
}

pub async fn on_start_waits_for_the_first_run_and_belongs_to_it<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.advance("59m").await;
    assert_eq!(called(&stage), []);
    stage.advance("1m").await;
    let (start, run) = (&stage.world.seen("a")[0], &stage.world.seen("a")[1]);
    assert_eq!(
        (start.handler, run.handler),
        (Handler::Start, Handler::Execute)
    );
    assert_eq!(start.idempotency_key, run.idempotency_key);
    assert_eq!(start.execution_id, run.execution_id);
    assert_eq!(
        run.state["starts"], 1,
        "execute meets what on_start has made"
    );
}

pub async fn a_failing_on_start_is_retried_like_a_run<H: Harness>(stage: Stage<H>) {
    stage.world.script_hooks("a", [Act::Fail, Act::Succeed]);
    let keepers = stage.keepers::<Hooked>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.settle().await;
    let status = keepers.status("a").await.unwrap();
    assert_eq!((status.status, status.attempt), (Status::Retrying, 2));
    assert_eq!(stage.world.runs("a"), [], "no execute without on_start");
    stage.advance("5s").await;
    let starts = stage.world.calls("a", Handler::Start);
    assert_eq!((starts[1].run_count, starts[1].attempt), (1, 2));
    let state = keepers.state("a").await.unwrap().unwrap();
    assert_eq!(
        (state.starts, state.count),
        (1, 1),
        "rolled back before it was repeated"
    );
}

pub async fn on_start_is_repeated_until_a_run_succeeds<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", std::iter::repeat_n(Act::Fail, 3));
    let keepers = stage.keepers::<Hooked>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.advance("59m").await;
    assert_eq!(keepers.status("a").await.unwrap().status, Status::Waiting);
    assert_eq!(stage.world.calls("a", Handler::Start).len(), 3);
    stage.advance("2h").await;
    let starts = stage.world.calls("a", Handler::Start);
    assert_eq!(
        starts.len(),
        4,
        "once more with the second run, which succeeded"
    );
    let state = keepers.state("a").await.unwrap().unwrap();
    assert_eq!((state.starts, state.count), (1, 2));
}

pub async fn an_on_start_that_was_cut_off_is_called_again<H: Harness>(mut stage: Stage<H>) {
    stage.world.script_hooks("a", [Act::Wait]);
    let keepers = stage.keepers::<Hooked>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.settle().await;
    assert_eq!(called(&stage), [Handler::Start]);
    stage.restart().await;
    stage.advance("5s").await;
    let state = stage.keepers::<Hooked>().state("a").await.unwrap().unwrap();
    assert_eq!((state.starts, state.count), (1, 1));
    let starts = stage.world.calls("a", Handler::Start);
    assert_eq!(starts[0].idempotency_key, starts[1].idempotency_key);
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

pub async fn next_interval_takes_the_place_of_the_attributes<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    let keepers = stage.keepers::<Kept>();
    let slow = Keeper::noted("").paced("10m".duration());
    keepers.start("a", slow).await.unwrap();
    let next = async || {
        keepers
            .status("a")
            .await
            .unwrap()
            .next_run_at
            .unwrap()
            .since(begun)
    };
    assert_eq!(next().await, "10m".duration(), "asked at the start");
    stage.advance("20m").await;
    assert_eq!(stage.world.runs("a").len(), 2);
    assert_eq!(next().await, "30m".duration(), "and after each run");
    let faster = |state: &mut Keeper<Kept>| state.pace = Some("1m".duration());
    keepers.update_state("a", faster).await.unwrap();
    assert_eq!(next().await, "30m".duration(), "the slot that is set stays");
    stage.advance("11m").await;
    assert_eq!(stage.world.runs("a").len(), 4);
    keepers
        .update_state("a", |state| state.pace = None)
        .await
        .unwrap();
    stage.advance("1m").await;
    assert_eq!(
        next().await,
        "1h 32m".duration(),
        "one interval of the attribute after the last slot"
    );
    let slots: Vec<_> = stage
        .world
        .runs("a")
        .iter()
        .map(|run| run.scheduled_for.since(begun))
        .collect();
    let minutes = [10, 20, 30, 31, 32].map(|minute| Duration::from_secs(60 * minute));
    assert_eq!(slots, minutes);
}

pub async fn an_interval_that_is_too_short_is_100_ms<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    let restless = Keeper::noted("").paced(Duration::ZERO);
    keepers.start("a", restless).await.unwrap();
    stage.advance("99ms").await;
    assert_eq!(stage.world.runs("a").len(), 0);
    stage.advance("201ms").await;
    assert_eq!(stage.world.runs("a").len(), 3);
}

pub async fn slots_of_next_interval_are_counted_when_they_are_missed<H: Harness>(
    mut stage: Stage<H>,
) {
    let begun = stage.now();
    let keepers = stage.keepers::<Kept>();
    keepers
        .start("a", Keeper::noted("").paced("10m".duration()))
        .await
        .unwrap();
    stage
        .restart_at(begun + "35m".duration(), crate::conformance::Program::First)
        .await;
    let run = &stage.world.runs("a")[0];
    assert_eq!((run.scheduled_for, run.missed), (begun + HOUR / 2, 2));
}
