//! What every host must do for instances of any kind: ids, lives, versions, stray alarms.

use durable_jobs_runtime::{ClientError, queue::Envelope, wire::Status};

use super::{
    Act, Harness, Listing, Program, Stage,
    fixtures::{
        basket::{Item, Windowed},
        ledger::{self, Command, Retried},
        letter::{Letter, Single},
        ticker::{self, Hourly, LaterHourly, Linear, Ticker, Unregistered, VersionOne, VersionTwo},
    },
    harness::begin,
};
use crate::Span;

pub async fn ids_may_hold_any_characters<H: Harness>(mut stage: Stage<H>) {
    let longest = "x".repeat(512);
    let ids = [
        "a:b::c",
        "日本 🦀",
        "line\nbreak",
        "'; drop table instance; --",
        "\0",
        "%2F/..",
        &longest,
    ];
    for (count, id) in ids.iter().enumerate() {
        let tickers = stage.tickers::<LaterHourly>();
        let started = tickers.start(id, Ticker::from(count as u64)).await.unwrap();
        assert_eq!(started.instance_id, format!("continuous:LaterHourly:{id}"));
    }
    stage.restart().await;
    stage.advance("1h").await;
    for (count, id) in ids.iter().enumerate() {
        let state = stage
            .tickers::<LaterHourly>()
            .state(id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(state.count, count as u64 + 1, "{id:?}");
    }
}

pub async fn ids_that_are_empty_or_too_long_are_refused<H: Harness>(stage: Stage<H>) {
    for id in [String::new(), "x".repeat(513), "é".repeat(257)] {
        let errors = [
            stage
                .tickers::<Hourly>()
                .start(&id, Ticker::from(0))
                .await
                .unwrap_err(),
            stage
                .baskets::<Windowed>()
                .add(&id, Item::Put(1))
                .await
                .unwrap_err(),
            stage
                .ledgers::<Retried>()
                .send(&id, Command::Cancel)
                .await
                .unwrap_err(),
        ];
        for error in errors {
            assert!(matches!(error, ClientError::InvalidId { .. }), "{error}");
        }
    }
    assert_eq!(stage.host.telemetry(), []);
}

pub async fn event_ids_that_are_too_long_are_refused<H: Harness>(stage: Stage<H>) {
    let (baskets, ledgers) = (stage.baskets::<Windowed>(), stage.ledgers::<Retried>());
    let letters = stage.letters::<Single>();
    let letter = |event_id: &str| Envelope::new(Letter::new(1)).id(event_id);
    let longest = "x".repeat(512);
    baskets.add_once("a", &longest, Item::Put(1)).await.unwrap();
    ledgers
        .send_once("a", &longest, Command::Cancel)
        .await
        .unwrap();
    letters.enqueue("a", letter(&longest)).await.unwrap();
    let too_long = "x".repeat(513);
    let refused = [
        baskets
            .add_once("b", &too_long, Item::Put(1))
            .await
            .map(drop),
        ledgers
            .send_once("b", &too_long, Command::Cancel)
            .await
            .map(drop),
        letters.enqueue("b", letter(&too_long)).await.map(drop),
    ];
    for refused in refused {
        let Err(ClientError::Validation { field, .. }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(field.as_deref(), Some("event_id"));
    }
    assert_eq!(baskets.status("b").await.unwrap().status, Status::NotFound);
    assert_eq!(ledgers.status("b").await.unwrap().status, Status::NotFound);
    assert_eq!(letters.status("b").await.unwrap().status, Status::NotFound);
}

pub async fn jobs_do_not_share_ids<H: Harness>(stage: Stage<H>) {
    stage
        .tickers::<LaterHourly>()
        .start("a", Ticker::from(1))
        .await
        .unwrap();
    stage
        .baskets::<Windowed>()
        .add("a", Item::Put(2))
        .await
        .unwrap();
    stage
        .ledgers::<Retried>()
        .send("a", Command::Cancel)
        .await
        .unwrap();
    stage
        .ledgers::<Retried>()
        .terminate("a", "x")
        .await
        .unwrap();
    assert_eq!(
        stage
            .tickers::<LaterHourly>()
            .state("a")
            .await
            .unwrap()
            .unwrap()
            .count,
        1
    );
    assert_eq!(
        stage
            .baskets::<Windowed>()
            .state("a")
            .await
            .unwrap()
            .unwrap()
            .items,
        [2]
    );
    assert!(
        stage
            .tickers::<Hourly>()
            .state("a")
            .await
            .unwrap()
            .is_none()
    );
}

pub async fn an_unknown_job_is_named<H: Harness>(stage: Stage<H>) {
    let error = stage
        .tickers::<Unregistered>()
        .trigger("a")
        .await
        .unwrap_err();
    assert_eq!(
        error,
        ClientError::JobNotFound {
            job: "Unregistered".to_owned()
        }
    );
}

pub async fn instances_are_listed_or_the_host_says_that_it_cannot<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<LaterHourly>();
    for id in ["b", "a"] {
        tickers.start(id, Ticker::from(0)).await.unwrap();
    }
    let listed = tickers.list(None, None).await;
    match H::LISTING {
        Listing::Pages => {
            let instances = listed.unwrap().instances;
            let ids: Vec<_> = instances.iter().map(|listed| &*listed.id).collect();
            assert_eq!(ids, ["a", "b"]);
        }
        Listing::Unsupported => {
            let error = listed.unwrap_err();
            let says_so = matches!(error, ClientError::Unsupported { .. });
            assert!(says_so, "{error}");
        }
    }
}

pub async fn a_new_life_has_new_keys<H: Harness>(stage: Stage<H>) {
    let tickers = stage.tickers::<Hourly>();
    for _ in 0..2 {
        tickers.start("a", Ticker::from(0)).await.unwrap();
        stage.settle().await;
        tickers.terminate("a", "x").await.unwrap();
    }
    let runs = stage.world.runs("a");
    assert_eq!((runs[0].run_count, runs[1].run_count), (1, 1));
    assert_ne!(runs[0].idempotency_key, runs[1].idempotency_key);
}

pub async fn a_state_that_no_longer_decodes_parks_with_the_field_named<H: Harness>(
    mut stage: Stage<H>,
) {
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("a", Ticker::from(6)).await.unwrap();
    stage
        .ledgers::<Retried>()
        .send("healthy", Command::In(3600))
        .await
        .unwrap();
    stage.restart_as(Program::Changed).await;
    stage.advance("1h").await;
    let status = stage.widened().status("a").await.unwrap();
    assert_eq!(status.status, Status::Parked);
    assert!(
        status.last_error.as_ref().unwrap().contains("token"),
        "{status:?}"
    );
    assert_eq!(
        stage.world.runs("healthy").len(),
        1,
        "no other instance is harmed"
    );
    stage.restart_as(Program::First).await;
    let tickers = stage.tickers::<LaterHourly>();
    assert_eq!(
        tickers.state("a").await.unwrap().unwrap().count,
        6,
        "nothing was overwritten"
    );
    tickers.resume("a").await.unwrap();
    stage.advance("1h").await;
    assert!(tickers.state("a").await.unwrap().unwrap().count > 6);
}

pub async fn a_state_of_a_newer_version_is_refused_untouched<H: Harness>(mut stage: Stage<H>) {
    stage.restart_as(Program::Changed).await;
    stage
        .tickers::<VersionTwo>()
        .start("a", Ticker::from(6))
        .await
        .unwrap();
    stage.restart_as(Program::First).await;
    stage.advance("3h").await;
    let error = stage.tickers::<VersionOne>().status("a").await.unwrap_err();
    let refused = matches!(
        error,
        ClientError::UnsupportedVersion {
            stored: 2,
            supported: 1,
            ..
        }
    );
    assert!(refused, "{error}");
    assert_eq!(stage.world.runs("a"), []);
    stage.restart_as(Program::Changed).await;
    let runs = stage.world.runs("a");
    assert_eq!(runs.len(), 1, "the newer program goes on where it was");
    assert_eq!(runs[0].state["count"], 6);
}

pub async fn a_state_of_an_older_version_is_taken_over<H: Harness>(mut stage: Stage<H>) {
    stage
        .tickers::<VersionOne>()
        .start("a", Ticker::from(6))
        .await
        .unwrap();
    stage.restart_as(Program::Changed).await;
    stage.advance("1h").await;
    assert_eq!(
        stage
            .tickers::<VersionTwo>()
            .state("a")
            .await
            .unwrap()
            .unwrap()
            .count,
        7
    );
}

pub async fn early_and_repeated_alarms_change_nothing<H: Harness>(stage: Stage<H>) {
    stage
        .tickers::<LaterHourly>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    stage
        .baskets::<Windowed>()
        .add("a", Item::Put(1))
        .await
        .unwrap();
    stage
        .ledgers::<Retried>()
        .send("a", Command::In(60))
        .await
        .unwrap();
    stage.settle().await;
    let told = stage.host.telemetry().len();
    for job in ["LaterHourly", "Windowed", "Retried", "LaterHourly"] {
        stage.host.wake(job, "a").await;
        stage.host.wake(job, "missing").await;
    }
    stage.settle().await;
    assert_eq!(stage.world.runs("a"), []);
    assert_eq!(stage.host.telemetry().len(), told);
    stage.advance("1h").await;
    assert_eq!(stage.world.runs("a").len(), 3);
}

pub async fn alarms_during_a_run_start_nothing_beside_it<H: Harness>(stage: Stage<H>) {
    stage.world.script("a", [Act::Wait]);
    stage
        .tickers::<Hourly>()
        .start("a", Ticker::from(0))
        .await
        .unwrap();
    stage.settle().await;
    for _ in 0..3 {
        stage.host.wake("Hourly", "a").await;
    }
    stage.advance("3h").await;
    assert_eq!(stage.world.runs("a").len(), 1);
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(stage.world.most_at_once("a"), 1);
}

pub async fn a_call_that_takes_too_long_says_that_its_outcome_is_unknown<H: Harness>(
    stage: Stage<H>,
) {
    stage.world.script("a", [Act::Wait]);
    let tickers = stage.tickers::<LaterHourly>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    let hasty = tickers.clone().with_timeout("10s".duration());
    let mut trigger = begin(hasty.trigger("a")).await;
    stage.advance("9s").await;
    assert!(!trigger.answered().await);
    stage.advance("1s").await;
    let error = trigger.answer().await.unwrap_err();
    assert!(
        matches!(error, ClientError::OutcomeUnknown { .. }),
        "{error}"
    );
    stage.world.release("a");
    stage.settle().await;
    assert_eq!(
        tickers.state("a").await.unwrap().unwrap().count,
        1,
        "the run went on"
    );
}

pub async fn a_state_of_an_older_version_is_migrated_before_it_is_shown<H: Harness>(
    mut stage: Stage<H>,
) {
    let tickers = stage.tickers::<ticker::Unshaped>();
    tickers.start("a", Ticker::from(6)).await.unwrap();
    let ledgers = stage.ledgers::<ledger::Unshaped>();
    for text in ["one", "two"] {
        let note = Command::Note(text.to_owned());
        ledgers.send("a", note).await.unwrap();
    }
    stage.restart_as(Program::Changed).await;
    let gauge = stage.gauges().state("a").await.unwrap().unwrap();
    assert_eq!(gauge.reading, 6, "no run has come yet");
    let journal = stage.journals().state("a").await.unwrap().unwrap();
    assert_eq!(journal.state.entries, 2);
    stage.advance("1h").await;
    let gauge = stage.gauges().state("a").await.unwrap().unwrap();
    assert_eq!(gauge.reading, 7);
}

pub async fn no_two_attempts_of_a_life_share_an_execution_id<H: Harness>(mut stage: Stage<H>) {
    stage.world.script("a", std::iter::repeat_n(Act::Fail, 4));
    let tickers = stage.tickers::<Linear>();
    tickers.start("a", Ticker::from(0)).await.unwrap();
    stage.advance("1m").await;
    stage.world.script("a", [Act::Fail, Act::Wait]);
    tickers.resume("a").await.unwrap();
    stage.advance("1m").await;
    stage.restart().await;
    stage.advance("1m").await;
    let runs = stage.world.runs("a");
    assert_eq!(runs.len(), 7);
    let mut ids: Vec<_> = runs.iter().map(|run| &run.execution_id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), runs.len(), "{runs:?}");
}
