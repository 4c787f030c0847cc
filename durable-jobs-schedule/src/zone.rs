use crate::Rule;

/// A time zone: its name, its clock changes from 2024 on, and the rule for the years after them.
///
/// Instants before 2024 are read as if the first offset or, without a table, the rule had
/// always held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone<'a> {
    name: &'a str,
    first_offset: i32,
    transitions: &'a [Transition],
    rule: Rule,
}

/// One change of a zone's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// Seconds since the Unix epoch, UTC.
    pub at: i64,
    /// Seconds that the clock is ahead of UTC from then on.
    pub offset: i32,
}

impl<'a> Zone<'a> {
    /// Coordinated Universal Time.
    pub const UTC: Zone<'static> = Zone::new("UTC", Rule::fixed(0));

    /// A zone that follows `rule` all the time.
    #[must_use]
    pub const fn new(name: &'a str, rule: Rule) -> Self {
        Self {
            name,
            first_offset: rule.standard_offset,
            transitions: &[],
            rule,
        }
    }

    /// Adds the changes that precede the rule, in ascending order, and the offset before the
    /// first of them. The rule holds from the last of them on.
    #[must_use]
    pub const fn with_transitions(
        mut self,
        first_offset: i32,
        transitions: &'a [Transition],
    ) -> Self {
        self.first_offset = first_offset;
        self.transitions = transitions;
        self
    }

    /// The IANA name, as in `America/New_York`.
    #[must_use]
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// Seconds that the clock is ahead of UTC before the first transition.
    #[must_use]
    pub const fn first_offset(&self) -> i32 {
        self.first_offset
    }

    /// The changes that precede the rule, in ascending order.
    #[must_use]
    pub const fn transitions(&self) -> &'a [Transition] {
        self.transitions
    }

    /// What holds from the last transition on.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// Seconds that the clock is ahead of UTC at an instant, given in seconds since the Unix epoch.
    ///
    /// ```
    /// # use durable_jobs_schedule::{Rule, Zone};
    /// const KOLKATA: Zone<'_> = Zone::new("Asia/Kolkata", Rule::fixed(19_800));
    /// assert_eq!(KOLKATA.offset_at(1_704_067_200), 5 * 3_600 + 1_800);
    /// ```
    #[must_use]
    pub fn offset_at(&self, at: i64) -> i32 {
        self.clock_at(at).offset
    }

    pub(crate) fn clock_at(&self, at: i64) -> Clock {
        let mut offset = self.first_offset;
        for change in self.transitions {
            if change.at > at {
                return Clock {
                    offset,
                    next: Some(*change),
                };
            }
            offset = change.offset;
        }
        self.rule.clock_at(at)
    }
}

/// What a zone's clock shows at an instant, and when that changes.
pub(crate) struct Clock {
    /// Seconds ahead of UTC.
    pub(crate) offset: i32,
    pub(crate) next: Option<Transition>,
}
