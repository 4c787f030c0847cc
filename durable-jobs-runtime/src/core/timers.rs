//! The timers of an instance, each with the reason that it is set for.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
};

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
    /// What is kept of an instance that has ended is deleted.
    Expiry,
}

/// At most one timer for each reason, in any order: they are few. The earliest one arms the alarm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Timers(Vec<(Wake, Timestamp)>);

impl Timers {
    /// Sets or moves a timer.
    pub(crate) fn set(&mut self, why: Wake, at: Timestamp) {
        self.clear(why);
        self.0.push((why, at));
    }

    /// Takes a timer away.
    pub(crate) fn clear(&mut self, why: Wake) {
        self.0.retain(|(set, _)| *set != why);
    }

    /// When the timer is due, if it is set.
    pub(crate) fn get(&self, why: Wake) -> Option<Timestamp> {
        let timer = self.0.iter().find(|(set, _)| *set == why);
        timer.map(|(_, at)| *at)
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

/// A map from reasons to times.
impl Serialize for Timers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(why, at)| (why, at)))
    }
}

impl<'de> Deserialize<'de> for Timers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reasons;

        impl<'de> Visitor<'de> for Reasons {
            type Value = Timers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map from reasons to times")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Timers, A::Error> {
                let mut timers = Timers::default();
                while let Some((why, at)) = map.next_entry()? {
                    timers.set(why, at);
                }
                Ok(timers)
            }
        }

        deserializer.deserialize_map(Reasons)
    }
}
