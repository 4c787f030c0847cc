//! What every host must do with events that do not fold.

use durable_jobs_runtime::{ClientError, telemetry::Happening, wire::Status};

use super::batches;
use crate::conformance::{
    Harness, Stage,
    fixtures::hamper::{Good, Lenient, Plain},
};

pub async fn an_event_that_does_not_fold_is_refused_unless_the_job_says_otherwise<H: Harness>(
    stage: Stage<H>,
) {
    let hampers = stage.hampers::<Plain>();
    let error = hampers.add("a", Good::Rotten).await.unwrap_err();
    assert!(matches!(error, ClientError::Rejected { .. }), "{error}");
}

pub async fn on_reducer_error_can_leave_an_event_out<H: Harness>(mut stage: Stage<H>) {
    let hampers = stage.hampers::<Lenient>();
    let skipped = hampers.add("a", Good::Rotten).await.unwrap();
    assert_eq!((skipped.skipped, skipped.created), (true, false));
    assert_eq!(skipped.event_count, 0);
    assert_eq!(hampers.status("a").await.unwrap().status, Status::NotFound);
    hampers.add("a", Good::Put(1)).await.unwrap();
    let skipped = hampers.add("a", Good::Rotten).await.unwrap();
    assert_eq!((skipped.skipped, skipped.event_count), (true, 1));
    stage.settle().await;
    let told = stage.told("a");
    let says_why =
        |told: &Happening| matches!(told, Happening::Skipped { error } if &**error == "rotten");
    assert_eq!(told.iter().filter(|told| says_why(told)).count(), 2);
    assert_eq!(hampers.state("a").await.unwrap().unwrap().items, [1]);
    stage.restart().await;
    let hampers = stage.hampers::<Lenient>();
    let events = [Good::Put(2), Good::Rotten, Good::Put(3)];
    let added = hampers.add_many("a", events).await.unwrap();
    assert_eq!((added.skipped, added.event_count), (1, 3));
    stage.settle().await;
    assert_eq!(batches(&stage, "a"), [[1, 2, 3]]);
}

pub async fn an_event_that_was_left_out_may_come_again<H: Harness>(stage: Stage<H>) {
    let hampers = stage.hampers::<Lenient>();
    hampers.add("a", Good::Put(60)).await.unwrap();
    let heavy = hampers.add_once("a", "x", Good::Light(50)).await.unwrap();
    assert!(heavy.skipped);
    hampers.clear("a").await.unwrap();
    let again = hampers.add_once("a", "x", Good::Light(50)).await.unwrap();
    assert_eq!((again.skipped, again.duplicate), (false, false));
}
