//! What every host must tell observers.

use std::time::Duration;

use durable_jobs_runtime::{
    ErrorAction,
    continuous::Next,
    telemetry::{
        Happening,
        LogLevel::{self, Debug, Error, Info, Warn},
    },
};

use super::{
    Act, Harness, Program, Stage,
    fixtures::{
        agenda::{Entry, Grown, Planned, Single},
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

/// The levels of the lines that were told of one id.
fn lines<H: Harness>(stage: &Stage<H>, id: &str) -> Vec<LogLevel> {
    let told = stage.told(id).into_iter();
    told.filter_map(|told| match told {
        Happening::Log { level, .. } => Some(level),
        _ => None,
    })
    .collect()
}

pub async fn only_errors_are_told_unless_asked<H: Harness>(stage: Stage<H>) {
    stage.world.script("ticker", [Act::Speak]);
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("ticker", Ticker::from(0)).await.unwrap();
    tickers.trigger("ticker").await.unwrap();
    stage.world.script("basket", [Act::Speak]);
    let baskets = stage.baskets::<Windowed>();
    baskets.add("basket", Item::Put(1)).await.unwrap();
    baskets.flush("basket").await.unwrap();
    stage.settle().await;
    for id in ["ticker", "basket"] {
        assert_eq!(lines(&stage, id), [Error], "{id}");
    }
}

pub async fn a_job_says_from_which_level_on_lines_are_told<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("all", [Act::Speak]);
    let agendas = stage.agendas::<Planned>();
    agendas.send("all", Entry::Look).await.unwrap();
    agendas.trigger("all").await.unwrap();
    stage.world.script("none", [Act::Speak]);
    let single = stage.agendas::<Single>();
    single.send("none", Entry::Look).await.unwrap();
    single.trigger("none").await.unwrap();
    stage.settle().await;
    assert_eq!(lines(&stage, "all"), [Debug, Info, Warn, Error]);
    assert_eq!(lines(&stage, "none"), []);
    stage.restart_as(Program::Changed).await;
    stage.world.script("some", [Act::Speak]);
    let grown = stage.agendas::<Grown>();
    grown.send("some", Entry::Look).await.unwrap();
    grown.trigger("some").await.unwrap();
    stage.settle().await;
    assert_eq!(lines(&stage, "some"), [Warn, Error]);
}

pub async fn lines_are_told_of_a_failed_attempt_too_and_values_are_not<H: Harness>(
    stage: Stage<H>,
) {
    stage.world.script("a", [Act::SpeakAndFail, Act::Speak]);
    let agendas = stage.agendas::<Planned>();
    agendas.send("a", Entry::Look).await.unwrap();
    agendas.trigger("a").await.unwrap();
    assert_eq!(lines(&stage, "a").len(), 4);
    agendas.trigger("a").await.unwrap();
    stage.settle().await;
    assert_eq!(lines(&stage, "a").len(), 8);
    let values: Vec<_> = stage
        .told("a")
        .into_iter()
        .filter_map(|told| match told {
            Happening::Metric { name, value } => Some((name, value)),
            _ => None,
        })
        .collect();
    assert_eq!(
        values,
        [("spoken".to_owned(), 4.0)],
        "and what is no number is left out"
    );
}

pub async fn telemetry_tells_what_follows_a_run<H: Harness>(stage: Stage<H>) {
    let acts = [Act::Succeed, Act::Next(Next::pause())];
    stage.world.script("a", acts);
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    let paused = |told: &&Happening| matches!(told, Happening::Paused);
    let next = Happening::Scheduled {
        at: stage.now() + Duration::from_secs(3600),
    };
    let told = stage.told("a");
    assert!(told.contains(&next), "{told:?}");
    assert_eq!(told.iter().filter(paused).count(), 0, "{told:?}");
    stage.advance(Duration::from_secs(3600)).await;
    assert_eq!(stage.told("a").iter().filter(paused).count(), 1);
}

pub async fn telemetry_numbers_the_attempts_that_follow<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail, Act::Fail]);
    let baskets = stage.baskets::<Windowed>();
    baskets.add("a", Item::Put(1)).await.unwrap();
    stage.advance(Duration::from_secs(60)).await;
    let told = stage.told("a").into_iter();
    let attempts = told.filter_map(|told| match told {
        Happening::Retrying { attempt, .. } => Some(attempt),
        _ => None,
    });
    assert_eq!(attempts.collect::<Vec<_>>(), [2, 3]);
}

pub async fn on_error_says_why_it_terminates<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Fail]);
    let reason = "revoked".to_owned();
    stage.world.on_error("a", ErrorAction::Terminate { reason });
    let tickers = stage.tickers::<Hourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.settle().await;
    let why = stage.told("a").into_iter().find_map(|told| match told {
        Happening::Terminated { reason, .. } => Some(reason),
        _ => None,
    });
    assert_eq!(why.as_deref(), Some("revoked"));
}
