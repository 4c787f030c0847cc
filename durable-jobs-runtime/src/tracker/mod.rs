//! Sends what jobs tell to an HTTP endpoint: what is sent when, without sending it. Hosts do that.

mod queue;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use self::queue::Queue;
pub use self::queue::{Due, Outcome, Upload};
use crate::{Timestamp, telemetry::Telemetry};

/// Sends what jobs tell to an HTTP endpoint, in batches. It never delays a job and never fails one.
///
/// A batch is a `POST` of `{"env": .., "service_key": .., "events": [..]}`, with the events as
/// [`Telemetry`] is serialised. It leaves when it is full or when its first event has waited for long enough. One that
/// is not answered with success is tried again later, then dropped. An event may arrive twice: its `event_id` tells.
///
/// While the endpoint is down, events queue up to a bound; then the oldest are dropped. The next batch that gets
/// through begins with an event `tracker.dropped`, whose `count` says how many are missing. State of jobs is in no event.
///
/// Clones are handles to the same queue, so that one that was given to a host can be asked for its
/// [`statistics`](Self::statistics).
#[derive(Clone)]
#[must_use = "a tracker sends what the host that it is given to tells"]
pub struct Tracker {
    settings: Settings,
    queue: Arc<Mutex<Queue>>,
}

/// What a tracker goes by.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Settings {
    endpoint: Arc<str>,
    env: Option<Arc<str>>,
    service_key: Option<Arc<str>>,
    batch_events: usize,
    batch_wait: Duration,
    queue_events: usize,
    tries: u32,
    timeout: Duration,
    shutdown: Duration,
}

/// What has become of the events that a tracker was told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrackerStatistics {
    /// Events that wait or are being sent.
    pub queued: u64,
    /// Events that the endpoint has taken.
    pub delivered: u64,
    /// Events that it never will.
    pub dropped: u64,
    /// Batches that the endpoint has taken.
    pub batches: u64,
    /// Times that sending a batch has failed.
    pub failures: u64,
}

impl Tracker {
    /// A tracker that sends to `endpoint`, an `http` or `https` URL.
    pub fn new(endpoint: impl Into<Arc<str>>) -> Self {
        let settings = Settings {
            endpoint: endpoint.into(),
            env: None,
            service_key: None,
            batch_events: 100,
            batch_wait: Duration::from_secs(1),
            queue_events: 10_000,
            tries: 3,
            timeout: Duration::from_secs(10),
            shutdown: Duration::from_secs(5),
        };
        let queue = Arc::default();
        Self { settings, queue }
    }

    /// Names the environment, such as `production`, in every batch.
    pub fn env(mut self, env: impl Into<Arc<str>>) -> Self {
        self.settings.env = Some(env.into());
        self
    }

    /// Names the service in every batch.
    pub fn service_key(mut self, service_key: impl Into<Arc<str>>) -> Self {
        self.settings.service_key = Some(service_key.into());
        self
    }

    /// How many events a batch holds at most. Default: 100; at least 1.
    pub fn batch_events(mut self, most: usize) -> Self {
        self.settings.batch_events = most.max(1);
        self
    }

    /// How long an event waits for others. Default: 1 s. On Cloudflare a batch leaves as soon as the last one has arrived,
    /// because waiting is billed there.
    pub fn batch_wait(mut self, longest: Duration) -> Self {
        self.settings.batch_wait = longest;
        self
    }

    /// How many events are kept at most while the endpoint is slow or down. Default: 10,000; at least 1.
    pub fn queue_events(mut self, most: usize) -> Self {
        self.settings.queue_events = most.max(1);
        self
    }

    /// How often a batch is sent before it is dropped: after 1 s, 2 s, 4 s, .. up to 30 s, a little more at random.
    /// Default: 3; at least 1. An answer that no repetition changes (400 to 499, but 408 and 429) drops it at once.
    pub fn tries(mut self, most: u32) -> Self {
        self.settings.tries = most.max(1);
        self
    }

    /// How long the endpoint may take to answer. Default: 10 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// How long a host that shuts down waits for what is queued. Default: 5 s.
    pub fn shutdown_wait(mut self, longest: Duration) -> Self {
        self.settings.shutdown = longest;
        self
    }

    /// What has become of the events so far.
    pub fn statistics(&self) -> TrackerStatistics {
        self.queue().statistics()
    }
}

/// For hosts.
#[doc(hidden)]
impl Tracker {
    /// Where batches are sent.
    pub fn endpoint(&self) -> &str {
        &self.settings.endpoint
    }

    /// How long sending may take.
    pub fn longest_send(&self) -> Duration {
        self.settings.timeout
    }

    /// How long a shutdown may wait.
    pub fn longest_shutdown(&self) -> Duration {
        self.settings.shutdown
    }

    /// Whether two trackers send the same way, so that one can do the work of both.
    pub fn is_like(&self, other: &Self) -> bool {
        self.settings == other.settings
    }

    /// Takes an event in.
    pub fn offer(&self, event: &Telemetry, now: Timestamp) {
        if let Ok(json) = serde_json::to_string(event) {
            self.queue().offer(json.into(), now, &self.settings);
        }
    }

    /// What is to be done now.
    pub fn next(&self, now: Timestamp) -> Due {
        self.queue().next(now, &self.settings)
    }

    /// Takes what has become of the batch that is out.
    pub fn settle(&self, outcome: Outcome, now: Timestamp, entropy: u64) {
        self.queue().settle(outcome, now, entropy, &self.settings);
    }

    /// From now on no event waits for others.
    pub fn hurry(&self) {
        self.queue().hurry();
    }

    /// Drops whatever is left.
    pub fn abandon(&self) {
        self.queue().abandon();
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Tracker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracker")
            .field("settings", &self.settings)
            .field("statistics", &self.statistics())
            .finish()
    }
}
