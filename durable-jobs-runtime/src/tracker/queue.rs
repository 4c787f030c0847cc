//! Events on their way to an endpoint: in batches, bounded, tried again.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use serde::Serialize;
use serde_json::value::RawValue;

use super::{Settings, TrackerStatistics};
use crate::Timestamp;

/// The delay after the first failure.
const FIRST_DELAY: Duration = Duration::from_secs(1);

/// The longest delay after a failure, before chance adds to it.
const LONGEST_DELAY: Duration = Duration::from_secs(30);

/// How much longer than it may take a batch is waited for, before whoever has sent it counts as gone.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a host does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing, until there is another event or a batch is settled.
    Nothing,
    /// Ask again at that time, or when there is another event.
    At(Timestamp),
    /// Send this, and [settle](super::Tracker::settle) it.
    Now(Upload),
}

/// A batch as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The body of the request, JSON.
    pub body: String,
}

/// What has become of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The endpoint has it.
    Delivered,
    /// The endpoint could not be reached, was too slow, or says that it is its own fault.
    TryAgain,
    /// The endpoint will never take it.
    Refused,
}

impl Outcome {
    /// By the status of a response.
    pub fn of_status(status: u16) -> Self {
        match status {
            200..=299 => Self::Delivered,
            408 | 429 => Self::TryAgain,
            400..=499 => Self::Refused,
            _ => Self::TryAgain,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: VecDeque<Waiting>,
    batch: Option<Batch>,
    hurried: bool,
    /// Events that were dropped, and of which the endpoint does not know so.
    untold: u64,
    statistics: TrackerStatistics,
}

#[derive(Debug)]
struct Waiting {
    event: Arc<str>,
    since: Timestamp,
}

/// Events that are sent together, until they have arrived or are dropped.
#[derive(Debug)]
struct Batch {
    events: Vec<Arc<str>>,
    /// How many dropped ones it tells of.
    tells_dropped: u64,
    tries: u32,
    state: Sending,
}

#[derive(Clone, Copy, Debug)]
enum Sending {
    Out { since: Timestamp },
    Waits { until: Timestamp },
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    env: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_key: Option<&'a str>,
    events: Vec<&'a RawValue>,
}

impl Queue {
    pub(super) fn statistics(&self) -> TrackerStatistics {
        TrackerStatistics {
            queued: self.len() as u64,
            ..self.statistics
        }
    }

    fn len(&self) -> usize {
        let out = self.batch.as_ref().map_or(0, |batch| batch.events.len());
        self.waiting.len() + out
    }

    pub(super) fn offer(&mut self, event: Arc<str>, now: Timestamp, settings: &Settings) {
        if self.len() >= settings.queue_events {
            self.dropped(1);
            if self.waiting.pop_front().is_none() {
                return;
            }
        }
        self.waiting.push_back(Waiting { event, since: now });
    }

    pub(super) fn hurry(&mut self) {
        self.hurried = true;
    }

    pub(super) fn abandon(&mut self) {
        let left = self.len() as u64;
        self.waiting.clear();
        self.batch = None;
        self.dropped(left);
    }

    fn dropped(&mut self, events: u64) {
        self.statistics.dropped += events;
        self.untold += events;
    }

    pub(super) fn next(&mut self, now: Timestamp, settings: &Settings) -> Due {
        match self.batch.as_ref().map(|batch| batch.state) {
            None => self.next_batch(now, settings),
            Some(Sending::Waits { until }) if is_due(until, LONGEST_DELAY * 2, now) => {
                self.send(now, settings)
            }
            Some(Sending::Waits { until }) => Due::At(until),
            Some(Sending::Out { since }) => {
                let longest = settings.timeout + PATIENCE;
                if !is_due(since + longest, longest, now) {
                    return Due::Nothing;
                }
                self.settle(Outcome::TryAgain, now, 0, settings);
                self.next(now, settings)
            }
        }
    }

    fn next_batch(&mut self, now: Timestamp, settings: &Settings) -> Due {
        let Some(first) = self.waiting.front() else {
            return Due::Nothing;
        };
        let until = first.since + settings.batch_wait;
        let is_full = self.waiting.len() >= settings.batch_events;
        if !(self.hurried || is_full || is_due(until, settings.batch_wait, now)) {
            return Due::At(until);
        }
        let taken = self.waiting.len().min(settings.batch_events);
        self.batch = Some(Batch {
            events: self
                .waiting
                .drain(..taken)
                .map(|waiting| waiting.event)
                .collect(),
            tells_dropped: 0,
            tries: 0,
            state: Sending::Out { since: now },
        });
        self.send(now, settings)
    }

    fn send(&mut self, now: Timestamp, settings: &Settings) -> Due {
        let untold = self.untold;
        let Some(batch) = &mut self.batch else {
            return Due::Nothing;
        };
        batch.state = Sending::Out { since: now };
        batch.tells_dropped = untold;
        Due::Now(Upload {
            body: batch.body(now, settings),
        })
    }

    pub(super) fn settle(
        &mut self,
        outcome: Outcome,
        now: Timestamp,
        entropy: u64,
        settings: &Settings,
    ) {
        let Some(batch) = self.batch.as_mut() else {
            return;
        };
        let events = batch.events.len() as u64;
        batch.tries += 1;
        if outcome == Outcome::Delivered {
            self.untold -= batch.tells_dropped.min(self.untold);
            self.statistics.delivered += events;
            self.statistics.batches += 1;
            self.batch = None;
            return;
        }
        self.statistics.failures += 1;
        if outcome == Outcome::Refused || batch.tries >= settings.tries {
            self.batch = None;
            return self.dropped(events);
        }
        let until = now + delay(batch.tries, entropy);
        batch.state = Sending::Waits { until };
    }
}

impl Batch {
    fn body(&self, now: Timestamp, settings: &Settings) -> String {
        let dropped = (self.tells_dropped > 0).then(|| dropped_event(self.tells_dropped, now));
        let events = dropped.iter().map(String::as_str);
        let events = events.chain(self.events.iter().map(|event| &**event));
        let body = Body {
            env: settings.env.as_deref(),
            service_key: settings.service_key.as_deref(),
            events: events
                .filter_map(|event| serde_json::from_str(event).ok())
                .collect(),
        };
        serde_json::to_string(&body).unwrap_or_default()
    }
}

/// Tells the endpoint of what it will never see.
fn dropped_event(count: u64, now: Timestamp) -> String {
    let at = now.as_millis();
    format!(
        r#"{{"event_id":"dropped-{at}-{count}","type":"tracker.dropped","timestamp":{at},"count":{count}}}"#
    )
}

/// Whether a time has come that lies at most `longest` ahead; if it seems to lie further, the clock was set back.
fn is_due(time: Timestamp, longest: Duration, now: Timestamp) -> bool {
    now >= time || time > now + longest
}

/// Twice as long after each failure, and up to a fifth more, so that many hosts do not come back at once.
fn delay(failures: u32, entropy: u64) -> Duration {
    let doubled = FIRST_DELAY.saturating_mul(1 << failures.saturating_sub(1).min(10));
    let delay = doubled.min(LONGEST_DELAY);
    let share = u32::try_from(entropy % 200).unwrap_or_default();
    delay + delay * share / 1000
}
