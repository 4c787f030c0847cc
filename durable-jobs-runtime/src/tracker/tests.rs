use std::time::Duration;

use super::{Due, Outcome, Tracker, Upload};
use crate::{
    JobKind, Timestamp,
    telemetry::{Happening, Telemetry},
};

const SECOND: Duration = Duration::from_secs(1);

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn tracker() -> Tracker {
    Tracker::new("http://localhost/").batch_events(2)
}

fn tell(tracker: &Tracker, number: usize, now: Timestamp) {
    let event = Telemetry {
        event_id: number.to_string(),
        timestamp: now,
        job_type: JobKind::Task,
        job_name: "Order".into(),
        id: "7".to_owned(),
        instance_id: "task:Order:7".to_owned(),
        happening: Happening::Paused,
    };
    tracker.offer(&event, now);
}

/// The ids of the events of a batch that is due.
fn sent(tracker: &Tracker, now: Timestamp) -> Vec<String> {
    let Due::Now(Upload { body }) = tracker.next(now) else {
        panic!("nothing is due");
    };
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    let events = body["events"].as_array().unwrap();
    let id = |event: &serde_json::Value| match event["type"].as_str() {
        Some("tracker.dropped") => format!("dropped {}", event["count"]),
        _ => event["event_id"].as_str().unwrap().to_owned(),
    };
    events.iter().map(id).collect()
}

#[test]
fn an_event_waits_for_others_but_not_for_long() {
    let tracker = tracker();
    assert_eq!(tracker.next(at(0)), Due::Nothing);
    tell(&tracker, 1, at(0));
    assert_eq!(tracker.next(at(500)), Due::At(at(1000)));
    assert_eq!(sent(&tracker, at(1000)), ["1"]);
    tell(&tracker, 2, at(1000));
    tell(&tracker, 3, at(1000));
    assert_eq!(tracker.next(at(1000)), Due::Nothing, "one batch at a time");
    tracker.settle(Outcome::Delivered, at(1001), 0);
    assert_eq!(
        sent(&tracker, at(1001)),
        ["2", "3"],
        "a full batch does not wait"
    );
}

#[test]
fn a_batch_that_fails_is_tried_again_ever_later_and_then_dropped() {
    let tracker = tracker();
    tell(&tracker, 1, at(0));
    assert_eq!(sent(&tracker, at(1000)), ["1"]);
    tracker.settle(Outcome::TryAgain, at(1000), 0);
    assert_eq!(tracker.next(at(1000)), Due::At(at(2000)));
    assert_eq!(sent(&tracker, at(2000)), ["1"]);
    tracker.settle(Outcome::TryAgain, at(2000), 199);
    assert_eq!(
        tracker.next(at(2000)),
        Due::At(at(4398)),
        "twice the delay, and some chance"
    );
    assert_eq!(sent(&tracker, at(4398)), ["1"]);
    tracker.settle(Outcome::TryAgain, at(4398), 0);
    assert_eq!(tracker.next(at(4398)), Due::Nothing);
    let statistics = tracker.statistics();
    assert_eq!(
        (statistics.dropped, statistics.failures, statistics.queued),
        (1, 3, 0)
    );
}

#[test]
fn a_batch_that_is_refused_is_dropped_at_once_and_the_next_one_tells_so() {
    let tracker = tracker();
    tell(&tracker, 1, at(0));
    tell(&tracker, 2, at(0));
    sent(&tracker, at(0));
    tracker.settle(Outcome::of_status(401), at(0), 0);
    tell(&tracker, 3, at(0));
    assert_eq!(sent(&tracker, at(1000)), ["dropped 2", "3"]);
    tracker.settle(Outcome::of_status(503), at(1000), 0);
    assert_eq!(
        sent(&tracker, at(2000)),
        ["dropped 2", "3"],
        "it is told until it is heard"
    );
    tracker.settle(Outcome::of_status(204), at(2000), 0);
    tell(&tracker, 4, at(2000));
    assert_eq!(sent(&tracker, at(3000)), ["4"]);
}

#[test]
fn the_oldest_events_are_dropped_when_there_are_too_many() {
    let tracker = tracker().queue_events(4);
    for number in 0..2 {
        tell(&tracker, number, at(0));
    }
    assert_eq!(sent(&tracker, at(0)), ["0", "1"]);
    for number in 2..10 {
        tell(&tracker, number, at(0));
        assert!(tracker.statistics().queued <= 4);
    }
    assert_eq!(tracker.statistics().dropped, 6);
    tracker.settle(Outcome::Delivered, at(0), 0);
    assert_eq!(sent(&tracker, at(0)), ["dropped 6", "8", "9"]);
}

#[test]
fn a_sender_that_is_gone_is_not_waited_for() {
    let tracker = tracker().timeout(SECOND);
    tell(&tracker, 1, at(0));
    sent(&tracker, at(1000));
    assert_eq!(tracker.next(at(11_000)), Due::Nothing);
    assert_eq!(tracker.next(at(12_000)), Due::At(at(13_000)));
    assert_eq!(sent(&tracker, at(13_000)), ["1"]);
}

#[test]
fn a_clock_that_is_set_back_holds_nothing() {
    let tracker = tracker();
    tell(&tracker, 1, at(1_000_000));
    assert_eq!(sent(&tracker, at(0)), ["1"]);
    tracker.settle(Outcome::TryAgain, at(1_000_000), 0);
    assert_eq!(sent(&tracker, at(0)), ["1"]);
}

#[test]
fn in_a_hurry_nothing_waits_for_others() {
    let tracker = tracker();
    tracker.hurry();
    tell(&tracker, 1, at(0));
    assert_eq!(sent(&tracker, at(0)), ["1"]);
    tell(&tracker, 2, at(0));
    tracker.abandon();
    tracker.settle(Outcome::Delivered, at(0), 0);
    let statistics = tracker.statistics();
    assert_eq!(
        (statistics.queued, statistics.dropped, statistics.delivered),
        (0, 2, 0)
    );
}
