//! The port between the engine and one object.

use std::{cell::RefCell, rc::Rc, time::Duration};

#[cfg(feature = "tracker")]
use durable_jobs_runtime::Tracker;
use durable_jobs_runtime::{
    Address, BoxFuture, ListQuery, Listed, StorageError, StorageFault, Timestamp,
    storage::{Batch, Completion, Loaded, Port},
    telemetry::{Happening, LogLevel, Telemetry},
};
use wasm_bindgen_futures::spawn_local;

#[cfg(feature = "tracker")]
use crate::tracker::Tracking;

use crate::{
    object::{Rows, clock},
    panics, platform,
};

/// Connects the engine to rows, clock and log of one object.
pub(crate) struct ObjectPort {
    pub(crate) rows: Rc<Rows>,
    rng: RefCell<fastrand::Rng>,
    /// The readable name of the instance.
    name: Rc<str>,
    #[cfg(feature = "tracker")]
    tracking: Option<Rc<Tracking>>,
}

impl ObjectPort {
    pub(crate) fn new(rows: Rc<Rows>, name: Rc<str>) -> Self {
        let rng = RefCell::new(fastrand::Rng::with_seed(random()));
        Self {
            rows,
            rng,
            name,
            #[cfg(feature = "tracker")]
            tracking: None,
        }
    }

    /// Sends what the instance tells.
    #[cfg(feature = "tracker")]
    pub(crate) fn with_tracker(mut self, tracker: Option<Tracker>) -> Self {
        self.tracking = tracker.map(Tracking::shared);
        self
    }

    /// The readable name of the instance.
    pub(crate) fn name(&self) -> Rc<str> {
        Rc::clone(&self.name)
    }
}

/// A random number of the platform's.
pub(crate) fn random() -> u64 {
    const HALF: f64 = 4_294_967_296.0;
    let half = || (platform::random() * HALF) as u64;
    (half() << 32) | half()
}

impl Port for ObjectPort {
    fn now(&self) -> Timestamp {
        clock::now()
    }

    fn entropy(&self) -> u64 {
        self.rng.borrow_mut().u64(..)
    }

    fn load<'a>(&'a self, _address: &'a Address) -> BoxFuture<'a, Result<Loaded, StorageError>> {
        Box::pin(std::future::ready(self.rows.load()))
    }

    fn list(&self, _query: ListQuery) -> BoxFuture<'_, Result<Vec<Listed>, StorageError>> {
        let reason = "an object knows no other instance than its own";
        let error = StorageError::new(StorageFault::Other, reason);
        Box::pin(std::future::ready(Err(error)))
    }

    /// Whatever leaves the object waits at the platform's output gate until what was written is durable, so
    /// a commit is complete as soon as it is written.
    fn commit(&self, batch: Batch, completion: Completion) {
        completion.complete(self.rows.commit(&batch));
    }

    fn spawn(&self, future: BoxFuture<'static, ()>) {
        spawn_local(panics::of_object(Rc::clone(&self.name), future));
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        #[cfg(feature = "testing")]
        if crate::testing::clock().is_some() {
            return Box::pin(crate::testing::sleep_until(clock::now() + duration));
        }
        Box::pin(async move {
            platform::sleep(clock::millis(duration)).await;
        })
    }

    fn observes(&self, happening: &Happening) -> bool {
        #[cfg(feature = "tracker")]
        if self.tracking.is_some() {
            return true;
        }
        cfg!(feature = "testing") || level(happening).is_some()
    }

    fn observe(&self, event: Telemetry) {
        #[cfg(feature = "testing")]
        crate::testing::record(&event);
        #[cfg(feature = "tracker")]
        if let Some(tracking) = &self.tracking {
            tracking.observe(&event);
        }
        if let Some(level) = level(&event.happening)
            && let Ok(line) = serde_json::to_string(&event)
        {
            platform::log(console(level), &line);
        }
    }
}

/// How important a happening is to who reads the log; `None` if it belongs to the usual course.
fn level(happening: &Happening) -> Option<LogLevel> {
    match happening {
        Happening::Log { level, .. } => Some(*level),
        Happening::RetryExhausted { .. } | Happening::Parked { .. } => Some(LogLevel::Error),
        Happening::Failed { .. } | Happening::Overflow { .. } => Some(LogLevel::Warn),
        _ => None,
    }
}

fn console(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Debug => "debug",
        LogLevel::Info => "info",
        LogLevel::Warn => "warn",
        LogLevel::Error => "error",
    }
}
