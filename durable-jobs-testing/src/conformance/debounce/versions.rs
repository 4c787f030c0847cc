//! What every host must do with events and states of another version of a debounce job.

use durable_jobs_runtime::ClientError;

use super::batches;
use crate::conformance::{
    Harness, Program, Stage,
    fixtures::hamper::{Good, VersionOne, VersionTwo},
};

pub async fn events_of_an_older_version_are_migrated<H: Harness>(mut stage: Stage<H>) {
    let hampers = stage.hampers::<VersionOne>();
    hampers
        .add_many("a", [Good::Put(1), Good::Put(2)])
        .await
        .unwrap();
    stage.restart_as(Program::Changed).await;
    let hampers = stage.hampers::<VersionTwo>();
    let state = hampers.state("a").await.unwrap().unwrap();
    assert_eq!(state.items, [1001, 1002]);
    hampers.add("a", Good::Put(3)).await.unwrap();
    hampers.add("a", Good::Put(4)).await.unwrap();
    stage.restart_as(Program::Changed).await;
    let hampers = stage.hampers::<VersionTwo>();
    let state = hampers.state("a").await.unwrap().unwrap();
    assert_eq!(state.items, [1001, 1002, 3, 4], "each by its own version");
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [[1001, 1002, 3, 4]]);
}

pub async fn events_of_a_newer_version_are_refused_untouched<H: Harness>(mut stage: Stage<H>) {
    stage.restart_as(Program::Changed).await;
    let hampers = stage.hampers::<VersionTwo>();
    hampers.add("a", Good::Put(1)).await.unwrap();
    hampers.flush("a").await.unwrap();
    hampers.add("a", Good::Put(2)).await.unwrap();
    stage.restart_as(Program::First).await;
    let error = stage.hampers::<VersionOne>().add("a", Good::Put(3)).await;
    let error = error.unwrap_err();
    assert!(
        matches!(
            error,
            ClientError::UnsupportedVersion {
                stored: 2,
                supported: 1,
                ..
            }
        ),
        "{error}"
    );
    stage.restart_as(Program::Changed).await;
    stage.advance("5s").await;
    assert_eq!(batches(&stage, "a"), [vec![1], vec![1, 2]]);
}

pub async fn an_event_of_a_newer_version_in_an_older_batch_is_refused_untouched<H: Harness>(
    mut stage: Stage<H>,
) {
    let hampers = stage.hampers::<VersionOne>();
    hampers.add("a", Good::Put(1)).await.unwrap();
    stage.restart_as(Program::Changed).await;
    let hampers = stage.hampers::<VersionTwo>();
    hampers.add("a", Good::Put(2)).await.unwrap();
    stage.restart_as(Program::First).await;
    let error = stage.hampers::<VersionOne>().status("a").await;
    let error = error.unwrap_err();
    assert!(
        matches!(error, ClientError::UnsupportedVersion { stored: 2, .. }),
        "{error}"
    );
    stage.restart_as(Program::Changed).await;
    let state = stage.hampers::<VersionTwo>().state("a").await.unwrap();
    assert_eq!(state.unwrap().items, [1001, 2]);
}

pub async fn what_an_older_version_has_kept_is_migrated<H: Harness>(mut stage: Stage<H>) {
    let hampers = stage.hampers::<VersionOne>();
    hampers.add("a", Good::Put(1)).await.unwrap();
    hampers.flush("a").await.unwrap();
    for _ in 0..2 {
        stage.restart_as(Program::Changed).await;
        let state = stage.hampers::<VersionTwo>().state("a").await.unwrap();
        assert_eq!(state.unwrap().total, 1_000_001);
    }
    let hampers = stage.hampers::<VersionTwo>();
    hampers.add("a", Good::Put(1)).await.unwrap();
    hampers.flush("a").await.unwrap();
    stage.restart_as(Program::Changed).await;
    let state = stage.hampers::<VersionTwo>().state("a").await.unwrap();
    assert_eq!(state.unwrap().total, 1_000_002, "once");
}

pub async fn an_event_that_is_replaced_is_of_the_version_that_replaces_it<H: Harness>(
    mut stage: Stage<H>,
) {
    let labelled = |label: &str, item| Good::Labelled(label.to_owned(), item);
    let hampers = stage.hampers::<VersionOne>();
    let events = [labelled("x", 1), labelled("y", 2), labelled("z", 3)];
    hampers.add_many("a", events).await.unwrap();
    stage.restart_as(Program::Changed).await;
    let hampers = stage.hampers::<VersionTwo>();
    let update = hampers.add("a", labelled("y", 20)).await.unwrap();
    assert!(update.updated);
    for _ in 0..2 {
        stage.restart_as(Program::Changed).await;
        let state = stage.hampers::<VersionTwo>().state("a").await.unwrap();
        assert_eq!(state.unwrap().items, [1001, 20, 1003]);
    }
}

pub async fn an_event_of_a_newer_version_behind_what_an_older_one_has_kept_is_refused<
    H: Harness,
>(
    mut stage: Stage<H>,
) {
    let hampers = stage.hampers::<VersionOne>();
    hampers.add("a", Good::Put(1)).await.unwrap();
    hampers.flush("a").await.unwrap();
    stage.restart_as(Program::Changed).await;
    let hampers = stage.hampers::<VersionTwo>();
    hampers.add("a", Good::Put(2)).await.unwrap();
    stage.restart_as(Program::First).await;
    let error = stage.hampers::<VersionOne>().status("a").await;
    let error = error.unwrap_err();
    assert!(
        matches!(error, ClientError::UnsupportedVersion { stored: 2, .. }),
        "{error}"
    );
}
