//! Where telemetry goes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use durable_jobs_runtime::telemetry::{Happening, LogLevel, Observer, Telemetry};

/// The observers of a host, called one after another by whoever reports an event.
pub(crate) struct Observers(Vec<Box<dyn Observer>>);

impl Observers {
    pub(crate) fn new(observers: Vec<Box<dyn Observer>>) -> Self {
        Self(observers)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// An observer that panics loses this event, and nothing else happens.
    pub(crate) fn observe(&self, event: &Telemetry) {
        for observer in &self.0 {
            let told = catch_unwind(AssertUnwindSafe(|| observer.observe(event)));
            if told.is_err() {
                tracing::error!(id = event.id, "an observer panicked: it must not");
            }
        }
    }
}

/// Sends every event to `tracing`, under the target `durable_jobs`.
///
/// What needs somebody is an error or a warning; lines of handlers keep their level; progress is `info`, the
/// steady beat of runs and timers `debug`. Fields: `job`, `kind`, `id`, `event` (the type) and `happening`.
#[derive(Clone, Copy, Debug, Default)]
pub struct TracingObserver;

macro_rules! emit {
    ($level:ident, $event:ident) => {
        tracing::$level!(
            target: "durable_jobs",
            job = %$event.job_name,
            kind = %$event.job_type,
            id = %$event.id,
            event = name(&$event.happening),
            happening = ?$event.happening,
        )
    };
}

impl Observer for TracingObserver {
    fn observe(&self, event: &Telemetry) {
        match level(&event.happening) {
            LogLevel::Debug => emit!(debug, event),
            LogLevel::Info => emit!(info, event),
            LogLevel::Warn => emit!(warn, event),
            LogLevel::Error => emit!(error, event),
        }
    }
}

fn level(happening: &Happening) -> LogLevel {
    match happening {
        Happening::Log { level, .. } => *level,
        Happening::RetryExhausted { .. } | Happening::Parked { .. } => LogLevel::Error,
        Happening::Failed { .. }
        | Happening::Overflow { .. }
        | Happening::Blocked { .. }
        | Happening::Reanchored { .. } => LogLevel::Warn,
        Happening::Scheduled { .. }
        | Happening::TaskScheduled { .. }
        | Happening::Executed { .. }
        | Happening::DebounceStarted { .. }
        | Happening::Metric { .. }
        | Happening::Duplicate { .. } => LogLevel::Debug,
        _ => LogLevel::Info,
    }
}

fn name(happening: &Happening) -> String {
    match serde_json::to_value(happening) {
        Ok(value) => value
            .get("type")
            .and_then(|name| name.as_str())
            .unwrap_or("")
            .to_owned(),
        Err(_) => String::new(),
    }
}
