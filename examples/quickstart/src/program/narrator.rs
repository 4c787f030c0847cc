//! Turns what jobs tell into lines and counts.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use durable_jobs::{
    JobKind,
    telemetry::{Happening, Observer, Telemetry, WillRetry},
};
use serde_json::Value;

use super::{
    console::{Console, Line},
    tally::Tally,
};

/// Tells everything that happens once it is durable.
pub(crate) struct Narrator {
    console: Console,
    tally: Arc<Tally>,
    /// Attempts that failed, by instance, until it is known when the next one is due.
    failed: Mutex<BTreeMap<String, String>>,
}

impl Observer for Narrator {
    fn observe(&self, event: &Telemetry) {
        self.count(event);
        let told = match &event.happening {
            Happening::Retrying { at, attempt } => {
                let error = self
                    .failures()
                    .remove(&event.instance_id)
                    .unwrap_or_default();
                let pause = at.since(event.timestamp).as_secs_f64();
                let what = format!("failed: {error}; again in {pause:.1} s");
                Some((what, attempt.saturating_sub(1)))
            }
            Happening::Failed {
                error,
                will_retry: WillRetry::Yes,
                ..
            } => {
                self.failures()
                    .insert(event.instance_id.clone(), error.to_string());
                None
            }
            happening => describe(happening),
        };
        let Some((what, attempt)) = told else { return };
        self.console.say(Line {
            at: event.timestamp,
            job: &event.job_name,
            instance: &event.id,
            what: &what,
            attempt,
        });
    }
}

impl Narrator {
    pub(crate) fn new(console: Console, tally: Arc<Tally>) -> Self {
        Self {
            console,
            tally,
            failed: Mutex::default(),
        }
    }

    fn failures(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, event: &Telemetry) {
        let tally = &self.tally;
        match &event.happening {
            Happening::Executed { .. } => tally.runs.add(1),
            Happening::DebounceFlushed { .. } => tally.flushes.add(1),
            Happening::Started if event.job_type == JobKind::Task => tally.orders.add(1),
            Happening::Failed {
                will_retry: WillRetry::Yes,
                ..
            } => tally.retries.add(1),
            Happening::Failed {
                will_retry: WillRetry::No,
                ..
            } => tally.errors.add(1),
            _ => {}
        }
    }
}

/// What happened and in which attempt, if it is worth a line.
fn describe(happening: &Happening) -> Option<(String, u32)> {
    let (what, attempt) = match happening {
        Happening::Custom { name, payload } => (custom(name, payload), 1),
        Happening::DebounceFlushed {
            event_count,
            reason,
            ..
        } => (
            format!(
                "{} handed to the CRM ({reason})",
                counted(*event_count, "webhook")
            ),
            1,
        ),
        &Happening::Executed { attempt, .. } if attempt > 1 => ("succeeded".to_owned(), attempt),
        Happening::Failed { error, attempt, .. } => (format!("failed: {error}"), *attempt),
        Happening::RetryExhausted { attempts, .. } => {
            (format!("gave up after {attempts} attempts"), 1)
        }
        Happening::Parked { error } => (format!("parked until somebody resumes it: {error}"), 1),
        Happening::Stopped { reason } => (format!("stopped: {reason}"), 1),
        Happening::Terminated { reason, .. } => (format!("deleted: {reason}"), 1),
        Happening::Paused => ("paused".to_owned(), 1),
        Happening::Resumed => ("resumed".to_owned(), 1),
        Happening::Reanchored { reason } => (format!("its schedule begins anew: {reason}"), 1),
        Happening::Log { message, .. } => (message.clone(), 1),
        _ => return None,
    };
    Some((what, attempt))
}

fn custom(name: &str, payload: &Value) -> String {
    match payload {
        Value::String(text) => format!("{name} {text}"),
        other => format!("{name} {other}"),
    }
}

/// A count and what is counted, in the singular or the plural.
pub(crate) fn counted(count: u64, one: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ if one.ends_with("ch") => format!("{count} {one}es"),
        _ => format!("{count} {one}s"),
    }
}
