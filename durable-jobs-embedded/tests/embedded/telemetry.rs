//! Observers are told, and cannot harm.

use std::sync::{Arc, Mutex};

use durable_jobs::telemetry::{Happening, Observer, Telemetry};

use crate::jobs::{Bench, LinesClient};

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Telemetry>>>);

impl Observer for Recorder {
    fn observe(&self, event: &Telemetry) {
        self.0.lock().unwrap().push(event.clone());
    }
}

struct Clumsy;

impl Observer for Clumsy {
    fn observe(&self, _event: &Telemetry) {
        panic!("an observer of a test that panics on purpose");
    }
}

#[tokio::test]
async fn every_observer_is_told_even_beside_one_that_panics() {
    let (bench, recorder) = (Bench::new(), Recorder::default());
    let host = bench
        .host()
        .observer(Clumsy)
        .observer(recorder.clone())
        .start()
        .await
        .unwrap();
    let lines = LinesClient::new(&host);
    lines.add("a", "x".into()).await.unwrap();
    lines.flush("a").await.unwrap();
    host.shutdown().await;

    let told = recorder.0.lock().unwrap();
    assert!(
        told.iter()
            .all(|event| event.instance_id == "debounce:Lines:a")
    );
    let flushed = told.iter().filter(|event| {
        matches!(
            event.happening,
            Happening::DebounceFlushed { event_count: 1, .. }
        )
    });
    assert_eq!(flushed.count(), 1);
}
