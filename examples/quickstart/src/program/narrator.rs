//! Turns what jobs tell into lines and counts.

use std::sync::Arc;

use durable_jobs::{
    JobKind, Timestamp,
    telemetry::{Happening, Observer, Telemetry, WillRetry},
};
use serde_json::Value;

use super::{
    console::{Console, Line},
    tally::Tally,
};

/// Tells everything that happens once it is durable.
pub(crate) struct Narrator {
    pub(crate) console: Console,
    pub(crate) tally: Arc<Tally>,
}

impl Observer for Narrator {
    fn observe(&self, event: &Telemetry) {
        self.count(event);
        let Some((what, attempt)) = describe(&event.happening, event.timestamp) else {
            return;
        };
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
fn describe(happening: &Happening, now: Timestamp) -> Option<(String, u32)> {
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
        Happening::Retrying { at, .. } => (
            format!("tries again in {:.1} s", at.since(now).as_secs_f64()),
            1,
        ),
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
        _ => format!("{count} {one}s"),
    }
}
