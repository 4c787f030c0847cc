use std::fmt;

use crate::{Cron, Fields, Rule, Transition, Zone};

/// A cron schedule that owns its expression and its table of clock changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompiledCron {
    pub(super) expression: String,
    pub(super) fields: Fields,
    pub(super) zone: CompiledZone,
}

/// A time zone that owns its table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CompiledZone {
    pub(super) name: &'static str,
    pub(super) first_offset: i32,
    pub(super) transitions: Vec<Transition>,
    pub(super) rule: Rule,
}

impl CompiledCron {
    /// The same schedule as the constant that a macro would write; all its parts can be read from it.
    #[must_use]
    pub fn as_cron(&self) -> Cron<'_> {
        Cron::new(&self.expression, self.fields, self.zone.as_zone())
    }

    /// See [`Cron::next_after`].
    #[must_use]
    pub fn next_after(&self, after_ms: i64) -> Option<i64> {
        self.as_cron().next_after(after_ms)
    }

    /// See [`Cron::fingerprint`].
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.as_cron().fingerprint()
    }
}

impl fmt::Display for CompiledCron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_cron().fmt(f)
    }
}

impl CompiledZone {
    pub(super) fn utc() -> Self {
        let utc = Zone::UTC;
        Self {
            name: utc.name(),
            first_offset: 0,
            transitions: Vec::new(),
            rule: utc.rule(),
        }
    }

    fn as_zone(&self) -> Zone<'_> {
        Zone::new(self.name, self.rule).with_transitions(self.first_offset, &self.transitions)
    }
}
