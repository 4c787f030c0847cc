//! Prints what happens.

use durable_jobs::telemetry::{Happening, Observer, Telemetry};

/// Prints attempts, each once it is on disk.
pub(crate) struct Narrator;

impl Observer for Narrator {
    fn observe(&self, event: &Telemetry) {
        match &event.happening {
            Happening::Executed {
                run_count,
                attempt,
                duration_ms,
                ..
            } => println!("#{run_count} delivered in {duration_ms} ms, attempt {attempt}"),
            Happening::Failed { error, attempt, .. } => println!("attempt {attempt}: {error}"),
            Happening::Retrying { at, attempt } => println!("  attempt {attempt} at {at}"),
            Happening::MessageDeadLettered {
                message: Some(message),
                ..
            } => println!("  {message} is a dead letter now"),
            _ => {}
        }
    }
}
