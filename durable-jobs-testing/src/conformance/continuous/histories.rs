//! What every host must remember of runs that have ended.

use std::time::Duration;

use durable_jobs_runtime::{
    continuous::Next,
    wire::{RunOutcome, Status},
};

use crate::{
    Span,
    conformance::{
        Act, Harness, Program, Stage,
        fixtures::{
            keeper::{Keeper, Kept, Watched},
            ticker::{Hourly, Ticker},
        },
        harness::begin,
    },
};

const HOUR: Duration = Duration::from_secs(3600);

pub async fn history_tells_the_last_runs<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    stage.world.script("a", [Act::Succeed, Act::Fail]);
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    assert_eq!(keepers.history("a", 9).await.unwrap(), []);
    stage.advance("1h").await;
    stage.advance("1h").await;
    let runs = keepers.history("a", 9).await.unwrap();
    assert_eq!(
        runs.len(),
        1,
        "a run that waits for another attempt has not ended"
    );
    stage.advance("5s").await;
    let runs = keepers.history("a", 9).await.unwrap();
    let seen = stage.world.runs("a");
    assert_eq!(runs.len(), 2);
    let (last, first) = (&runs[0], &runs[1]);
    assert_eq!(first.execution_id, seen[0].execution_id);
    assert_eq!(
        last.execution_id, seen[2].execution_id,
        "that of the last attempt"
    );
    assert_eq!((first.attempt, last.attempt), (1, 2));
    assert_eq!(
        (first.scheduled_for, last.scheduled_for),
        (begun + HOUR, begun + 2 * HOUR)
    );
    assert_eq!(first.started_at, begun + HOUR);
    assert_eq!(last.started_at, begun + "2h 5s".duration());
    assert_eq!(last.ended_at, last.started_at);
    for run in &runs {
        assert_eq!((&run.outcome, &run.error), (&RunOutcome::Completed, &None));
    }
}

pub async fn history_tells_what_became_of_runs<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    stage
        .world
        .script("a", [Act::Fail, Act::Fail, Act::Next(Next::pause())]);
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.advance("2h").await;
    let runs = keepers.history("a", 9).await.unwrap();
    let outcomes: Vec<_> = runs.iter().map(|run| run.outcome.clone()).collect();
    assert_eq!(outcomes, [RunOutcome::Paused, RunOutcome::Failed]);
    assert_eq!((runs[1].attempt, &runs[0].error), (2, &None));
    assert!(runs[1].error.as_ref().unwrap().contains("scripted failure"));
    keepers.resume("a").await.unwrap();
    stage
        .world
        .script("a", [Act::Wait, Act::Next(Next::stop("revoked"))]);
    stage.advance("1h").await;
    stage.advance("7s").await;
    stage.world.release("a");
    stage.settle().await;
    let runs = keepers.history("a", 1).await.unwrap();
    let reason = "revoked".to_owned();
    assert_eq!(runs[0].outcome, RunOutcome::Stopped { reason });
    assert_eq!(runs[0].ended_at.since(runs[0].started_at), "7s".duration());
    assert_eq!(
        keepers.history("a", 9).await.unwrap().len(),
        3,
        "on_stop is no run"
    );
}

pub async fn history_tells_of_a_run_that_parked_and_of_one_that_was_dropped<H: Harness>(
    stage: Stage<H>,
) {
    stage.world.script("a", [Act::FailTerminally]);
    let keepers = stage.keepers::<Watched>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.settle().await;
    assert_eq!(keepers.status("a").await.unwrap().status, Status::Parked);
    let runs = keepers.history("a", 9).await.unwrap();
    assert_eq!((runs.len(), &runs[0].outcome), (1, &RunOutcome::Parked));
    assert!(runs[0].error.as_ref().unwrap().contains("terminal failure"));
    keepers.resume("a").await.unwrap();
    stage.settle().await;
    let runs = keepers.history("a", 9).await.unwrap();
    assert_eq!((runs.len(), &runs[0].outcome), (2, &RunOutcome::Completed));

    let keepers = stage.keepers::<Kept>();
    keepers.start("b", Keeper::noted("")).await.unwrap();
    stage.world.script("b", [Act::Wait]);
    let _trigger = begin(keepers.trigger("b")).await;
    stage.settle().await;
    keepers.stop("b", "enough").await.unwrap();
    let runs = keepers.history("b", 9).await.unwrap();
    let reason = "enough".to_owned();
    assert_eq!(
        (runs.len(), &runs[0].outcome),
        (1, &RunOutcome::Stopped { reason })
    );
}

pub async fn history_keeps_as_many_runs_as_it_is_told<H: Harness>(mut stage: Stage<H>) {
    let begun = stage.now();
    stage
        .keepers::<Kept>()
        .start("a", Keeper::noted(""))
        .await
        .unwrap();
    for hour in 1..=5_u32 {
        stage.advance("1h").await;
        let keepers = stage.keepers::<Kept>();
        let kept = keepers.history("a", 9).await.unwrap();
        let slots: Vec<_> = kept.iter().map(|run| run.scheduled_for).collect();
        let expected: Vec<_> = (1..=hour)
            .rev()
            .take(3)
            .map(|hour| begun + hour * HOUR)
            .collect();
        assert_eq!(slots, expected);
        assert_eq!(
            keepers.history("a", 2).await.unwrap(),
            kept[..kept.len().min(2)]
        );
        assert_eq!(keepers.history("a", 0).await.unwrap(), []);
        stage.restart().await;
    }
}

pub async fn history_is_off_unless_asked_for<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.advance("3h").await;
    assert_eq!(tickers.history("a", 9).await.unwrap(), []);
    assert_eq!(tickers.history("missing", 9).await.unwrap(), []);
}

pub async fn history_tells_of_a_run_that_crashes_have_ended<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", std::iter::repeat_n(Act::Wait, 9));
    stage
        .keepers::<Watched>()
        .start("a", Keeper::noted(""))
        .await
        .unwrap();
    stage.settle().await;
    for _ in 0..5 {
        let later = stage.now() + "1m".duration();
        stage.restart_at(later, Program::First).await;
        stage.advance("1m").await;
    }
    let keepers = stage.keepers::<Watched>();
    assert_eq!(keepers.status("a").await.unwrap().status, Status::Parked);
    let runs = keepers.history("a", 9).await.unwrap();
    assert_eq!((runs.len(), runs[0].attempt), (1, 5));
    assert_eq!(runs[0].outcome, RunOutcome::Parked);
    assert_eq!(runs[0].execution_id, stage.world.runs("a")[4].execution_id);
}
