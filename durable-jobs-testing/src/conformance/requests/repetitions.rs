//! Repetitions of calls that were answered, or are still to be.

use durable_jobs_runtime::wire::{RunOutcome, Status};

use super::{OTHER, REQUEST, assert_completed, attempts, handled};
use crate::conformance::{
    Act, Harness, Stage,
    fixtures::{
        basket::{Item, Windowed},
        ledger::{Command, Retried},
        ticker::{Hourly, LaterHourly, Ticker},
    },
    harness::begin,
};

pub async fn a_repeated_add_adds_once<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>();
    let repeated = baskets.clone().with_request(REQUEST);
    let first = repeated.add("a", Item::Put(1)).await.unwrap();
    assert!(first.created);
    baskets.add("a", Item::Put(2)).await.unwrap();
    stage.advance("1s").await;
    assert_eq!(repeated.add("a", Item::Put(1)).await.unwrap(), first);
    assert_eq!(baskets.status("a").await.unwrap().event_count, 2);
    stage.advance("4s").await;
    assert_eq!(stage.world.runs("a").len(), 1);
    assert_eq!(repeated.add("a", Item::Put(1)).await.unwrap(), first);
    assert_eq!(
        baskets.status("a").await.unwrap().event_count,
        0,
        "after the flush, too"
    );
}

pub async fn a_repeated_send_is_handled_once<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>().with_request(REQUEST);
    let first = ledgers.send("a", Command::In(60)).await.unwrap();
    assert!(first.created);
    stage.advance("1s").await;
    assert_eq!(ledgers.send("a", Command::In(60)).await.unwrap(), first);
    assert_eq!(handled(&stage, "a"), 1);
}

pub async fn a_repeated_start_starts_once<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<LaterHourly>();
    let repeated = tickers.clone().with_request(REQUEST);
    let first = repeated.start("a", Ticker::from(1)).await.unwrap();
    assert!(first.created);
    assert_eq!(repeated.start("a", Ticker::from(1)).await.unwrap(), first);
    assert!(!tickers.start("a", Ticker::from(2)).await.unwrap().created);
    assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 1);
    tickers.terminate("a", "x").await.unwrap();
    assert_eq!(repeated.start("a", Ticker::from(1)).await.unwrap(), first);
    assert_eq!(
        tickers.status("a").await.unwrap().status,
        Status::NotFound,
        "no second life"
    );
}

pub async fn a_repeated_start_waits_for_the_same_first_run<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let tickers = stage.tickers::<Hourly>().with_request(REQUEST);
    let first = begin(tickers.start_and_wait("a", Ticker::from(0))).await;
    stage.settle().await;
    let second = begin(tickers.start_and_wait("a", Ticker::from(0))).await;
    tickers.status("a").await.unwrap(); // answered after the calls before it
    stage.world.release("a");
    stage.settle().await;
    let first = first.answer().await.unwrap();
    assert!(first.created);
    assert_eq!(first.outcome, Some(RunOutcome::Completed));
    assert_eq!(second.answer().await.unwrap(), first);
    assert_eq!(attempts(&stage, "a"), [(1, 1)]);
}

pub async fn a_repeated_terminate_answers_as_the_first_time<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<LaterHourly>();
    let repeated = tickers.clone().with_request(REQUEST);
    tickers.start("a", Ticker::from(1)).await.unwrap();
    let first = repeated.terminate("a", "done").await.unwrap();
    assert_eq!((first.terminated, first.reason.as_str()), (true, "done"));
    assert_eq!(repeated.terminate("a", "done").await.unwrap(), first);
    assert_eq!(tickers.status("a").await.unwrap().status, Status::NotFound);
    assert!(tickers.state("a").await.unwrap().is_none());
    let another = tickers.terminate("a", "done").await.unwrap();
    assert_eq!(another.reason, "not_found");

    assert!(tickers.start("a", Ticker::from(2)).await.unwrap().created);
    assert_eq!(repeated.terminate("a", "done").await.unwrap(), first);
    assert_eq!(
        tickers.state("a").await.unwrap().unwrap().count,
        2,
        "the next life goes on"
    );
}

pub async fn a_repeated_stop_answers_as_the_first_time<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<LaterHourly>();
    let repeated = tickers.clone().with_request(REQUEST);
    tickers.start("a", Ticker::from(1)).await.unwrap();
    let first = repeated.stop("a", "enough").await.unwrap();
    assert!(first.stopped);
    tickers.start("a", Ticker::from(2)).await.unwrap();
    assert_eq!(repeated.stop("a", "enough").await.unwrap(), first);
    assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 2);
}

pub async fn a_repeated_clear_clears_once<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>();
    let repeated = baskets.clone().with_request(REQUEST);
    baskets.add_many("a", (1..=2).map(Item::Put)).await.unwrap();
    let first = repeated.clear("a").await.unwrap();
    assert_eq!((first.cleared, first.discarded_events), (true, 2));
    baskets.add("a", Item::Put(3)).await.unwrap();
    assert_eq!(repeated.clear("a").await.unwrap(), first);
    assert_eq!(baskets.status("a").await.unwrap().event_count, 1);
}

pub async fn a_repeated_flush_flushes_once<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>();
    let repeated = baskets.clone().with_request(REQUEST);
    baskets.add("a", Item::Put(1)).await.unwrap();
    let first = repeated.flush("a").await.unwrap();
    assert!(first.flushed);
    baskets.add("a", Item::Put(2)).await.unwrap();
    assert_eq!(repeated.flush("a").await.unwrap(), first);
    stage.settle().await;
    assert_eq!(baskets.status("a").await.unwrap().event_count, 1);
    assert_eq!(stage.world.runs("a").len(), 1);
}

pub async fn a_repeated_trigger_runs_once<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    let repeated = tickers.with_request(REQUEST);
    let first = repeated.trigger("a").await.unwrap();
    assert_completed(&first);
    stage.advance("1m").await;
    assert_eq!(repeated.trigger("a").await.unwrap(), first);
    stage.settle().await;
    assert_eq!(stage.world.runs("a").len(), 1);

    let ledgers = stage.ledgers::<Retried>().with_request(OTHER);
    stage
        .ledgers::<Retried>()
        .send("b", Command::Cancel)
        .await
        .unwrap();
    let first = ledgers.trigger("b").await.unwrap();
    assert_completed(&first);
    assert_eq!(ledgers.trigger("b").await.unwrap(), first);
    assert_eq!(stage.world.runs("b").len(), 1);
}

pub async fn a_repeated_pause_pauses_once<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    let pausing = tickers.clone().with_request(REQUEST);
    let resuming = tickers.clone().with_request(OTHER);
    assert_eq!(pausing.pause("a").await.unwrap(), Status::Paused);
    assert_eq!(resuming.resume("a").await.unwrap(), Status::Waiting);
    assert_eq!(pausing.pause("a").await.unwrap(), Status::Paused);
    assert_eq!(tickers.status("a").await.unwrap().status, Status::Waiting);
    tickers.pause("a").await.unwrap();
    assert_eq!(resuming.resume("a").await.unwrap(), Status::Waiting);
    assert_eq!(tickers.status("a").await.unwrap().status, Status::Paused);
}

pub async fn repetitions_at_once_take_effect_once<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>().with_request(REQUEST);
    let first = begin(baskets.add("a", Item::Put(1))).await;
    let second = begin(baskets.add("a", Item::Put(1))).await;
    let (first, second) = (
        first.answer().await.unwrap(),
        second.answer().await.unwrap(),
    );
    assert!(first.created);
    assert_eq!(first, second);
    assert_eq!(baskets.status("a").await.unwrap().event_count, 1);
}

pub async fn a_repeated_send_waits_for_the_same_handler<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>().with_request(REQUEST);
    let wait = || Command::Wait("x".to_owned());
    let first = begin(ledgers.send("a", wait())).await;
    stage.settle().await;
    let second = begin(ledgers.send("a", wait())).await;
    ledgers.status("a").await.unwrap(); // answered after the calls before it
    stage.world.release("a");
    let (first, second) = (
        first.answer().await.unwrap(),
        second.answer().await.unwrap(),
    );
    assert!(first.created);
    assert_eq!(first, second);
    assert_eq!(handled(&stage, "a"), 1);
}

pub async fn a_repeated_trigger_joins_its_run<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    let repeated = tickers.with_request(REQUEST);
    let first = begin(repeated.trigger("a")).await;
    stage.settle().await;
    let mut second = begin(repeated.trigger("a")).await;
    repeated.status("a").await.unwrap(); // answered after the calls before it
    assert!(!second.answered().await, "the run is still out");
    stage.world.release("a");
    stage.settle().await;
    let first = first.answer().await.unwrap();
    assert_completed(&first);
    assert_eq!(second.answer().await.unwrap(), first);
    stage.advance("59m").await;
    assert_eq!(stage.world.runs("a").len(), 1);
}

pub async fn a_trigger_that_a_terminate_has_ended_is_answered_so_again<H: Harness>(
    stage: Stage<H>,
) {
    stage.world.script("a", [Act::Wait]);
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    let triggering = tickers.clone().with_request(REQUEST);
    let terminating = tickers.clone().with_request(OTHER);
    let triggered = begin(triggering.trigger("a")).await;
    stage.settle().await;
    let terminated = terminating.terminate("a", "x").await.unwrap();
    let triggered = triggered.answer().await.unwrap();
    let reason = "x".to_owned();
    assert_eq!(triggered.outcome, Some(RunOutcome::Terminated { reason }));
    tickers.start("a", Ticker::from(0)).await.unwrap();
    assert_eq!(triggering.trigger("a").await.unwrap(), triggered);
    assert_eq!(terminating.terminate("a", "x").await.unwrap(), terminated);
    assert_eq!(tickers.status("a").await.unwrap().run_count, 0);
}

pub async fn an_event_that_ends_what_it_would_begin_is_handled_once<H: Harness>(
    mut stage: Stage<H>,
) {
    let ledgers = stage.ledgers::<Retried>().with_request(REQUEST);
    let first = ledgers.send("a", Command::Terminate).await.unwrap();
    assert_eq!(ledgers.send("a", Command::Terminate).await.unwrap(), first);
    stage.restart().await;
    let ledgers = stage.ledgers::<Retried>().with_request(REQUEST);
    assert_eq!(ledgers.send("a", Command::Terminate).await.unwrap(), first);
    assert_eq!(handled(&stage, "a"), 1);
}

pub async fn after_five_minutes_it_is_another_call<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>().with_request(REQUEST);
    let first = baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance("4m 59s").await;
    assert_eq!(baskets.add("a", Item::Put(1)).await.unwrap(), first);
    stage.advance("1s").await;
    let another = baskets.add("a", Item::Put(1)).await.unwrap();
    assert_eq!((another.created, another.event_count), (false, 1));
    stage.advance("5s").await;
    assert_eq!(stage.world.runs("a").len(), 2);
    assert_eq!(baskets.add("a", Item::Put(1)).await.unwrap(), another);
}

pub async fn requests_of_instances_are_their_own<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>().with_request(REQUEST);
    let ledgers = stage.ledgers::<Retried>().with_request(REQUEST);
    for id in ["a", "b"] {
        assert!(baskets.add(id, Item::Put(1)).await.unwrap().created);
        assert!(ledgers.send(id, Command::Cancel).await.unwrap().created);
    }
}
