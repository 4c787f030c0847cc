//! Requests that have had no effect: they may be used again.

use durable_jobs_runtime::{ClientError, wire::Status};

use super::{OTHER, REQUEST, handled};
use crate::conformance::{
    Harness, Stage,
    fixtures::{
        basket::{Bounded, Item, Windowed},
        ledger::{Command, Retried},
        ticker::{LaterHourly, Ticker},
    },
};

pub async fn a_refused_call_may_be_repeated<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>().with_request(REQUEST);
    let error = baskets.add("a", Item::Refuse).await.unwrap_err();
    assert!(matches!(error, ClientError::Rejected { .. }), "{error}");
    assert!(baskets.add("a", Item::Put(1)).await.unwrap().created);

    let ledgers = stage.ledgers::<Retried>().with_request(REQUEST);
    let error = ledgers.send("a", Command::Fail).await.unwrap_err();
    assert!(matches!(error, ClientError::Rejected { .. }), "{error}");
    assert!(ledgers.send("a", Command::Cancel).await.unwrap().created);
    assert_eq!(handled(&stage, "a"), 2);
}

pub async fn a_call_for_which_there_was_no_room_may_be_repeated<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Bounded>();
    baskets.add_many("a", (1..=3).map(Item::Put)).await.unwrap();
    let repeated = baskets.with_request(REQUEST);
    let error = repeated.add("a", Item::Put(4)).await.unwrap_err();
    assert!(matches!(error, ClientError::Overflow { .. }), "{error}");
    stage.advance("5s").await;
    assert_eq!(
        repeated.add("a", Item::Put(4)).await.unwrap().event_count,
        1
    );
}

pub async fn a_call_that_found_nothing_may_be_repeated<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<LaterHourly>();
    let repeated = tickers.clone().with_request(REQUEST);
    assert!(!repeated.trigger("a").await.unwrap().triggered);
    tickers.start("a", Ticker::from(0)).await.unwrap();
    assert!(repeated.trigger("a").await.unwrap().triggered);
}

pub async fn a_call_that_was_not_stored_may_be_repeated<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>().with_request(REQUEST);
    stage.host.break_store();
    let error = baskets.add("a", Item::Put(1)).await.unwrap_err();
    assert!(matches!(error, ClientError::Storage { .. }), "{error}");
    stage.host.mend_store();
    let added = baskets.add("a", Item::Put(1)).await.unwrap();
    assert_eq!((added.created, added.event_count), (true, 1));
}

pub async fn what_only_reads_is_answered_anew<H: Harness>(mut stage: Stage<H>) {
    let tickers = stage.tickers::<LaterHourly>().with_request(REQUEST);
    assert_eq!(tickers.status("a").await.unwrap().status, Status::NotFound);
    assert!(tickers.state("a").await.unwrap().is_none());
    let started = tickers.start("a", Ticker::from(1)).await.unwrap();
    assert!(started.created, "nothing was stored for what only reads");
    for _ in 0..2 {
        let tickers = stage.tickers::<LaterHourly>().with_request(REQUEST);
        assert_eq!(tickers.status("a").await.unwrap().status, Status::Waiting);
        assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 1);
        stage.restart().await;
    }
    let tickers = stage.tickers::<LaterHourly>().with_request(REQUEST);
    assert_eq!(tickers.start("a", Ticker::from(1)).await.unwrap(), started);
}

pub async fn what_only_reads_stores_nothing_after_the_clock_was_set<H: Harness>(stage: Stage<H>) {
    let ledgers = stage.ledgers::<Retried>();
    ledgers.send("a", Command::In(60)).await.unwrap();
    // The next step of the instance stores its timer anew.
    let earlier = stage.now() - std::time::Duration::from_secs(3600);
    stage.host.set_clock(earlier);
    let reading = ledgers.with_request(REQUEST);
    reading.status("a").await.unwrap();
    assert!(!reading.send("a", Command::Cancel).await.unwrap().created);
    assert_eq!(handled(&stage, "a"), 2);
}

pub async fn another_call_of_a_request_is_not_made<H: Harness>(stage: Stage<H>) {
    let baskets = stage.baskets::<Windowed>().with_request(REQUEST);
    baskets.add("a", Item::Put(1)).await.unwrap();
    let error = baskets.flush("a").await.unwrap_err();
    assert!(error.to_string().contains("request"), "{error}");
    assert_eq!(baskets.status("a").await.unwrap().event_count, 1);
    let flushed = baskets.with_request(OTHER).flush("a").await.unwrap();
    assert!(flushed.flushed);
}
