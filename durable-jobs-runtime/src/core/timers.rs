//! The timers of an instance, each with the reason that it is set for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Why an instance wants to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub(crate) enum Wake {
    /// A run is out. Whoever finds this timer without the run in memory knows that it was cut off.
    Recovery,
    /// Another attempt of a failed run is due.
    Retry,
    /// Somebody asked for a run while another one was out.
    Trigger,
    /// A slot of the schedule, or the timer that a task has set.
    Schedule,
    /// A batch is due.
    Flush,
    /// A pause ends.
    Resume,
}

/// At most one timer for each reason. The earliest one arms the alarm.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Timers(BTreeMap<Wake, Timestamp>);

impl Timers {
    /// Sets or moves a timer.
    pub(crate) fn set(&mut self, why: Wake, at: Timestamp) {
        self.0.insert(why, at);
    }

    /// Takes a timer away.
    pub(crate) fn clear(&mut self, why: Wake) {
        self.0.remove(&why);
    }

    /// When the timer is due, if it is set.
    pub(crate) fn get(&self, why: Wake) -> Option<Timestamp> {
        self.0.get(&why).copied()
    }

    /// When the timer was due, if it is set and that time has come.
    pub(crate) fn due(&self, why: Wake, now: Timestamp) -> Option<Timestamp> {
        self.get(why).filter(|at| *at <= now)
    }

    /// The earliest of the timers set for one of these reasons.
    pub(crate) fn earliest_of(&self, reasons: &[Wake]) -> Option<Timestamp> {
        reasons.iter().filter_map(|why| self.get(*why)).min()
    }
}
