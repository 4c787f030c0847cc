//! What the timers of a task are called, and when they are due.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{Timestamp, core::Timers, json::json_newtype};

/// Names the timers of a task. Derive it for an enum whose variants have no fields.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name the timers of a task",
    label = "this is given as `timers`",
    note = "add `#[derive(TaskTimer)]` to the enum `{Self}`"
)]
pub trait TaskTimer: Sized + 'static {
    /// What stored rows call the timer.
    fn name(&self) -> &'static str;

    /// The timer that stored rows call so.
    fn from_name(name: &str) -> Option<Self>;
}

/// The one timer of a task whose attribute gives no `timers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnnamedTimer;

impl UnnamedTimer {
    pub(crate) const NAME: &str = "";
}

impl TaskTimer for UnnamedTimer {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn from_name(name: &str) -> Option<Self> {
        (name == Self::NAME).then_some(Self)
    }
}

/// What only [`UnnamedTimer`] is: the one timer of a task, which needs no name.
#[diagnostic::on_unimplemented(
    message = "this task has several timers, so one must be named here",
    label = "which timer?",
    note = "the timers are those of `{Self}`: write `ctx.schedule_timer(..)` for `ctx.schedule(..)`, `ctx.schedule_timer_at(..)` for `ctx.schedule_at(..)`, `ctx.cancel_timer(..)` for `ctx.cancel_schedule()` and `ctx.timer_scheduled_at(..)` for `ctx.scheduled_at()`"
)]
pub trait OnlyTimer: TaskTimer {}

impl OnlyTimer for UnnamedTimer {}

/// Timers that are set, by their stored names, each with the time when it is due; the earliest first.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<Arc<str>, Timestamp>")]
pub struct PendingTimers(Timers<Arc<str>>);

impl From<BTreeMap<Arc<str>, Timestamp>> for PendingTimers {
    fn from(times: BTreeMap<Arc<str>, Timestamp>) -> Self {
        let mut timers = Timers::default();
        for (name, at) in times {
            timers.set_named(&name, at);
        }
        Self(timers)
    }
}

json_newtype!(PendingTimers(Timers<Arc<str>>));

impl PendingTimers {
    /// When a timer is due, if it is set.
    pub fn get(&self, timer: &impl TaskTimer) -> Option<Timestamp> {
        self.at(timer.name())
    }

    /// The stored names of the timers that are set, and when each is due; the earliest first.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Timestamp)> {
        self.0.iter().map(|(name, at)| (&**name, *at))
    }

    /// How many timers are set.
    pub fn len(&self) -> usize {
        self.0.iter().count()
    }

    /// Whether no timer is set.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn at(&self, name: &str) -> Option<Timestamp> {
        self.0.named(name)
    }

    pub(crate) fn set(&mut self, name: &str, at: Timestamp) {
        self.0.set_named(name, at);
    }

    pub(crate) fn clear(&mut self, name: &str) {
        self.0.clear_named(name);
    }

    /// When the first one is due.
    pub(crate) fn earliest(&self) -> Option<Timestamp> {
        self.iter().next().map(|(_, at)| at)
    }

    /// Takes the first one away, if its time has come.
    pub(crate) fn take_due(&mut self, now: Timestamp) -> Option<(Arc<str>, Timestamp)> {
        self.0.take_due(now)
    }

    /// Lets every one be due that much earlier.
    pub(crate) fn pull_in(&mut self, by: std::time::Duration) {
        self.0.pull_in(by);
    }

    /// Those that have a name.
    pub(crate) fn named(&self) -> Self {
        let mut named = self.clone();
        named.clear(UnnamedTimer::NAME);
        named
    }
}

impl fmt::Debug for PendingTimers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// The name that is shown of a stored one: none for the timer that has none.
pub(crate) fn shown(name: &str) -> Option<Arc<str>> {
    (name != UnnamedTimer::NAME).then(|| name.into())
}
