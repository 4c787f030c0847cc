//! What every host must do with states that callers bring.

use durable_jobs_runtime::{
    ClientError,
    wire::{RequestId, RunOutcome, Status},
};

use crate::conformance::{
    Act, Harness, Program, Stage,
    fixtures::{
        keeper::{Hooked, Keeper, Kept},
        ticker::{LaterHourly, Ticker, Widened},
    },
    harness::begin,
};

pub async fn set_state_replaces_the_state_of_the_next_run<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Hooked>();
    keepers.start("a", Keeper::noted("old")).await.unwrap();
    stage.settle().await;
    let set = keepers.set_state("a", Keeper::noted("new")).await.unwrap();
    assert_eq!(
        (set.updated, set.status, set.outcome),
        (true, Status::Waiting, None)
    );
    assert_eq!(keepers.state("a").await.unwrap().unwrap().note, "new");
    assert_eq!(stage.world.runs("a").len(), 1, "it begins no run");
    stage.advance("1h").await;
    let run = &stage.world.runs("a")[1];
    assert_eq!(
        run.state["note"], "new",
        "not what is left in memory of the last run"
    );
    assert_eq!(run.state["count"], 0);
}

pub async fn set_state_then_trigger_answers_after_the_run<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    let next = keepers.status("a").await.unwrap().next_run_at;
    let set = keepers
        .set_state("a", Keeper::noted("new"))
        .then_trigger()
        .await
        .unwrap();
    assert_eq!(
        (set.updated, set.outcome),
        (true, Some(RunOutcome::Completed))
    );
    let runs = stage.world.runs("a");
    assert_eq!((runs.len(), &runs[0].state["note"]), (1, &"new".into()));
    let status = keepers.status("a").await.unwrap();
    assert_eq!(status.next_run_at, next, "no slot is moved");
    stage.world.script("a", [Act::Fail]);
    let set = keepers
        .update_state("a", |state| state.note.push('!'))
        .then_trigger();
    let outcome = set.await.unwrap().outcome;
    assert!(
        matches!(outcome, Some(RunOutcome::Retrying { .. })),
        "{outcome:?}"
    );
    let note = keepers.state("a").await.unwrap().unwrap().note;
    assert_eq!(note, "new!", "a failed run does not undo it");
}

pub async fn update_state_changes_what_it_has_read<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("a")).await.unwrap();
    stage.advance("2h").await;
    let set = keepers
        .update_state("a", |state| state.note.push('b'))
        .await
        .unwrap();
    assert!(set.updated);
    let state = keepers.state("a").await.unwrap().unwrap();
    assert_eq!((state.count, &*state.note), (2, "ab"));
}

pub async fn updates_at_once_lose_nothing<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    let grow = |state: &mut Keeper<Kept>| state.note.push('x');
    let mut updates = Vec::new();
    for _ in 0..5 {
        updates.push(begin(keepers.update_state("a", grow).into_future()).await);
    }
    for update in updates {
        assert!(update.answer().await.unwrap().updated);
    }
    assert_eq!(keepers.state("a").await.unwrap().unwrap().note, "xxxxx");
}

pub async fn set_state_waits_for_the_end_of_a_run<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let keepers = stage.keepers::<Hooked>();
    keepers.start("a", Keeper::noted("old")).await.unwrap();
    stage.settle().await;
    let mut set = begin(keepers.set_state("a", Keeper::noted("new")).into_future()).await;
    stage.settle().await;
    let state = keepers.state("a").await.unwrap().unwrap();
    assert_eq!(state.note, "old", "answered after the calls before it");
    assert!(!set.answered().await);
    stage.world.release("a");
    stage.settle().await;
    assert!(set.answer().await.unwrap().updated);
    let state = keepers.state("a").await.unwrap().unwrap();
    assert_eq!((state.count, &*state.note), (0, "new"));
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a")[1].state["note"], "new");
}

pub async fn update_state_during_a_run_changes_what_the_run_has_made<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let keepers = stage.keepers::<Hooked>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.settle().await;
    let change = |state: &mut Keeper<Hooked>| state.note = format!("after {}", state.count);
    let update = keepers.update_state("a", change).then_trigger();
    let update = begin(update.into_future()).await;
    stage.settle().await;
    keepers.status("a").await.unwrap(); // answered after the calls before it
    stage.world.release("a");
    let set = update.answer().await.unwrap();
    assert_eq!(set.outcome, Some(RunOutcome::Completed));
    let state = keepers.state("a").await.unwrap().unwrap();
    assert_eq!((state.count, &*state.note), (2, "after 1"));
    assert_eq!(stage.world.runs("a").len(), 2);
    assert_eq!(stage.world.most_at_once("a"), 1);
}

pub async fn a_state_that_waits_is_lost_with_a_crash_and_was_not_acknowledged<H: Harness>(
    mut stage: Stage<H>,
) {
    stage.world.script("a", [Act::Wait]);
    let keepers = stage.keepers::<Hooked>();
    keepers.start("a", Keeper::noted("old")).await.unwrap();
    stage.settle().await;
    let set = begin(keepers.set_state("a", Keeper::noted("new")).into_future()).await;
    keepers.status("a").await.unwrap(); // answered after the calls before it
    stage.restart().await;
    let error = set.answer().await.unwrap_err();
    assert!(
        matches!(error, ClientError::OutcomeUnknown { .. }),
        "{error}"
    );
    stage.advance("1m").await;
    let state = stage.keepers::<Hooked>().state("a").await.unwrap().unwrap();
    assert_eq!((state.count, &*state.note), (1, "old"));
}

pub async fn a_state_that_waits_is_refused_when_the_life_ends<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Hooked>();
    for (id, stops) in [("a", true), ("b", false)] {
        stage.world.script(id, [Act::Wait]);
        keepers.start(id, Keeper::noted("old")).await.unwrap();
        stage.settle().await;
        let set = begin(keepers.set_state(id, Keeper::noted("new")).into_future()).await;
        keepers.status(id).await.unwrap(); // answered after the calls before it
        match stops {
            true => drop(keepers.stop(id, "enough").await.unwrap()),
            false => drop(keepers.terminate(id, "enough").await.unwrap()),
        }
        assert!(!set.answer().await.unwrap().updated);
        assert!(keepers.state(id).await.unwrap().is_none());
    }
}

pub async fn a_retry_goes_on_with_the_new_state<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let keepers = stage.keepers::<Hooked>();
    keepers.start("a", Keeper::noted("old")).await.unwrap();
    stage.settle().await;
    let set = keepers.set_state("a", Keeper::noted("new")).await.unwrap();
    assert_eq!((set.updated, set.status), (true, Status::Retrying));
    stage.advance("5s").await;
    let run = &stage.world.runs("a")[1];
    assert_eq!((run.attempt, &run.state["note"]), (2, &"new".into()));
}

pub async fn a_paused_or_parked_job_takes_a_state_and_runs_nothing<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    keepers.pause("a").await.unwrap();
    let set = keepers
        .set_state("a", Keeper::noted("new"))
        .then_trigger()
        .await
        .unwrap();
    assert_eq!(
        (set.updated, set.status, set.outcome),
        (true, Status::Paused, None)
    );
    stage.advance("2h").await;
    assert_eq!(stage.world.runs("a"), []);
    keepers.resume("a").await.unwrap();
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a")[0].state["note"], "new");
}

pub async fn a_new_state_mends_one_that_does_not_decode<H: Harness>(mut stage: Stage<H>) {
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("a", Ticker::from(6)).await.unwrap();
    stage.restart_as(Program::Changed).await;
    stage.advance("1h").await;
    let widened = stage.widened();
    assert_eq!(widened.status("a").await.unwrap().status, Status::Parked);
    let token = "mended".to_owned();
    assert!(
        widened
            .set_state("a", Widened { token })
            .await
            .unwrap()
            .updated
    );
    assert_eq!(widened.resume("a").await.unwrap(), Status::Retrying);
    stage.settle().await;
    assert_eq!(widened.status("a").await.unwrap().status, Status::Waiting);
    assert_eq!(widened.state("a").await.unwrap().unwrap().token, "mended");
}

pub async fn a_missing_job_takes_no_state<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    let set = keepers
        .set_state("a", Keeper::noted(""))
        .then_trigger()
        .await
        .unwrap();
    assert_eq!((set.updated, set.status), (false, Status::NotFound));
    let set = keepers
        .update_state("a", |_| panic!("there is nothing to change"))
        .await;
    assert_eq!(set.unwrap().status, Status::NotFound);
    assert_eq!(stage.host.telemetry(), []);
}

pub async fn a_repeated_set_state_takes_effect_once<H: Harness>(stage: Stage<H>) {
    const REQUEST: RequestId = RequestId::new(77);
    let keepers = stage.keepers::<Hooked>();
    keepers.start("a", Keeper::noted("")).await.unwrap();
    stage.settle().await;
    let repeated = keepers.clone().with_request(REQUEST);
    let first = repeated
        .set_state("a", Keeper::noted("new"))
        .then_trigger()
        .await
        .unwrap();
    assert_eq!(first.outcome, Some(RunOutcome::Completed));
    keepers
        .set_state("a", Keeper::noted("newer"))
        .await
        .unwrap();
    let again = repeated
        .set_state("a", Keeper::noted("new"))
        .then_trigger()
        .await
        .unwrap();
    assert_eq!(again, first);
    assert_eq!(keepers.state("a").await.unwrap().unwrap().note, "newer");
    assert_eq!(stage.world.runs("a").len(), 2);
}

/// A state of so many bytes.
fn sized(bytes: usize) -> Keeper<Kept> {
    let bare = serde_json::to_string(&Keeper::<Kept>::noted(""))
        .unwrap()
        .len();
    Keeper::noted("x".repeat(bytes - bare))
}

pub async fn a_state_that_is_too_large_is_refused<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    let error = keepers.start("a", sized(401)).await.unwrap_err();
    assert!(matches!(error, ClientError::Validation { .. }), "{error}");
    assert!(error.to_string().contains("401 bytes"), "{error}");
    assert_eq!(keepers.status("a").await.unwrap().status, Status::NotFound);
    assert!(keepers.start("a", sized(400)).await.unwrap().created);
    assert!(keepers.set_state("a", sized(399)).await.unwrap().updated);
    let error = keepers.set_state("a", sized(401)).await.unwrap_err();
    assert!(matches!(error, ClientError::Validation { .. }), "{error}");
    let grow = |state: &mut Keeper<Kept>| state.note.push_str("xx");
    let error = keepers.update_state("a", grow).await.unwrap_err();
    assert!(matches!(error, ClientError::Validation { .. }), "{error}");
    let state = keepers.state("a").await.unwrap().unwrap();
    assert_eq!(serde_json::to_string(&state).unwrap().len(), 399);
}

pub async fn a_run_whose_state_is_too_large_fails_and_loses_nothing<H: Harness>(stage: Stage<H>) {
    let keepers = stage.keepers::<Kept>();
    keepers
        .start("a", Keeper::noted("as it was"))
        .await
        .unwrap();
    // With a count and a start of one digit each.
    let most = sized(400).note.len();
    stage
        .world
        .script("a", [Act::Grow(most + 1), Act::Grow(most)]);
    stage.advance("1h").await;
    let status = keepers.status("a").await.unwrap();
    assert_eq!((status.status, status.attempt), (Status::Retrying, 2));
    assert!(status.last_error.unwrap().contains("401 bytes"));
    assert_eq!(keepers.state("a").await.unwrap().unwrap().note, "as it was");
    stage.advance("5s").await;
    let state = keepers.state("a").await.unwrap().unwrap();
    assert_eq!((state.count, state.note.len()), (1, most));
}
