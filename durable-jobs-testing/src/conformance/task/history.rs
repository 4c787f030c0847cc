//! What every host must remember of the runs of a task.

use durable_jobs_runtime::{
    RunRecord,
    wire::{RunOutcome, Status},
};

use super::note;
use crate::{
    Span,
    conformance::{
        Act, Harness, Program, Stage,
        fixtures::{
            agenda::{Bell, Entry, Planned, Replanned, Single},
            ledger::Retried,
        },
        harness::begin,
    },
};

/// What [`Planned`] keeps.
const KEPT: usize = 3;

async fn history<H: Harness>(stage: &Stage<H>, id: &str, limit: u32) -> Vec<RunRecord> {
    let agendas = stage.agendas::<Planned>();
    agendas.history(id, limit).await.unwrap()
}

pub async fn the_last_attempts_are_kept_newest_first<H: Harness>(mut stage: Stage<H>) {
    let agendas = stage.agendas::<Planned>();
    agendas.send("a", Entry::Look).await.unwrap();
    assert_eq!(history(&stage, "a", 10).await, []);
    let mut ids = Vec::new();
    for runs in 1..=KEPT + 2 {
        stage.advance("1s").await;
        agendas.trigger("a").await.unwrap();
        let execution = stage.world.runs("a")[runs - 1].execution_id.clone();
        ids.insert(0, execution);
        ids.truncate(KEPT);
        let kept = history(&stage, "a", 10).await;
        let kept: Vec<_> = kept.into_iter().map(|run| run.execution_id).collect();
        assert_eq!(kept, ids, "after {runs} runs");
    }
    for limit in 0..=4 {
        let last = history(&stage, "a", limit).await;
        assert_eq!(last.len(), KEPT.min(limit as usize), "at most {limit}");
    }
    stage.restart().await;
    let kept = history(&stage, "a", u32::MAX).await;
    let kept: Vec<_> = kept.into_iter().map(|run| run.execution_id).collect();
    assert_eq!(kept, ids, "after a restart");
}

pub async fn a_record_tells_what_became_of_an_attempt<H: Harness>(stage: Stage<H>) {
    let begun = stage.now();
    stage.world.script("a", [Act::Fail]);
    let agendas = stage.agendas::<Planned>();
    agendas
        .send("a", Entry::In(vec![(Bell::Remind, 60)]))
        .await
        .unwrap();
    stage.advance("2m").await;
    let kept = history(&stage, "a", 10).await;
    let [succeeded, failed] = kept.as_slice() else {
        panic!("{kept:?}")
    };
    let (due, again) = (begun + "60s".duration(), begun + "70s".duration());
    assert_eq!(failed.outcome, RunOutcome::Retrying { at: again });
    assert_eq!(failed.error.as_deref(), Some("scripted failure"));
    assert_eq!(
        (failed.attempt, failed.started_at, failed.ended_at),
        (1, due, due)
    );
    assert_eq!(succeeded.outcome, RunOutcome::Completed);
    assert_eq!(succeeded.error, None);
    assert_eq!((succeeded.attempt, succeeded.started_at), (2, again));
    for record in &kept {
        assert_eq!(record.timer.as_deref(), Some("Remind"));
        assert_eq!(record.scheduled_for, due);
    }
    let runs = stage.world.runs("a");
    assert_eq!(failed.execution_id, runs[0].execution_id);
    assert_eq!(succeeded.execution_id, runs[1].execution_id);
}

pub async fn attempts_that_were_cut_off_or_gave_up_are_kept<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let agendas = stage.agendas::<Planned>();
    agendas
        .send("a", Entry::In(vec![(Bell::Remind, 60)]))
        .await
        .unwrap();
    stage.advance("60s").await;
    stage.advance("5s").await;
    let known = history(&stage, "a", 10).await;
    assert_eq!(known, [], "it has not ended");
    stage.restart().await;
    stage.world.script("a", [Act::FailTerminally]);
    stage.advance("1m").await;
    let kept = history(&stage, "a", 10).await;
    let [parked, cut_off] = kept.as_slice() else {
        panic!("{kept:?}")
    };
    assert!(
        matches!(cut_off.outcome, RunOutcome::Retrying { .. }),
        "{cut_off:?}"
    );
    assert_eq!(cut_off.ended_at.since(cut_off.started_at), "5s".duration());
    assert!(cut_off.error.is_some());
    assert_eq!(parked.outcome, RunOutcome::Parked);
    assert_eq!(parked.error.as_deref(), Some("scripted terminal failure"));
    let agendas = stage.agendas::<Planned>();
    assert_eq!(agendas.status("a").await.unwrap().status, Status::Parked);
}

pub async fn history_can_be_read_during_a_run<H: Harness>(stage: Stage<H>) {
    let agendas = stage.agendas::<Planned>();
    agendas.send("a", Entry::Look).await.unwrap();
    agendas.trigger("a").await.unwrap();
    stage.world.script("a", [Act::Wait]);
    let triggered = begin(agendas.trigger("a")).await;
    stage.settle().await;
    assert_eq!(history(&stage, "a", 10).await.len(), 1);
    stage.world.release("a");
    stage.settle().await;
    triggered.answer().await.unwrap();
    let kept = history(&stage, "a", 10).await;
    assert_eq!(kept.len(), 2);
    assert_eq!(kept[0].timer, None, "somebody asked for it");
}

pub async fn the_next_life_has_no_history_of_the_last<H: Harness>(mut stage: Stage<H>) {
    let agendas = stage.agendas::<Planned>();
    agendas.send("a", Entry::Look).await.unwrap();
    agendas.trigger("a").await.unwrap();
    agendas.terminate("a", "x").await.unwrap();
    assert_eq!(history(&stage, "a", 10).await, []);
    agendas.send("a", Entry::Look).await.unwrap();
    assert_eq!(history(&stage, "a", 10).await, []);
    stage.world.script("a", [Act::Terminate]);
    agendas.trigger("a").await.unwrap();
    agendas.send("a", Entry::Look).await.unwrap();
    stage.restart().await;
    assert_eq!(history(&stage, "a", 10).await, []);
}

pub async fn without_the_key_nothing_is_kept<H: Harness>(mut stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    assert_eq!(ledgers.history("missing", 10).await.unwrap(), []);
    assert_eq!(
        ledgers.status("missing").await.unwrap().status,
        Status::NotFound
    );
    ledgers.send("a", note("one")).await.unwrap();
    ledgers.trigger("a").await.unwrap();
    assert_eq!(ledgers.history("a", 10).await.unwrap(), []);
    let agendas = stage.agendas::<Planned>();
    agendas.send("a", Entry::Look).await.unwrap();
    agendas.trigger("a").await.unwrap();
    stage.restart_as(Program::Changed).await;
    let changed = stage.agendas::<Replanned>();
    changed.trigger("a").await.unwrap();
    assert_eq!(
        changed.history("a", 10).await.unwrap(),
        [],
        "once the key is gone"
    );
}

pub async fn a_history_of_one_keeps_the_last<H: Harness>(stage: Stage<H>) {
    let single = stage.agendas::<Single>();
    single
        .send("a", Entry::In(vec![(Bell::Unnamed, 1)]))
        .await
        .unwrap();
    single.trigger("a").await.unwrap();
    stage.advance("1s").await;
    let kept = single.history("a", 10).await.unwrap();
    let executions: Vec<_> = kept.iter().map(|run| run.execution_id.as_str()).collect();
    assert_eq!(executions, [stage.world.runs("a")[1].execution_id.as_str()]);
    assert_eq!(kept[0].timer, None, "it has no name");
}
