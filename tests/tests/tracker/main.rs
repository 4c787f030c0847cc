//! Telemetry reaches an HTTP endpoint, and an endpoint that is slow or down harms no job.

#![expect(clippy::unwrap_used, reason = "a test that fails shall panic")]
#![expect(
    clippy::disallowed_methods,
    reason = "the endpoint is a server in real time, on a thread of its own"
)]

mod endpoint;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use durable_jobs::{
    Tracker,
    prelude::*,
    telemetry::{Observer, Telemetry},
};
use serde_json::Value;

use self::endpoint::{Endpoint, Manner};

/// Counts its runs; those whose number is a multiple of five fail.
#[continuous(every = "1h", start_immediately = false)]
#[derive(Serialize, Deserialize)]
struct Counter {
    count: u64,
    secret: String,
}

impl Continuous for Counter {
    type Env = ();

    async fn execute(&mut self, ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        self.count += 1;
        match ctx.run_count() % 5 {
            0 => Err("every fifth run fails".into()),
            _ => Ok(Next::Scheduled),
        }
    }
}

/// How many events have been told.
#[derive(Clone, Default)]
struct Told(Arc<AtomicU64>);

impl Observer for Told {
    fn observe(&self, _event: &Telemetry) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Told {
    fn count(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Starts an instance and runs it so often. Every call is answered, or this does not return.
async fn run(tracker: &Tracker, runs: usize) -> (tempfile::TempDir, Host, Told) {
    let (folder, told) = (tempfile::tempdir().unwrap(), Told::default());
    let host = Host::open(folder.path().join("jobs.db"))
        .tracker(tracker.clone())
        .observer(told.clone())
        .without_tracing()
        .job::<Counter>()
        .start()
        .await
        .unwrap();
    let counters = CounterClient::new(&host);
    let secret = "nobody's business".to_owned();
    counters
        .start("a", Counter { count: 0, secret })
        .await
        .unwrap();
    for _ in 0..runs {
        assert!(counters.trigger("a").await.unwrap().triggered);
    }
    (folder, host, told)
}

fn events(body: &str) -> Vec<Value> {
    let body: Value = serde_json::from_str(body).unwrap();
    body["events"].as_array().unwrap().clone()
}

fn types(body: &str) -> Vec<String> {
    let types = events(body);
    types
        .iter()
        .map(|event| event["type"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_jobs_tell_arrives_in_batches_with_failures_and_without_state() {
    let endpoint = Endpoint::start([], Manner::Take);
    let tracker = Tracker::new(endpoint.url())
        .env("production")
        .service_key("billing")
        .batch_wait(Duration::from_secs(3600));
    let (_folder, host, _) = run(&tracker, 5).await;
    host.shutdown().await;
    let bodies = endpoint.bodies();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    let body: Value = serde_json::from_str(&bodies[0]).unwrap();
    assert_eq!(
        (&body["env"], &body["service_key"]),
        (&"production".into(), &"billing".into())
    );
    let types = types(&bodies[0]);
    assert_eq!(types.first().map(String::as_str), Some("job.started"));
    let count = |wanted: &str| types.iter().filter(|kind| *kind == wanted).count();
    assert_eq!((count("job.executed"), count("job.failed")), (4, 1));
    assert!(!bodies[0].contains("nobody's business"));
    let statistics = tracker.statistics();
    assert_eq!(
        (statistics.delivered, statistics.dropped),
        (types.len() as u64, 0)
    );
    assert_eq!((statistics.queued, statistics.batches), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_batch_does_not_wait() {
    let endpoint = Endpoint::start([], Manner::Take);
    let tracker = Tracker::new(endpoint.url())
        .batch_events(2)
        .batch_wait(Duration::from_secs(3600));
    let (_folder, host, _) = run(&tracker, 3).await;
    endpoint.wait_for(2);
    host.shutdown().await;
    let bodies = endpoint.bodies();
    assert!(
        bodies.iter().all(|body| events(body).len() <= 2),
        "{bodies:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_never_answers_delays_no_job_and_no_shutdown() {
    let endpoint = Endpoint::start([], Manner::Stall);
    let tracker = Tracker::new(endpoint.url())
        .batch_events(1)
        .timeout(Duration::from_secs(3600))
        .shutdown_wait(Duration::from_millis(100));
    let (_folder, host, told) = run(&tracker, 50).await;
    endpoint.wait_for(1);
    let begun = Instant::now();
    host.shutdown().await;
    assert!(begun.elapsed() < Duration::from_secs(60));
    let statistics = tracker.statistics();
    assert_eq!((statistics.queued, statistics.delivered), (0, 0));
    assert_eq!(statistics.dropped, told.count());
    assert!(told.count() > 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_fails_is_sent_again() {
    let endpoint = Endpoint::start([Manner::Answer(500)], Manner::Take);
    let tracker = Tracker::new(endpoint.url()).shutdown_wait(Duration::from_secs(60));
    let (_folder, host, _) = run(&tracker, 1).await;
    host.shutdown().await;
    let bodies = endpoint.bodies();
    assert_eq!(bodies.len(), 2);
    assert_eq!(events(&bodies[0]), events(&bodies[1]));
    let statistics = tracker.statistics();
    assert_eq!(
        (statistics.failures, statistics.dropped, statistics.batches),
        (1, 0, 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_answer_is_a_failure_and_the_batch_is_sent_again() {
    let endpoint = Endpoint::start([Manner::Stall], Manner::Take);
    let tracker = Tracker::new(endpoint.url())
        .timeout(Duration::from_millis(200))
        .shutdown_wait(Duration::from_secs(60));
    let (_folder, host, _) = run(&tracker, 1).await;
    host.shutdown().await;
    assert_eq!(tracker.statistics().failures, 1);
    assert_eq!(tracker.statistics().dropped, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_nobody_listens_the_queue_stays_in_its_bound() {
    let url = Endpoint::nobody();
    let tracker = Tracker::new(url)
        .batch_events(4)
        .queue_events(10)
        .shutdown_wait(Duration::from_millis(1));
    let (_folder, host, told) = run(&tracker, 40).await;
    let statistics = tracker.statistics();
    assert_eq!(statistics.queued, 10);
    assert!(statistics.dropped > 0, "{statistics:?}");
    host.shutdown().await;
    assert_eq!(tracker.statistics().dropped, told.count());
    assert_eq!(tracker.statistics().queued, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_dropped_leads_the_next_batch() {
    let endpoint = Endpoint::start([Manner::Answer(400)], Manner::Take);
    let tracker = Tracker::new(endpoint.url())
        .batch_events(3)
        .shutdown_wait(Duration::from_secs(60));
    let (_folder, host, _) = run(&tracker, 4).await;
    host.shutdown().await;
    let bodies = endpoint.bodies();
    let first = events(&bodies[1]).remove(0);
    assert_eq!(
        (&first["type"], &first["count"]),
        (&"tracker.dropped".into(), &3.into())
    );
    assert!(
        !bodies[2..]
            .iter()
            .any(|body| body.contains("tracker.dropped"))
    );
    assert_eq!(tracker.statistics().dropped, 3);
}
