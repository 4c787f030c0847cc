//! The jobs that are measured.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use durable_jobs::{Timestamp, prelude::*};
use tokio::sync::Notify;

/// An event of about 150 bytes of JSON, as a webhook brings it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Webhook {
    pub(crate) event_id: u64,
    pub(crate) kind: String,
    pub(crate) contact: String,
    pub(crate) email: String,
    pub(crate) amount_cents: i64,
    pub(crate) occurred_at: String,
}

impl Webhook {
    pub(crate) fn new(number: u64) -> Self {
        Self {
            event_id: 1_000_000 + number,
            kind: "contact.updated".to_owned(),
            contact: "c_8f14e45fceea".to_owned(),
            email: "someone@example.com".to_owned(),
            amount_cents: 12_995,
            occurred_at: "2026-01-31T12:34:56.789Z".to_owned(),
        }
    }
}

/// Counts events; its flush lies beyond every measurement.
#[debounce(flush_after = "1d", max_buffered = 4_000_000_000)]
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Tally {
    events: u64,
    cents: i64,
}

impl Debounce for Tally {
    type Event = Webhook;
    type Env = ();

    fn on_event(&mut self, event: Webhook, _ctx: &EventContext) -> JobResult {
        self.events += 1;
        self.cents += event.amount_cents;
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut DebounceContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

/// A small state that is started once for each id; its first run lies beyond every measurement.
#[continuous(every = "1d", start_immediately = false)]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

impl Token {
    pub(crate) fn new() -> Self {
        Self {
            access_token: "ya29.a0AfH6SMBx3Qm8".to_owned(),
            refresh_token: "1//0gLx7T9kq2".to_owned(),
        }
    }
}

impl Continuous for Token {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        Ok(Next::Scheduled)
    }
}

/// A small state that every event changes.
#[task]
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Account {
    events: u64,
    balance_cents: i64,
    last_contact: String,
}

impl Task for Account {
    type Event = Webhook;
    type Env = ();

    async fn on_event(&mut self, event: Webhook, _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        self.events += 1;
        self.balance_cents += event.amount_cents;
        self.last_contact = event.contact;
        Ok(())
    }

    async fn execute(&mut self, _ctx: &mut TaskContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

/// A limit that no measurement reaches.
#[rate_limit(permits = 4_000_000_000, window = "1d")]
pub(crate) struct Quota;

/// More permits than there are callers.
#[semaphore(permits = 1_000, lease = "10m")]
pub(crate) struct Slots;

/// A message that asks nothing of its worker.
#[queue(max_depth = 4_000_000_000, concurrency = 64)]
#[derive(Serialize, Deserialize)]
pub(crate) struct Delivery(pub(crate) Webhook);

impl Queue for Delivery {
    type Env = ();

    async fn process(&mut self, _ctx: &mut QueueContext<'_, Self>) -> JobResult {
        Ok(())
    }
}

/// Where [`Alarm`] reports each run, in milliseconds after it was due. Only the last report wakes whoever collects
/// them: what is measured are the runs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lateness(Arc<Reports>);

#[derive(Debug, Default)]
struct Reports {
    late: Mutex<Vec<f64>>,
    expected: AtomicUsize,
    complete: Notify,
}

impl Lateness {
    fn report(&self, late: f64) {
        let mut all = self.0.late.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(late);
        if all.len() == self.0.expected.load(Ordering::Acquire) {
            self.0.complete.notify_one();
        }
    }

    /// The lateness of so many runs, the first of which may have been reported already.
    pub(crate) async fn collect(&self, runs: usize) -> Vec<f64> {
        loop {
            {
                let mut all = self.0.late.lock().unwrap_or_else(PoisonError::into_inner);
                if all.len() >= runs {
                    return std::mem::take(&mut all);
                }
                self.0.expected.store(runs, Ordering::Release);
            }
            self.0.complete.notified().await;
        }
    }
}

/// Runs once, at the time that its event names.
#[task]
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Alarm {
    runs: u64,
}

impl Task for Alarm {
    type Event = Timestamp;
    type Env = Lateness;

    async fn on_event(&mut self, due: Timestamp, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        ctx.schedule_at(due);
        Ok(())
    }

    async fn execute(&mut self, ctx: &mut TaskContext<'_, Self>) -> JobResult {
        let lateness = millis_after(ctx.scheduled_for());
        self.runs += 1;
        ctx.env().report(lateness);
        Ok(())
    }
}

/// How long ago a moment was, in milliseconds.
pub(crate) fn millis_after(due: Timestamp) -> f64 {
    now().as_secs_f64() * 1_000.0 - due.as_millis() as f64
}

/// The moment that lies `ahead` of now.
pub(crate) fn moment(ahead: Duration) -> Timestamp {
    Timestamp::default() + now() + ahead
}

fn now() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}
