//! Sends a tracker's batches, on a thread of its own.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, SyncSender},
    },
    thread,
    time::Duration,
};

use durable_jobs_runtime::{
    Timestamp, Tracker,
    telemetry::{Observer, Telemetry},
    tracker::{Due, Outcome},
};
use ureq::Agent;

use crate::clock::{Clock, SystemClock};

/// A tracker whose batches are sent.
pub(crate) struct Tracking {
    tracker: Tracker,
    wake: SyncSender<()>,
    stopping: Arc<AtomicBool>,
    /// Disconnected when the thread has ended.
    ended: Mutex<Receiver<()>>,
}

impl Tracking {
    /// Starts the thread.
    pub(crate) fn start(tracker: Tracker) -> io::Result<Self> {
        let (wake, woken) = mpsc::sync_channel(1);
        let (ending, ended) = mpsc::channel();
        let stopping = Arc::new(AtomicBool::new(false));
        let sender = Sender {
            agent: agent(&tracker),
            tracker: tracker.clone(),
            woken,
            stopping: Arc::clone(&stopping),
            _ending: ending,
        };
        thread::Builder::new()
            .name("durable-jobs-tracker".to_owned())
            .spawn(move || sender.run())?;
        Ok(Self {
            tracker,
            wake,
            stopping,
            ended: Mutex::new(ended),
        })
    }

    /// Sends what is queued, as far as it goes within the tracker's own limit, and ends the thread.
    pub(crate) fn finish(&self) {
        self.tracker.hurry();
        self.stop();
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let left = ended.recv_timeout(self.tracker.longest_shutdown());
        if left == Err(RecvTimeoutError::Timeout) {
            // A request that hangs ends by its own timeout; nothing is sent after it.
            self.tracker.abandon();
        }
    }

    fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        self.wake();
    }

    /// A wake-up that is there already is enough.
    fn wake(&self) {
        let _ = self.wake.try_send(());
    }
}

/// A host that is dropped sends nothing more.
impl Drop for Tracking {
    fn drop(&mut self) {
        if !self.stopping.load(Ordering::SeqCst) {
            self.tracker.abandon();
            self.stop();
        }
    }
}

impl Observer for Tracking {
    fn observe(&self, event: &Telemetry) {
        self.tracker.offer(event, SystemClock.now());
        self.wake();
    }
}

struct Sender {
    tracker: Tracker,
    agent: Agent,
    woken: Receiver<()>,
    stopping: Arc<AtomicBool>,
    _ending: mpsc::Sender<()>,
}

impl Sender {
    #[expect(
        clippy::disallowed_methods,
        reason = "a host is where randomness comes from"
    )]
    fn settle(&self, outcome: Outcome) {
        self.tracker
            .settle(outcome, SystemClock.now(), fastrand::u64(..));
    }

    fn run(&self) {
        loop {
            let now = SystemClock.now();
            let woken = match self.tracker.next(now) {
                Due::Now(upload) => {
                    let outcome = self.send(&upload.body);
                    self.settle(outcome);
                    continue;
                }
                Due::Nothing if self.stopping.load(Ordering::SeqCst) => return,
                Due::Nothing => self
                    .woken
                    .recv()
                    .map_err(|_| RecvTimeoutError::Disconnected),
                Due::At(time) => self.wait_until(time, now),
            };
            if woken == Err(RecvTimeoutError::Disconnected) {
                return;
            }
        }
    }

    fn wait_until(&self, time: Timestamp, now: Timestamp) -> Result<(), RecvTimeoutError> {
        // At least a moment, because the clock may have been set back.
        let longest = time.since(now).max(Duration::from_millis(1));
        match self.woken.recv_timeout(longest) {
            Err(RecvTimeoutError::Timeout) => Ok(()),
            woken => woken,
        }
    }

    fn send(&self, body: &str) -> Outcome {
        let request = self.agent.post(self.tracker.endpoint());
        match request
            .header("content-type", "application/json")
            .send(body)
        {
            Ok(response) => Outcome::of_status(response.status().as_u16()),
            Err(error) => {
                tracing::debug!(%error, "a batch of telemetry could not be sent");
                Outcome::TryAgain
            }
        }
    }
}

fn agent(tracker: &Tracker) -> Agent {
    let settings = Agent::config_builder()
        .timeout_global(Some(tracker.longest_send()))
        .http_status_as_error(false)
        .user_agent("durable-jobs");
    settings.build().into()
}
