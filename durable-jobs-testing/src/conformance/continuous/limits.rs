//! What every host must do about failures in a row, about runs that shall not be repeated, and about what a
//! context tells.

use durable_jobs_runtime::{telemetry::Happening, wire::Status};

use crate::{
    Span,
    conformance::{
        Act, Harness, Stage,
        fixtures::keeper::{Breaker, Hooked, Keeper, Wary},
    },
};

pub async fn failures_in_a_row_park_at_their_limit<H: Harness>(stage: Stage<H>) {
    let fails = [
        Act::Fail,
        Act::Fail,
        Act::Succeed,
        Act::Fail,
        Act::Fail,
        Act::Fail,
    ];
    stage.world.script("a", fails);
    let keepers = stage.keepers::<Breaker>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    let status = async || {
        let status = keepers.status("a").await.unwrap();
        (status.status, status.consecutive_failures)
    };
    stage.settle().await;
    let waiting = Status::Waiting;
    let expected = [
        (waiting, 1),
        (waiting, 2),
        (waiting, 0),
        (waiting, 1),
        (waiting, 2),
        (Status::Parked, 3),
    ];
    for expected in expected {
        assert_eq!(status().await, expected);
        stage.advance("1h").await;
    }
    assert_eq!(stage.world.runs("a").len(), 6, "a parked job runs nothing");
    let parked = |told: &Happening| matches!(told, Happening::Parked { error } if error.contains("scripted failure"));
    assert_eq!(stage.told("a").into_iter().filter(parked).count(), 1);
    assert_eq!(keepers.state("a").await.unwrap().unwrap().count, 1);
}

pub async fn a_job_that_failures_have_parked_goes_on_when_resumed<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", std::iter::repeat_n(Act::Fail, 4));
    let keepers = stage.keepers::<Breaker>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.advance("2h").await;
    assert_eq!(keepers.status("a").await.unwrap().status, Status::Parked);
    keepers.resume("a").await.unwrap();
    stage.settle().await;
    let status = keepers.status("a").await.unwrap();
    assert_eq!(
        (status.status, status.consecutive_failures),
        (Status::Parked, 4)
    );
    keepers.resume("a").await.unwrap();
    stage.settle().await;
    let status = keepers.status("a").await.unwrap();
    assert_eq!(
        (status.status, status.consecutive_failures),
        (Status::Waiting, 0)
    );
    let counts: Vec<_> = stage
        .world
        .runs("a")
        .iter()
        .map(|run| run.run_count)
        .collect();
    assert_eq!(counts, [1, 2, 3, 3, 3], "with the run that is owed");
}

pub async fn a_run_that_was_cut_off_is_skipped_when_declared<H: Harness>(mut stage: Stage<H>) {
    let begun = stage.now();
    stage.world.script("a", [Act::Wait]);
    let keepers = stage.keepers::<Wary>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.settle().await;
    stage.restart().await;
    let status = stage.keepers::<Wary>().status("a").await.unwrap();
    assert_eq!(
        (status.status, status.consecutive_failures),
        (Status::Waiting, 1)
    );
    assert_eq!(status.next_run_at, Some(begun + "1h".duration()));
    assert!(status.last_error.unwrap().contains("cut off"));
    stage.advance("59m").await;
    assert_eq!(stage.world.runs("a").len(), 1);
    stage.advance("1m").await;
    let run = &stage.world.runs("a")[1];
    assert_eq!((run.run_count, run.attempt), (2, 1));
}

pub async fn a_run_that_failed_is_retried_where_one_that_was_cut_off_is_not<H: Harness>(
    mut stage: Stage<H>,
) {
    stage.world.script("a", [Act::Fail, Act::Wait]);
    let keepers = stage.keepers::<Wary>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.advance("5s").await;
    assert_eq!(stage.world.runs("a").len(), 2);
    stage.restart().await;
    stage.advance("1m").await;
    assert_eq!(stage.world.runs("a").len(), 2);
    let status = stage.keepers::<Wary>().status("a").await.unwrap();
    assert_eq!(status.status, Status::Waiting);
}

pub async fn a_stop_that_was_cut_off_is_never_skipped<H: Harness>(mut stage: Stage<H>) {
    stage.world.script_hooks("a", [Act::Succeed, Act::Wait]);
    let keepers = stage.keepers::<Wary>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.settle().await;
    let _stop = crate::conformance::begin(keepers.stop("a", "enough")).await;
    stage.settle().await;
    stage.restart().await;
    stage.advance("5s").await;
    let status = stage.keepers::<Wary>().status("a").await.unwrap();
    assert_eq!(status.status, Status::NotFound);
    let stops = stage.world.calls("a", crate::conformance::Handler::Stop);
    assert_eq!(stops.len(), 2);
}

pub async fn a_context_tells_what_it_knows<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail, Act::Tell]);
    let keepers = stage.keepers::<Hooked>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.advance("5s").await;
    let told = stage.told("a");
    let context = told.iter().find_map(|told| match told {
        Happening::Custom { name, payload } if name == "context" => Some(payload),
        _ => None,
    });
    let run = &stage.world.runs("a")[1];
    let expected = serde_json::json!({
        "id": "a",
        "instance_id": "continuous:Hooked:a",
        "job_name": "Hooked",
        "is_retry": true,
        "now": run.started_at,
        "draws_differ": true,
    });
    assert_eq!(context, Some(&expected));
}
