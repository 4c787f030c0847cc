//! What every host must do about `on_start` and `next_interval` of a continuous job.

use std::time::Duration;

use durable_jobs_runtime::wire::Status;

use crate::{
    Span,
    conformance::{
        Act, Handler, Harness, Stage,
        fixtures::keeper::{Hooked, Keeper, Kept},
    },
};

const HOUR: Duration = Duration::from_secs(3600);

/// The handlers that were called, in order.
fn called<H: Harness>(stage: &Stage<H>) -> Vec<Handler> {
    let seen = stage.world.seen("a");
    seen.iter().map(|seen| seen.handler).collect()
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
