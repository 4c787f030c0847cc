//! Repetitions of calls whose callers, or whose host, have not lived to see the answer.

use std::time::Duration;

use durable_jobs_runtime::wire::Status;

use super::{OTHER, REQUEST, assert_completed, assert_unknown, attempts, handled};
use crate::conformance::{
    Act, Harness, Program, Stage,
    fixtures::{
        basket::{Item, Windowed},
        ledger::{Command, Retried},
        ticker::{Hourly, LaterHourly, Ticker},
    },
    harness::begin,
};

pub async fn an_answer_outlives_a_crash<H: Harness>(mut stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>().with_request(REQUEST);
    let ledgers = stage.ledgers::<Retried>().with_request(REQUEST);
    let added = baskets.add("a", Item::Put(1)).await.unwrap();
    let sent = ledgers.send("a", Command::Cancel).await.unwrap();
    stage.restart().await;
    let baskets = stage.baskets::<Windowed>().with_request(REQUEST);
    let ledgers = stage.ledgers::<Retried>().with_request(REQUEST);
    assert_eq!(baskets.add("a", Item::Put(1)).await.unwrap(), added);
    assert_eq!(ledgers.send("a", Command::Cancel).await.unwrap(), sent);
    assert_eq!(baskets.status("a").await.unwrap().event_count, 1);
    assert_eq!(handled(&stage, "a"), 1);
}

pub async fn answers_outlive_the_instance_and_a_crash<H: Harness>(mut stage: Stage<H>) {
    let starting = stage.tickers::<LaterHourly>().with_request(OTHER);
    let started = starting.start("a", Ticker::from(0)).await.unwrap();
    let ending = stage.tickers::<LaterHourly>().with_request(REQUEST);
    let terminated = ending.terminate("a", "done").await.unwrap();
    stage.restart().await;
    let starting = stage.tickers::<LaterHourly>().with_request(OTHER);
    let again = starting.start("a", Ticker::from(0)).await.unwrap();
    assert_eq!(again, started);
    let ending = stage.tickers::<LaterHourly>().with_request(REQUEST);
    assert_eq!(ending.terminate("a", "done").await.unwrap(), terminated);
    let status = ending.status("a").await.unwrap();
    assert_eq!(status.status, Status::NotFound, "no second life");
}

pub async fn an_answer_does_not_outlive_five_minutes_and_a_crash<H: Harness>(mut stage: Stage<H>) {
    let tickers = stage.tickers::<LaterHourly>().with_request(REQUEST);
    tickers.start("a", Ticker::from(0)).await.unwrap();
    let later = stage.now() + Duration::from_secs(300);
    stage.restart_at(later, Program::First).await;
    let tickers = stage.tickers::<LaterHourly>().with_request(REQUEST);
    assert!(!tickers.start("a", Ticker::from(0)).await.unwrap().created);
}

pub async fn a_call_that_a_crash_met_takes_effect_once<H: Harness>(mut stage: Stage<H>) {
    let adding = stage.baskets::<Windowed>().with_request(REQUEST);
    let sending = stage.ledgers::<Retried>().with_request(REQUEST);
    // Whether these are stored before the crash is the host's affair.
    let added = begin(adding.add("a", Item::Put(1))).await;
    let sent = begin(sending.send("a", Command::Note("x".to_owned()))).await;
    stage.restart().await;
    drop((added, sent));
    let baskets = stage.baskets::<Windowed>().with_request(REQUEST);
    let added = baskets.add("a", Item::Put(1)).await.unwrap();
    assert_eq!((added.created, added.event_count), (true, 1));
    assert_eq!(baskets.status("a").await.unwrap().event_count, 1);
    let ledgers = stage.ledgers::<Retried>().with_request(REQUEST);
    ledgers
        .send("a", Command::Note("x".to_owned()))
        .await
        .unwrap();
    let stored = ledgers.state("a").await.unwrap().unwrap();
    assert_eq!(stored.state.notes, ["x"]);
}

pub async fn a_trigger_that_a_crash_cut_off_is_unknown_and_makes_no_second_run<H: Harness>(
    mut stage: Stage<H>,
) {
    stage.world.script("a", [Act::Wait]);
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    let triggering = tickers.with_request(REQUEST);
    let waiting = begin(triggering.trigger("a")).await;
    stage.settle().await;
    stage.restart().await;
    assert_unknown(waiting.answer().await.unwrap_err(), REQUEST);
    let tickers = stage.tickers::<LaterHourly>();
    let repeated = tickers.clone().with_request(REQUEST);
    for _ in 0..2 {
        assert_unknown(repeated.trigger("a").await.unwrap_err(), REQUEST);
        stage.advance("1m").await;
    }
    // The run was made for the first call, and once more because the crash has cut it off.
    assert_eq!(attempts(&stage, "a"), [(1, 1), (1, 2)]);
    assert_completed(&tickers.with_request(OTHER).trigger("a").await.unwrap());
}

pub async fn a_trigger_that_shared_a_timer_is_unknown_after_a_crash_too<H: Harness>(
    mut stage: Stage<H>,
) {
    stage.world.script("a", [Act::Wait]);
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    let (one, another) = (
        tickers.clone().with_request(REQUEST),
        tickers.with_request(OTHER),
    );
    let first = begin(one.trigger("a")).await;
    let second = begin(another.trigger("a")).await;
    one.status("a").await.unwrap(); // answered after the calls before it
    stage.restart().await;
    drop((first, second));
    let runs = stage.world.runs("a").len();
    for request in [REQUEST, OTHER] {
        let repeated = stage.tickers::<Hourly>().with_request(request);
        assert_unknown(repeated.trigger("a").await.unwrap_err(), request);
    }
    stage.advance("1m").await;
    assert_eq!(stage.world.runs("a").len(), runs, "neither makes a run");
}

pub async fn an_event_that_a_crash_met_waiting_may_be_sent_again<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(10)).await.unwrap();
    // The event may find the run due, and then it waits in memory for the run that it begins.
    stage.host.set_clock(stage.now() + Duration::from_secs(10));
    let sending = ledgers.with_request(REQUEST);
    let waiting = begin(sending.send("a", Command::Note("x".to_owned()))).await;
    sending.status("a").await.unwrap(); // answered after the calls before it
    stage.settle().await;
    stage.restart().await;
    drop(waiting);
    stage.advance("10s").await;
    let ledgers = stage.ledgers::<Retried>().with_request(REQUEST);
    ledgers
        .send("a", Command::Note("x".to_owned()))
        .await
        .unwrap();
    let stored = ledgers.state("a").await.unwrap().unwrap();
    assert_eq!(stored.state.notes, ["x"]);
}
