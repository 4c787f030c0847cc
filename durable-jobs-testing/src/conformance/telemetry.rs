//! What every host must tell observers.

use durable_jobs_runtime::telemetry::Happening;

use super::{
    Act, Harness, Stage,
    fixtures::{
        basket::{Item, Windowed},
        ticker::{Hourly, LaterHourly, Ticker},
    },
};

pub async fn telemetry_tells_a_life_in_order<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    tickers.terminate("a", "closed").await.unwrap();
    stage.settle().await;
    let told = stage.told("a");
    assert!(matches!(told[0], Happening::Started), "{told:?}");
    assert!(
        matches!(
            told[1],
            Happening::Executed {
                run_count: 1,
                attempt: 1,
                ..
            }
        ),
        "{told:?}"
    );
    let Some(Happening::Terminated {
        reason,
        run_count: 1,
    }) = told.last()
    else {
        panic!("{told:?}");
    };
    assert_eq!(reason, "closed");
    let events = stage.host.telemetry();
    assert!(
        events
            .iter()
            .all(|event| event.instance_id == "continuous:Hourly:a")
    );
    let mut ids: Vec<_> = events.iter().map(|event| &event.event_id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), events.len(), "every event has an id of its own");
}

pub async fn telemetry_tells_of_a_flush<H: Harness>(stage: Stage<H>) {
    stage
        .baskets::<Windowed>()
        .add_many("a", [Item::Put(1), Item::Put(2)])
        .await
        .unwrap();
    stage.advance("5s").await;
    let flushed =
        |told: &Happening| matches!(told, Happening::DebounceFlushed { event_count: 2, .. });
    assert!(stage.told("a").iter().any(flushed));
}

pub async fn a_failed_attempt_emits_nothing<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    tickers.trigger("a").await.unwrap();
    tickers.trigger("a").await.unwrap();
    stage.settle().await;
    let told = stage.told("a");
    let emitted: Vec<_> = told
        .iter()
        .filter_map(|told| match told {
            Happening::Custom { name, payload } => Some((name.as_str(), payload.as_u64())),
            _ => None,
        })
        .collect();
    assert_eq!(emitted, [("counted", Some(1))]);
}
