//! What the Worker says of itself.

use std::collections::{BTreeMap, BTreeSet};

use durable_jobs_runtime::Timestamp;
use serde::Deserialize;

use crate::link::Place;

/// An alarm that is set for later than this, in real milliseconds, comes after the case.
const SOON_MS: f64 = 500.0;

/// What goes on in the Worker.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Report {
    /// Which instance of the wasm module this is: a panic ends one.
    pub(crate) module: u64,
    /// The objects in memory, the newest last.
    pub(crate) objects: Vec<Object>,
    /// Calls that objects have taken and not answered.
    pub(crate) calls_inside: usize,
    /// Calls of objects, of clients and of other objects, that have not been answered.
    pub(crate) calls_out: usize,
    /// Calls that objects have taken since the process began.
    pub(crate) received: u64,
    /// When those who sleep wake up.
    pub(crate) sleeping: Vec<Timestamp>,
    /// The questions to the world that handlers wait for an answer to.
    pub(crate) asked: BTreeSet<u64>,
}

/// One object in memory.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Object {
    #[serde(flatten)]
    pub(crate) place: Place,
    /// The readable name of the instance, if it has been taken up.
    pub(crate) name: Option<String>,
    /// Things that go on in it.
    pub(crate) busy: usize,
    /// When its row wants it woken. The time of a run that is out has passed.
    pub(crate) wake_at: Option<Timestamp>,
    /// In how many real milliseconds its alarm comes.
    pub(crate) alarm_in_ms: Option<f64>,
    /// How many alarms have come to it.
    pub(crate) alarms: u64,
}

/// See [`Report::alarms`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alarms {
    Come(u64),
    Held,
}

impl Report {
    /// Without the objects whose place another one has taken: they have left memory, and only the collector of garbage
    /// knows when.
    pub(crate) fn without_evicted(mut self) -> Self {
        let all = std::mem::take(&mut self.objects).into_iter();
        let newest: BTreeMap<_, _> = all.map(|object| (object.place.clone(), object)).collect();
        self.objects = newest.into_values().collect();
        self
    }

    /// Things that go on.
    pub(crate) fn busy(&self) -> usize {
        self.objects.iter().map(|object| object.busy).sum()
    }

    /// Whether something will happen by itself though the clock stands still at `now`.
    pub(crate) fn is_about_to_go_on(&self, now: Timestamp) -> bool {
        self.sleeping.iter().any(|until| *until <= now)
            || self.due(now).any(|object| object.is_about_to_wake())
    }

    /// The first moment later than `now` at which something is due.
    pub(crate) fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        let wakes = self.objects.iter().filter_map(|object| object.wake_at);
        let due = wakes.chain(self.sleeping.iter().copied());
        due.filter(|at| *at > now).min()
    }

    /// How many alarms have come to an instance, or that a handler of it is out, beside which none comes; `None` if
    /// nothing of it is stored.
    pub(crate) fn alarms(&self, place: &Place) -> Option<Alarms> {
        let object = self.objects.iter().find(|object| object.place == *place)?;
        Some(match object.busy {
            0 => Alarms::Come(object.alarms),
            _ => Alarms::Held,
        })
    }

    /// The objects that want to have been woken by now and have no run out.
    pub(crate) fn due(&self, now: Timestamp) -> impl Iterator<Item = &Object> {
        let idle = self.objects.iter().filter(|object| object.busy == 0);
        idle.filter(move |object| object.wake_at.is_some_and(|at| at <= now))
    }
}

impl Object {
    fn is_about_to_wake(&self) -> bool {
        self.alarm_in_ms.is_some_and(|ms| ms <= SOON_MS)
    }
}
