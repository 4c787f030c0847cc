//! What every host must do when code of the user panics outside of a handler.

use durable_jobs_runtime::{
    ClientError,
    wire::{RunOutcome, Status},
};

use super::{
    Act, Harness, PanicEnds, Stage,
    fixtures::{
        basket::{Item, Windowed},
        ledger::{Command, Retried},
        panics::{Panics, When},
        ticker::{Hourly, Linear, Ticker},
    },
};

fn assert_told<H: Harness>(answer: Result<impl std::fmt::Debug, ClientError>) {
    H::PANICS.assert_told(&answer.unwrap_err());
}

/// Another instance of the same job goes on, whatever has happened to `a`.
async fn assert_unharmed<H: Harness>(stage: &Stage<H>) {
    let other = stage.tickers::<Linear>();
    let started = other.start_and_wait("b", Ticker::from(0)).await.unwrap();
    assert_eq!(started.outcome, Some(RunOutcome::Completed));
}

/// The attempt whose state panics is cut off with the reason told, and the next one succeeds.
async fn one_attempt_is_cut_off<H: Harness>(stage: Stage<H>, acts: [Act; 2], attempts: &[u32]) {
    stage.world.script("a", acts);
    let tickers = stage.tickers::<Linear>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    let mut told = tickers.status("a").await.unwrap();
    if told.last_error.is_none() {
        stage.advance("1h").await;
        told = tickers.status("a").await.unwrap();
    }
    assert_eq!((told.status, told.attempt), (Status::Retrying, 2));
    let reason = told.last_error.unwrap();
    assert!(reason.contains("scripted panic"), "{reason}");
    assert_unharmed(&stage).await;
    stage.advance("50m").await;
    let runs = stage.world.runs("a");
    let made: Vec<_> = runs.iter().map(|run| run.attempt).collect();
    assert_eq!(made, attempts);
    assert_eq!(tickers.status("a").await.unwrap().status, Status::Waiting);
}

pub async fn a_state_that_panics_when_it_is_encoded_costs_its_attempt<H: Harness>(stage: Stage<H>) {
    let acts = [Act::PanicWhen(When::Encoded), Act::Succeed];
    one_attempt_is_cut_off(stage, acts, &[1, 2]).await;
}

pub async fn a_state_that_panics_when_it_is_dropped_costs_the_attempt_that_dropped_it<
    H: Harness,
>(
    stage: Stage<H>,
) {
    let acts = [Act::PanicWhen(When::Dropped), Act::Fail];
    one_attempt_is_cut_off(stage, acts, &[1, 1, 2]).await;
}

pub async fn a_state_that_panics_whenever_it_is_decoded_runs_out_of_attempts<H: Harness>(
    mut stage: Stage<H>,
) {
    stage.world.script("a", [Act::PanicWhen(When::Decoded)]);
    let tickers = stage.tickers::<Linear>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    stage.restart().await;
    stage.advance("90m").await;
    let tickers = stage.tickers::<Linear>();
    let status = tickers.status("a").await.unwrap();
    assert_eq!(status.status, Status::Parked);
    let reason = status.last_error.unwrap();
    assert!(reason.contains("scripted panic"), "{reason}");
    assert_unharmed(&stage).await;
    assert!(tickers.terminate("a", "x").await.unwrap().terminated);
    let started = tickers.start_and_wait("a", Ticker::from(0)).await.unwrap();
    assert_eq!(started.outcome, Some(RunOutcome::Completed));
}

pub async fn a_start_with_a_state_that_panics_is_refused_and_harms_nobody<H: Harness>(
    stage: Stage<H>,
) {
    let tickers = stage.tickers::<Hourly>();
    for when in [When::Decoded, When::Decoded] {
        let mut brittle = Ticker::from(0);
        brittle.panics = Panics(when);
        assert_told::<H>(tickers.start("a", brittle).await);
    }
    assert_eq!(tickers.status("a").await.unwrap().status, Status::NotFound);
    let started = tickers.start_and_wait("a", Ticker::from(5)).await.unwrap();
    assert_eq!(
        (started.created, started.outcome),
        (true, Some(RunOutcome::Completed))
    );
    assert_unharmed(&stage).await;
}

pub async fn an_event_of_a_batch_that_panics_when_it_is_decoded_is_not_stored<H: Harness>(
    stage: Stage<H>,
) {
    let baskets = stage.baskets::<Windowed>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    let brittle = Item::Brittle(Panics(When::Decoded));
    assert_told::<H>(baskets.add("a", brittle).await);
    let added = baskets.add("a", Item::Put(2)).await.unwrap();
    assert_eq!((added.created, added.event_count), (false, 2));
    stage.advance("5s").await;
    assert_eq!(
        stage.world.runs("a")[0].state["items"],
        serde_json::json!([1, 2])
    );
}

pub async fn a_batch_that_panics_when_it_is_encoded_can_be_cleared<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>();
    let brittle = Item::PanicWhen(When::Encoded);
    baskets.add("a", brittle).await.unwrap();
    assert_told::<H>(baskets.state("a").await);
    let added = baskets.add("a", Item::Put(1)).await.unwrap();
    assert_eq!((added.created, added.event_count), (false, 2));
    assert_eq!(baskets.clear("a").await.unwrap().discarded_events, 2);
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.advance("5s").await;
    let items = &stage.world.runs("a")[0].state["items"];
    assert_eq!(*items, serde_json::json!([2]));
}

pub async fn a_batch_that_panics_when_it_is_dropped_leaves_the_next_one_usable<H: Harness>(
    stage: Stage<H>,
) {
    let baskets = stage.baskets::<Windowed>();
    let brittle = Item::PanicWhen(When::Dropped);
    baskets.add("a", brittle).await.unwrap();
    let cleared = baskets.clear("a").await;
    if H::PANICS == PanicEnds::Program {
        assert_told::<H>(cleared);
        assert_eq!(baskets.status("a").await.unwrap().event_count, 1);
        return assert_unharmed(&stage).await;
    }
    assert_eq!(cleared.unwrap().discarded_events, 1);
    let added = baskets.add("a", Item::Put(2)).await.unwrap();
    assert_eq!(added.event_count, 1);
    stage.advance("5s").await;
    let items = &stage.world.runs("a")[0].state["items"];
    assert_eq!(*items, serde_json::json!([2]));
    assert_eq!(baskets.status("a").await.unwrap().status, Status::Idle);
}

pub async fn an_event_of_a_task_that_panics_when_it_is_decoded_is_refused<H: Harness>(
    stage: Stage<H>,
) {
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(60)).await.unwrap();
    assert_told::<H>(
        ledgers
            .send("a", Command::Brittle(Panics(When::Decoded)))
            .await,
    );
    ledgers
        .send("a", Command::Note("next".to_owned()))
        .await
        .unwrap();
    assert_eq!(ledgers.status("a").await.unwrap().event_count, 2);
    stage.advance("1m").await;
    assert_eq!(stage.world.runs("a").len(), 1, "its timer is kept");
}

pub async fn an_event_whose_state_panics_when_it_is_encoded_is_refused<H: Harness>(
    stage: Stage<H>,
) {
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(60)).await.unwrap();
    assert_told::<H>(ledgers.send("a", Command::PanicWhen(When::Encoded)).await);
    ledgers
        .send("a", Command::Note("next".to_owned()))
        .await
        .unwrap();
    let stored = ledgers.state("a").await.unwrap().unwrap();
    assert_eq!(stored.state.notes, ["next"]);
    stage.advance("1m").await;
    assert_eq!(stage.world.runs("a").len(), 1);
}

pub async fn a_run_of_a_task_whose_state_panics_when_it_is_encoded_is_tried_again<H: Harness>(
    stage: Stage<H>,
) {
    stage.world.script("a", [Act::PanicWhen(When::Encoded)]);
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(1)).await.unwrap();
    stage.advance("1s").await;
    let status = ledgers.status("a").await.unwrap();
    assert_eq!((status.status, status.attempt), (Status::Retrying, 2));
    assert!(status.last_error.unwrap().contains("scripted panic"));
    stage.advance("10s").await;
    let stored = ledgers.state("a").await.unwrap().unwrap();
    assert_eq!(stored.state.runs, 1);
    assert_eq!(stage.world.runs("a")[1].attempt, 2);
}
