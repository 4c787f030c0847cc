//! Telemetry reaches an endpoint from objects, and an endpoint that is slow or down harms none of them.

#![expect(clippy::unwrap_used, reason = "a test that fails shall panic")]

use durable_jobs_runtime::continuous::ContinuousClient;
use durable_jobs_tests_cloudflare::{Live, Manner, block_on, until};
use durable_jobs_tests_worker::tracked::Tracked;
use serde_json::Value;

use crate::PATIENCE;

/// Starts an instance and runs it so often. Every call is answered, or this does not return.
async fn run(live: &Live, id: &str, runs: usize) {
    let tracked = ContinuousClient::<Tracked>::new(live);
    let secret = "nobody's business".to_owned();
    tracked
        .start(id, Tracked { count: 0, secret })
        .await
        .unwrap();
    for _ in 0..runs {
        assert!(tracked.trigger(id).await.unwrap().triggered);
    }
}

/// All events that were posted, each once.
fn events(live: &Live) -> Vec<Value> {
    let mut events: Vec<Value> = Vec::new();
    for body in live.ingest().bodies() {
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            (&body["env"], &body["service_key"]),
            (&"test".into(), &"tracked".into())
        );
        for event in body["events"].as_array().unwrap() {
            if events
                .iter()
                .all(|known| known["event_id"] != event["event_id"])
            {
                events.push(event.clone());
            }
        }
    }
    events
}

fn count(live: &Live, kind: &str) -> usize {
    let is_wanted = |event: &&Value| event["type"] == kind;
    events(live).iter().filter(is_wanted).count()
}

#[test]
fn what_objects_tell_arrives_with_failures_and_without_state() {
    block_on(async {
        let live = Live::start().await;
        run(&live, "a", 5).await;
        run(&live, "b", 5).await;
        let all = async || count(&live, "job.executed") == 8 && count(&live, "job.failed") == 2;
        until(PATIENCE, "all has arrived", all).await;
        assert_eq!(count(&live, "job.started"), 2);
        let bodies = live.ingest().bodies();
        assert!(!bodies.iter().any(|body| body.contains("nobody's business")));
    });
}

#[test]
fn an_endpoint_that_never_answers_delays_no_object() {
    block_on(async {
        let live = Live::start().await;
        live.ingest().behave(Manner::Stall);
        run(&live, "a", 20).await;
        assert_eq!(live.ingest().bodies().len(), 1, "one request at a time");
    });
}

#[test]
fn a_batch_that_fails_is_posted_again() {
    block_on(async {
        let live = Live::start().await;
        live.ingest().behave(Manner::Fail);
        run(&live, "a", 1).await;
        let has_failed = async || !live.ingest().bodies().is_empty();
        until(PATIENCE, "a batch has failed", has_failed).await;
        live.ingest().behave(Manner::Take);
        let all = async || count(&live, "job.executed") == 1;
        until(PATIENCE, "all has arrived", all).await;
        let bodies = live.ingest().bodies();
        let first: Value = serde_json::from_str(&bodies[0]).unwrap();
        let again: Value = serde_json::from_str(&bodies[1]).unwrap();
        assert_eq!(first["events"], again["events"]);
    });
}
