//! Sends the batches of a tracker, for all objects of this isolate together.
//!
//! Nothing waits for others here: a batch leaves as soon as the last one has arrived, and holds what was told meanwhile. So an
//! object that tells something stays awake for one request, and one that tells nothing is not kept awake at all.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use durable_jobs_runtime::{
    Timestamp, Tracker,
    telemetry::Telemetry,
    tracker::{Due, Outcome},
};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::{platform, port::random};

/// How much longer than a request may take its sender is waited for. An object may be gone before its request ends.
const PATIENCE_MS: i64 = 15_000;

thread_local! {
    static SHARED: RefCell<Vec<Rc<Tracking>>> = const { RefCell::new(Vec::new()) };
}

/// Not the clock of jobs, which tests set.
fn real_now() -> Timestamp {
    Timestamp::from_millis(platform::now() as i64)
}

/// A tracker of this isolate.
pub(crate) struct Tracking {
    tracker: Tracker,
    /// Until when whoever sends now is waited for.
    busy_until: Cell<Option<Timestamp>>,
    /// Which sender is the present one.
    sender: Cell<u64>,
}

impl Tracking {
    /// The one tracker of this isolate that sends like this one.
    pub(crate) fn shared(tracker: Tracker) -> Rc<Self> {
        SHARED.with_borrow_mut(|shared| {
            if let Some(known) = shared.iter().find(|known| known.tracker.is_like(&tracker)) {
                return Rc::clone(known);
            }
            tracker.hurry();
            let tracking = Rc::new(Self {
                tracker,
                busy_until: Cell::new(None),
                sender: Cell::new(0),
            });
            shared.push(Rc::clone(&tracking));
            tracking
        })
    }

    /// Takes an event in, and begins to send if nobody does.
    pub(crate) fn observe(self: &Rc<Self>, event: &Telemetry) {
        let now = real_now();
        self.tracker.offer(event, now);
        if self.busy_until.get().is_none_or(|until| now > until) {
            let sender = self.sender.get() + 1;
            self.sender.set(sender);
            self.stay_busy();
            spawn_local(Rc::clone(self).send_all(sender));
        }
    }

    fn stay_busy(&self) {
        let longest = self.tracker.longest_send();
        let until = real_now() + longest;
        self.busy_until.set(Some(Timestamp::from_millis(
            until.as_millis() + PATIENCE_MS,
        )));
    }

    async fn send_all(self: Rc<Self>, sender: u64) {
        while self.sender.get() == sender {
            let now = real_now();
            match self.tracker.next(now) {
                Due::Now(upload) => {
                    self.stay_busy();
                    let outcome = self.send(&upload.body).await;
                    if self.sender.get() == sender {
                        self.tracker.settle(outcome, real_now(), random());
                    }
                }
                Due::At(time) => {
                    self.stay_busy();
                    platform::sleep(time.since(now).as_millis() as f64).await;
                }
                Due::Nothing => return self.busy_until.set(None),
            }
        }
    }

    async fn send(&self, body: &str) -> Outcome {
        let timeout = self.tracker.longest_send().as_millis() as f64;
        let Ok(sent) = platform::post(self.tracker.endpoint(), body, timeout) else {
            return Outcome::TryAgain;
        };
        let status = JsFuture::from(sent)
            .await
            .ok()
            .and_then(|status| status.as_f64());
        status.map_or(Outcome::TryAgain, |status| {
            Outcome::of_status(status as u16)
        })
    }
}
