//! What handlers have done, over all lives of the program.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Place, callers::Caller, record::Reading};

/// Reads it as it grows, and panics when it is not as it must be.
#[derive(Debug)]
pub(crate) struct Effects {
    lines: Reading,
    /// The flushes: of whom, and what was in them.
    flushes: BTreeMap<String, (String, Vec<u64>)>,
    /// The last number of each batch that was flushed.
    pub(crate) flushed_to: BTreeMap<String, u64>,
    /// The messages of queues that were processed, each with its key.
    parcels: BTreeMap<u64, String>,
    /// Those among them that may be done again.
    open_parcels: BTreeSet<u64>,
    beats: BTreeMap<String, i64>,
    last_beats: BTreeMap<String, i64>,
    /// What is committed as done. It must not be done again.
    over: BTreeSet<String>,
    pub(crate) repetitions: u64,
}

impl Effects {
    /// Those of a program whose batches have been flushed up to there.
    pub(crate) fn after(place: &Place, flushed_to: BTreeMap<String, u64>) -> Self {
        Self {
            lines: Reading::new(place.effects()),
            flushes: BTreeMap::new(),
            flushed_to,
            parcels: BTreeMap::new(),
            open_parcels: BTreeSet::new(),
            beats: BTreeMap::new(),
            last_beats: BTreeMap::new(),
            over: BTreeSet::new(),
            repetitions: 0,
        }
    }

    pub(crate) fn read(&mut self) {
        for line in self.lines.news() {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["flush", id, key, numbers] => {
                    let numbers = numbers.split(',').map(|number| number.parse().unwrap());
                    self.flush(id, key, numbers.collect());
                }
                ["parcel", key, number] => self.parcel(key, number.parse().unwrap()),
                ["beat", id, key, due] => self.beat(id, key, due.parse().unwrap()),
                _ => panic!("{line}"),
            }
        }
    }

    fn not_over(&self, key: &str, what: &str) {
        assert!(!self.over.contains(key), "{what} was over: {key}");
    }

    /// A flush repeats one as it was, or goes on behind the last one.
    fn flush(&mut self, id: &str, key: &str, numbers: Vec<u64>) {
        self.not_over(key, "a flush");
        let flush = (id.to_owned(), numbers);
        if let Some(known) = self.flushes.get(key) {
            assert_eq!(*known, flush, "a repeated flush {key}");
            self.repetitions += 1;
            return;
        }
        let flushed_to = self.flushed_to.entry(id.to_owned()).or_default();
        let next = *flushed_to + 1..=*flushed_to + flush.1.len() as u64;
        assert!(
            flush.1.iter().copied().eq(next),
            "{flush:?} after {flushed_to}"
        );
        *flushed_to += flush.1.len() as u64;
        self.flushes.insert(key.to_owned(), flush);
    }

    /// A message has one key, whatever happens to it.
    fn parcel(&mut self, key: &str, number: u64) {
        self.not_over(key, "a message");
        self.open_parcels.insert(number);
        if let Some(known) = self.parcels.insert(number, key.to_owned()) {
            assert_eq!(known, key, "message {number} was taken twice");
            self.repetitions += 1;
        }
    }

    /// A slot has one key, and comes behind the last one.
    fn beat(&mut self, id: &str, key: &str, due: i64) {
        if let Some(known) = self.beats.insert(key.to_owned(), due) {
            assert_eq!(known, due, "{key}");
            self.repetitions += 1;
            return;
        }
        let last = self.last_beats.insert(id.to_owned(), due);
        assert!(last < Some(due), "{id}: slot {due} after {last:?}");
    }

    /// Notes what is over: what was done and is not stored any more.
    pub(crate) fn end_those_not_in(
        &mut self,
        first_stored: &BTreeMap<String, u64>,
        stored_parcels: &BTreeSet<u64>,
    ) {
        for (key, (id, numbers)) in std::mem::take(&mut self.flushes) {
            let stored = first_stored.get(&id).copied().unwrap_or(u64::MAX);
            if numbers.last() < Some(&stored) {
                self.over.insert(key);
            } else {
                self.flushes.insert(key, (id, numbers));
            }
        }
        for number in std::mem::take(&mut self.open_parcels) {
            if stored_parcels.contains(&number) {
                self.open_parcels.insert(number);
            } else {
                self.over.insert(self.parcels[&number].clone());
            }
        }
    }

    /// Whether a message of a queue has been processed.
    pub(crate) fn has_parcel(&self, caller: Caller, number: u64) -> bool {
        let Caller::Parcel(which) = caller else {
            return false;
        };
        self.parcels.contains_key(&Caller::parcel(which, number))
    }
}
