//! What every host must do when stored states meet older and newer programs.

use std::fmt::Debug;

use durable_jobs_runtime::{
    ClientError,
    continuous::ContinuousClient,
    debounce::DebounceClient,
    task::TaskClient,
    telemetry::Happening,
    wire::{RequestId, Status},
};

use super::{
    Harness, Program, Stage,
    fixtures::{
        basket::{Basket, Item, VersionOne, VersionTwo},
        versions::{
            Annotated, AnnotatedPlace, AnnotatedSheet, Count, Mended, Notes, Pages, Plain, Reading,
            Sheet,
        },
    },
};

fn assert_refused<T: Debug>(answer: Result<T, ClientError>) {
    let error = answer.unwrap_err();
    let is_refused = matches!(
        error,
        ClientError::UnsupportedVersion {
            stored: 2,
            supported: 1,
            ..
        }
    );
    assert!(is_refused, "{error}");
}

pub async fn no_call_touches_a_continuous_job_of_a_newer_version<H: Harness>(mut stage: Stage<H>) {
    stage.restart_as(Program::Mended).await;
    let newer = ContinuousClient::<Reading<Mended>>::new(&stage.host);
    newer.start("a", Reading::from(6)).await.unwrap();
    let before = newer.status("a").await.unwrap();
    stage.restart_as(Program::First).await;
    let told = stage.told("a");

    let older = ContinuousClient::<Count>::new(&stage.host).with_request(RequestId::new(1));
    let later = stage.now();
    assert_refused(older.start("a", Count { count: 0 }).await);
    assert_refused(older.start_and_wait("a", Count { count: 0 }).await);
    assert_refused(older.trigger("a").await);
    assert_refused(older.pause("a").await);
    assert_refused(older.pause_until("a", later).await);
    assert_refused(older.resume("a").await);
    assert_refused(older.stop("a", "x").await);
    assert_refused(older.terminate("a", "x").await);
    assert_refused(older.status("a").await);
    assert_refused(older.state("a").await);
    assert_refused(older.set_state("a", Count { count: 0 }).await);
    assert_refused(older.update_state("a", |state| state.count = 0).await);
    assert_refused(older.history("a", 1).await);
    stage.host.wake("Meter", "a").await;
    stage.advance("59m").await;
    assert_eq!(stage.told("a"), told);

    stage.restart_as(Program::Mended).await;
    let newer = ContinuousClient::<Reading<Mended>>::new(&stage.host);
    assert_eq!(newer.status("a").await.unwrap(), before);
    stage.advance("1m").await;
    assert_eq!(newer.state("a").await.unwrap().unwrap().reading, 7);
}

pub async fn no_call_touches_a_task_of_a_newer_version<H: Harness>(mut stage: Stage<H>) {
    stage.restart_as(Program::Mended).await;
    let newer = TaskClient::<Pages<Mended>>::new(&stage.host);
    newer.send("a", "one".to_owned()).await.unwrap();
    let before = newer.status("a").await.unwrap();
    stage.restart_as(Program::First).await;
    let told = stage.told("a");

    let older = TaskClient::<Notes>::new(&stage.host).with_request(RequestId::new(1));
    assert_refused(older.send("a", "two".to_owned()).await);
    assert_refused(older.trigger("a").await);
    assert_refused(older.resume("a").await);
    assert_refused(older.terminate("a", "x").await);
    assert_refused(older.status("a").await);
    assert_refused(older.state("a").await);
    assert_refused(older.history("a", 1).await);
    stage.host.wake("Pages", "a").await;
    stage.advance("59m").await;
    assert_eq!(stage.told("a"), told);

    stage.restart_as(Program::Mended).await;
    let newer = TaskClient::<Pages<Mended>>::new(&stage.host);
    assert_eq!(newer.status("a").await.unwrap(), before);
    stage.advance("1m").await;
    assert_eq!(newer.state("a").await.unwrap().unwrap().state.pages, 2);
}

pub async fn no_call_touches_a_batch_of_a_newer_version<H: Harness>(mut stage: Stage<H>) {
    stage.restart_as(Program::Changed).await;
    let newer = DebounceClient::<Basket<VersionTwo>>::new(&stage.host);
    newer.add("a", Item::Put(1)).await.unwrap();
    let before = newer.status("a").await.unwrap();
    stage.restart_as(Program::First).await;
    let told = stage.told("a");

    let older =
        DebounceClient::<Basket<VersionOne>>::new(&stage.host).with_request(RequestId::new(1));
    assert_refused(older.add("a", Item::Put(2)).await);
    assert_refused(older.add_many("a", [Item::Put(2)]).await);
    assert_refused(older.flush("a").await);
    assert_refused(older.clear("a").await);
    assert_refused(older.resume("a").await);
    assert_refused(older.terminate("a", "x").await);
    assert_refused(older.status("a").await);
    assert_refused(older.state("a").await);
    stage.host.wake("VersionedBasket", "a").await;
    stage.advance("4s").await;
    assert_eq!(stage.told("a"), told);

    stage.restart_as(Program::Changed).await;
    let newer = DebounceClient::<Basket<VersionTwo>>::new(&stage.host);
    assert_eq!(newer.status("a").await.unwrap(), before);
    assert_eq!(newer.state("a").await.unwrap().unwrap().items, [1]);
    stage.advance("1s").await;
    assert_eq!(stage.world.runs("a").len(), 1);
}

pub async fn a_newer_version_that_was_due_meanwhile_runs_when_its_program_is_back<H: Harness>(
    mut stage: Stage<H>,
) {
    stage.restart_as(Program::Mended).await;
    let newer = ContinuousClient::<Reading<Mended>>::new(&stage.host);
    newer.start("a", Reading::from(6)).await.unwrap();
    stage.restart_as(Program::First).await;
    stage.advance("90m").await;
    stage.restart_as(Program::Mended).await;
    stage.advance("2m").await;
    let newer = ContinuousClient::<Reading<Mended>>::new(&stage.host);
    assert_eq!(newer.state("a").await.unwrap().unwrap().reading, 7);
}

pub async fn a_failing_migration_parks_until_it_is_mended<H: Harness>(mut stage: Stage<H>) {
    let first = ContinuousClient::<Count>::new(&stage.host);
    first.start("a", Count { count: 6 }).await.unwrap();
    stage.restart_as(Program::Changed).await;
    stage.advance("1h").await;
    let readings = ContinuousClient::<Reading<Mended>>::new(&stage.host);
    let status = readings.status("a").await.unwrap();
    assert_eq!(status.status, Status::Parked);
    let error = status.last_error.unwrap();
    assert!(
        error.contains("from version 1 to 2") && error.contains("`counter`"),
        "{error}"
    );
    let refused = readings.state("a").await.unwrap_err();
    assert!(
        matches!(refused, ClientError::Validation { .. }),
        "{refused}"
    );

    stage.restart_as(Program::Mended).await;
    let readings = ContinuousClient::<Reading<Mended>>::new(&stage.host);
    assert_eq!(readings.status("a").await.unwrap().status, Status::Parked);
    readings.resume("a").await.unwrap();
    stage.advance("1h").await;
    let state = readings.state("a").await.unwrap().unwrap();
    assert!(state.reading > 6, "{state:?}");
    let migrated = Happening::Migrated { from: 1, to: 2 };
    let told = stage.told("a").into_iter().filter(|told| *told == migrated);
    assert_eq!(told.count(), 1);
}

pub async fn a_failing_migration_of_a_task_parks_until_it_is_mended<H: Harness>(
    mut stage: Stage<H>,
) {
    let first = TaskClient::<Notes>::new(&stage.host);
    first.send("timer", "one".to_owned()).await.unwrap();
    first.send("event", "one".to_owned()).await.unwrap();
    stage.restart_as(Program::Changed).await;
    let pages = TaskClient::<Pages<Mended>>::new(&stage.host);
    let error = pages.send("event", "two".to_owned()).await.unwrap_err();
    assert!(error.to_string().contains("`texts`"), "{error}");
    stage.advance("1h").await;
    for id in ["timer", "event"] {
        let status = pages.status(id).await.unwrap();
        assert_eq!(
            (status.status, status.event_count),
            (Status::Parked, 1),
            "{id}"
        );
        assert!(status.last_error.unwrap().contains("`texts`"), "{id}");
    }

    stage.restart_as(Program::Mended).await;
    let pages = TaskClient::<Pages<Mended>>::new(&stage.host);
    for id in ["timer", "event"] {
        pages.resume(id).await.unwrap();
        stage.advance("1h").await;
        assert_eq!(
            pages.state(id).await.unwrap().unwrap().state.pages,
            2,
            "{id}"
        );
    }
}

pub async fn fields_that_an_older_program_does_not_know_outlive_its_runs<H: Harness>(
    mut stage: Stage<H>,
) {
    stage.restart_as(Program::Changed).await;
    let annotated = Annotated {
        count: 0,
        note: "kept".to_owned(),
        place: AnnotatedPlace {
            row: 0,
            column: Some(5),
        },
    };
    let newer = ContinuousClient::<Annotated>::new(&stage.host);
    newer.start("a", annotated.clone()).await.unwrap();

    stage.restart_as(Program::First).await;
    stage.advance("2h").await;
    stage.restart_as(Program::First).await;
    stage.advance("1h").await;
    let older = ContinuousClient::<Plain>::new(&stage.host);
    assert_eq!(older.state("a").await.unwrap().unwrap().count, 3);
    older
        .update_state("a", |state| state.count = 4)
        .await
        .unwrap();

    stage.restart_as(Program::Changed).await;
    let newer = ContinuousClient::<Annotated>::new(&stage.host);
    let wanted = Annotated {
        count: 4,
        place: AnnotatedPlace {
            row: 2,
            column: Some(5),
        },
        ..annotated
    };
    assert_eq!(newer.state("a").await.unwrap(), Some(wanted));
}

pub async fn fields_of_items_that_an_older_program_does_not_know_stay_with_them<H: Harness>(
    mut stage: Stage<H>,
) {
    stage.restart_as(Program::Changed).await;
    let newer = TaskClient::<AnnotatedSheet>::new(&stage.host);
    for text in ["one", "two"] {
        newer.send("a", text.to_owned()).await.unwrap();
    }
    stage.restart_as(Program::First).await;
    let older = TaskClient::<Sheet>::new(&stage.host);
    older.send("a", "three".to_owned()).await.unwrap();
    older.trigger("a").await.unwrap();
    stage.settle().await;

    stage.restart_as(Program::Changed).await;
    let newer = TaskClient::<AnnotatedSheet>::new(&stage.host);
    let state = newer.state("a").await.unwrap().unwrap().state;
    let rows: Vec<_> = state
        .rows
        .iter()
        .map(|row| (&*row.text, &*row.copy))
        .collect();
    assert_eq!(rows, [("two", "two"), ("three", ""), ("one", "one")]);
}

pub async fn a_new_life_has_nothing_of_what_an_older_program_did_not_know<H: Harness>(
    mut stage: Stage<H>,
) {
    stage.restart_as(Program::Changed).await;
    let newer = TaskClient::<AnnotatedSheet>::new(&stage.host);
    newer.send("a", "one".to_owned()).await.unwrap();
    stage.restart_as(Program::First).await;
    let older = TaskClient::<Sheet>::new(&stage.host);
    older.status("a").await.unwrap();
    older.terminate("a", "x").await.unwrap();
    older.send("a", "one".to_owned()).await.unwrap();
    stage.restart_as(Program::Changed).await;
    let newer = TaskClient::<AnnotatedSheet>::new(&stage.host);
    let state = newer.state("a").await.unwrap().unwrap().state;
    assert_eq!(state.rows[0].copy, "");
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_versions {
    ($harness:ty) => {
        $crate::__conformance_module!($harness, versions:
            no_call_touches_a_continuous_job_of_a_newer_version,
            no_call_touches_a_task_of_a_newer_version,
            no_call_touches_a_batch_of_a_newer_version,
            a_newer_version_that_was_due_meanwhile_runs_when_its_program_is_back,
            a_failing_migration_parks_until_it_is_mended,
            a_failing_migration_of_a_task_parks_until_it_is_mended,
            fields_that_an_older_program_does_not_know_outlive_its_runs,
            fields_of_items_that_an_older_program_does_not_know_stay_with_them,
            a_new_life_has_nothing_of_what_an_older_program_did_not_know,
        );
    };
}
