//! What is stored of an instance of a debounce job besides its events.

use super::super::{Life, Moment, Phase, Wake};
use crate::{
    Address, ClientError, Timestamp,
    debounce::{DebounceSpec, FlushReason},
    json::{json_fields, json_newtype},
};

/// What is stored of an instance besides its events.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) life: Life,
    /// The batch that collects now, from 1.
    pub(super) generation: u64,
    /// The last sequence number given when the record was saved.
    pub(super) sequence: u64,
    pub(crate) claim: Option<Claim>,
    /// What has made the batch that collects now due, if anything but time has.
    pub(super) owed: Option<FlushReason>,
    pub(crate) flush_count: u64,
    pub(crate) total_events: u64,
    /// Events of batches that `on_error` has dropped.
    pub(super) dropped_events: u64,
    /// When the last event arrived of the batches that were flushed.
    pub(super) last_event_at: Timestamp,
    /// Whether the row's state is what a batch begins with.
    pub(super) has_base: bool,
    pub(super) versions: Versions,
    /// Dead letters that somebody wants flushed again, in that order.
    pub(super) revived: Vec<u64>,
}
json_fields!(Record {
    life,
    generation,
    sequence,
    claim: default,
    owed: default,
    flush_count,
    total_events,
    dropped_events: default,
    last_event_at: default,
    has_base: default,
    versions: default,
    revived: default,
});

/// What is known of a batch. Not stored while it collects: its events tell it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) event_count: u64,
    pub(crate) bytes: u64,
    pub(crate) first_event_at: Timestamp,
    pub(crate) last_event_at: Timestamp,
}
json_fields!(Tally {
    event_count,
    bytes,
    first_event_at,
    last_event_at,
});

impl Tally {
    pub(super) fn count(&mut self, event: &str, arrived_at: Timestamp) {
        if self.event_count == 0 {
            self.first_event_at = arrived_at;
        }
        self.event_count += 1;
        self.bytes += event.len() as u64;
        self.last_event_at = arrived_at;
    }
}

/// A batch that a flush has taken. It is deleted only when the flush has succeeded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Claim {
    pub(crate) generation: u64,
    pub(crate) reason: FlushReason,
    pub(crate) tally: Tally,
    /// Whether somebody has asked meanwhile that nothing of it be kept for the next batch.
    pub(super) leaves_nothing: bool,
}
json_fields!(Claim {
    generation,
    reason,
    tally,
    leaves_nothing: default,
});

/// Which version of the job has stored which events: each began with one event and lasts until the next began.
///
/// A version is noted with the first event that it stores, so events need no version of their own.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Versions(Vec<(u64, u32)>);

json_newtype!(Versions(Vec<(u64, u32)>));

impl Versions {
    /// Those of a record that was stored before any were noted: all events are of the version of its row.
    pub(super) fn or_all(self, of_row: u32) -> Self {
        if self.0.is_empty() {
            Self(vec![(0, of_row)])
        } else {
            self
        }
    }

    /// Refuses events that a newer program has stored.
    pub(super) fn known(self, address: &Address, spec: &DebounceSpec) -> Result<Self, ClientError> {
        match self.0.iter().map(|(_, version)| *version).max() {
            Some(stored) if stored > spec.version => Err(ClientError::UnsupportedVersion {
                job: address.job.to_owned(),
                id: address.id.as_str().to_owned(),
                stored,
                supported: spec.version,
            }),
            _ => Ok(self),
        }
    }

    /// Notes that `version` stores the events from `sequence` on. Says whether that is new.
    pub(super) fn note(&mut self, sequence: u64, version: u32) -> bool {
        let new = self.last() != Some(version);
        if new {
            self.0.push((sequence, version));
        }
        new
    }

    /// Notes that `version` has stored one event anew. Says whether that is new.
    pub(super) fn note_one(&mut self, sequence: u64, version: u32) -> bool {
        let before = self.of(sequence);
        if before == version {
            return false;
        }
        let next = sequence.saturating_add(1);
        let begins = |at: u64| move |(first, _): &(u64, u32)| *first == at;
        if !self.0.iter().any(begins(next)) {
            let place = self.0.partition_point(|(first, _)| *first < next);
            self.0.insert(place, (next, before));
        }
        self.0.retain(|(first, _)| *first != sequence);
        let place = self.0.partition_point(|(first, _)| *first < sequence);
        self.0.insert(place, (sequence, version));
        true
    }

    pub(super) fn of(&self, sequence: u64) -> u32 {
        let mut latest = self.0.iter().rev();
        let found = latest
            .find(|(first, _)| *first <= sequence)
            .or_else(|| self.0.first());
        found.map_or(1, |(_, version)| *version)
    }

    fn last(&self) -> Option<u32> {
        self.0.last().map(|(_, version)| *version)
    }
}

impl super::super::Record for Record {
    fn life(&mut self) -> &mut Life {
        &mut self.life
    }

    /// The earliest timer that can lead to something: the batch that collects waits for the one that is claimed,
    /// and for dead letters that are to be flushed again.
    fn wake_at(&self) -> Option<Timestamp> {
        let timers = &self.life.timers;
        match (self.life.phase, &self.claim) {
            _ if self.life.is_running() => timers.get(Wake::Recovery),
            (Phase::Parked, _) => None,
            (_, Some(_)) => timers.get(Wake::Retry),
            (_, None) if !self.revived.is_empty() => Some(self.life.saved_at),
            (_, None) => timers.earliest_of(&[Wake::Flush, Wake::Quiet]),
        }
    }
}

impl Record {
    pub(super) fn new(moment: Moment, version: u32) -> Self {
        Self {
            life: Life::new(moment),
            generation: 1,
            sequence: 0,
            claim: None,
            owed: None,
            flush_count: 0,
            total_events: 0,
            dropped_events: 0,
            last_event_at: Timestamp::default(),
            has_base: false,
            versions: Versions::default().or_all(version),
            revived: Vec::new(),
        }
    }

    /// What is told of the claimed batch to its flush.
    pub(crate) fn claimed(&self) -> Option<(&Claim, u64)> {
        let claim = self.claim.as_ref()?;
        Some((
            claim,
            self.total_events.saturating_add(claim.tally.event_count),
        ))
    }

    /// Brings timers back that lie further ahead than they can be set now. Says whether one did.
    pub(super) fn pull_in_windows(&mut self, spec: &DebounceSpec, now: Timestamp) -> bool {
        let owed = self.owed.map(|_| now);
        let window = spec.window().map(|(window, _)| now + window);
        let latest = [
            (Wake::Flush, owed.or(window)),
            (Wake::Quiet, spec.quiet.map(|quiet| now + quiet)),
        ];
        let mut far = false;
        for (why, latest) in latest {
            let due = self.life.timers.get(why);
            if let Some((_, latest)) = due.zip(latest).filter(|(due, latest)| due > latest) {
                self.life.timers.set(why, latest);
                far = true;
            }
        }
        far
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The versions of the events from 1 to 5.
    fn of_all(versions: &Versions) -> [u32; 5] {
        [1, 2, 3, 4, 5].map(|sequence| versions.of(sequence))
    }

    #[test]
    fn a_version_holds_until_another_one_stores_an_event() {
        let mut versions = Versions::default().or_all(1);
        assert!(!versions.note(1, 1));
        assert!(versions.note(3, 2));
        assert!(!versions.note(4, 2));
        assert_eq!(of_all(&versions), [1, 1, 2, 2, 2]);
        let all: Versions = crate::json::read("[]").expect("versions");
        assert_eq!(of_all(&all.or_all(7)), [7; 5]);
    }

    #[test]
    fn an_event_that_is_stored_anew_is_of_the_version_that_did_so() {
        let mut versions = Versions::default().or_all(1);
        assert!(!versions.note_one(3, 1), "it is of that version already");
        assert!(versions.note_one(3, 2));
        assert_eq!(of_all(&versions), [1, 1, 2, 1, 1]);
        assert!(!versions.note_one(3, 2));
        assert!(versions.note_one(2, 2), "the one before it");
        assert_eq!(of_all(&versions), [1, 2, 2, 1, 1]);
        assert!(versions.note_one(4, 3), "the one after it");
        assert_eq!(of_all(&versions), [1, 2, 2, 3, 1]);
        assert!(versions.note_one(3, 3), "one between two");
        assert_eq!(of_all(&versions), [1, 2, 3, 3, 1]);
        assert!(versions.note_one(5, 3), "the last");
        assert_eq!(of_all(&versions), [1, 2, 3, 3, 3]);
        assert!(!versions.note(6, versions.of(6)), "what comes is as before");
    }
}
