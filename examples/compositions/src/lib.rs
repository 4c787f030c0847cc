//! Jobs that write to each other.
//!
//! - [`metrics`]: a continuous job that flushes a debounce job, on the hour.
//! - [`events`]: a debounce job whose flush triggers a continuous job.
//!
//! Neither calls the other: it writes a message, which leaves with the commit of its handler and takes effect once.

#![forbid(unsafe_code)]

pub mod events;
pub mod metrics;

use std::sync::{Arc, Mutex, PoisonError};

/// What the jobs reach the world through: here a list of what they have done.
#[derive(Clone, Debug, Default)]
pub struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    /// Notes something.
    pub fn note(&self, line: impl Into<String>) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(line.into());
    }

    /// What was noted so far, in order.
    pub fn lines(&self) -> Vec<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.clone()
    }
}
