//! When a continuous job runs next.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What follows a successful run. A time given here takes precedence over the schedule for one run.
///
/// ```
/// # use durable_jobs_runtime::continuous::Next;
/// # use std::time::Duration;
/// assert_eq!(Next::after(Duration::from_secs(60)), Next::After(Duration::from_secs(60)));
/// assert_eq!(Next::stop("revoked"), Next::Stop { reason: "revoked".into() });
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Next {
    /// The next slot of the schedule.
    Scheduled,
    /// This long after the end of the run. The slot after that one is one interval later.
    After(Duration),
    /// At this time; at once when it has passed.
    At(Timestamp),
    /// Never again: the instance ends.
    Stop {
        /// Why, for telemetry and callers.
        reason: String,
    },
    /// When the instance is resumed, by a call or at a time.
    Pause {
        /// When it resumes by itself, if ever.
        until: Option<Timestamp>,
    },
}

impl Next {
    /// `delay` after the end of this run.
    pub fn after(delay: Duration) -> Self {
        Self::After(delay)
    }

    /// At `time`.
    pub fn at(time: Timestamp) -> Self {
        Self::At(time)
    }

    /// At once.
    pub fn now() -> Self {
        Self::After(Duration::ZERO)
    }

    /// Never again.
    pub fn stop(reason: impl Into<String>) -> Self {
        Self::Stop {
            reason: reason.into(),
        }
    }

    /// Not before somebody calls `resume`.
    pub fn pause() -> Self {
        Self::Pause { until: None }
    }

    /// Not before `time`, or before somebody calls `resume`.
    pub fn pause_until(time: Timestamp) -> Self {
        Self::Pause { until: Some(time) }
    }
}
