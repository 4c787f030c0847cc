//! The timers of an instance, each with the reason that it is set for.

use std::{sync::Arc, time::Duration};

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::{
    Timestamp,
    json::{Fields, Object, ReadJson, WriteJson, json_names},
};

/// Why an instance wants to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    /// No event has come for a while, as far as was known when the timer was set.
    Quiet,
}
json_names!(Wake {
    "recovery" => Recovery,
    "retry" => Retry,
    "trigger" => Trigger,
    "schedule" => Schedule,
    "flush" => Flush,
    "resume" => Resume,
    "expiry" => Expiry,
    "quiet" => Quiet,
});

/// At most one timer for each reason, in order of due time: they are few. The earliest one arms the alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Timers<K = Wake>(Vec<(K, Timestamp)>);

impl<K> Default for Timers<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K> Timers<K> {
    /// All timers; of those of one time, the one that was set first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &(K, Timestamp)> {
        self.0.iter()
    }

    /// Sets a timer that is not set.
    fn insert(&mut self, key: K, at: Timestamp) {
        let behind = self.0.partition_point(|(_, set)| *set <= at);
        self.0.insert(behind, (key, at));
    }
}

impl Timers<Arc<str>> {
    /// Sets or moves the timer of this name.
    pub(crate) fn set_named(&mut self, name: &str, at: Timestamp) {
        let name = match self.0.iter().position(|(set, _)| **set == *name) {
            Some(place) => self.0.remove(place).0,
            None => name.into(),
        };
        self.insert(name, at);
    }

    /// Takes the timer of this name away.
    pub(crate) fn clear_named(&mut self, name: &str) {
        self.0.retain(|(set, _)| **set != *name);
    }

    /// When the timer of this name is due, if it is set.
    pub(crate) fn named(&self, name: &str) -> Option<Timestamp> {
        let timer = self.0.iter().find(|(set, _)| **set == *name);
        timer.map(|(_, at)| *at)
    }

    /// Takes the earliest timer away, if its time has come.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Option<(Arc<str>, Timestamp)> {
        let (_, at) = self.0.first()?;
        (*at <= now).then(|| self.0.remove(0))
    }

    /// Lets every timer be due that much earlier.
    pub(crate) fn pull_in(&mut self, by: Duration) {
        self.0.iter_mut().for_each(|(_, at)| *at = *at - by);
    }
}

impl Timers {
    /// Sets or moves a timer.
    pub(crate) fn set(&mut self, why: Wake, at: Timestamp) {
        self.clear(why);
        self.insert(why, at);
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
impl<K: Serialize> Serialize for Timers<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, at)| (key, at)))
    }
}

impl<K: WriteJson> WriteJson for Timers<K> {
    fn write_json(&self, out: &mut Vec<u8>) {
        let mut timers = Object::begin(out);
        self.iter().for_each(|(key, at)| timers.put_named(key, at));
        timers.end();
    }

    fn is_default(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de, K: ReadJson<'de>> ReadJson<'de> for Timers<K> {
    fn read_json(text: &'de RawValue) -> serde_json::Result<Self> {
        let mut timers = Self::default();
        for (key, at) in Fields::of(text.get())?.into_all() {
            timers.insert(K::read_json(key)?, Timestamp::read_json(at)?);
        }
        Ok(timers)
    }
}
