//! What handlers have done, over all lives of the process.

use std::collections::{BTreeMap, BTreeSet};

use durable_jobs_runtime::Timestamp;
use durable_jobs_testing::conformance::{Seen, World};

use super::{
    callers::{CALLERS, Caller, PULSES},
    rows::Rows,
};

/// Reads what the world has seen, and panics when it is not as it must be.
#[derive(Debug)]
pub(super) struct Effects {
    world: World,
    read: BTreeMap<String, usize>,
    /// The flushes: of whom, and what was in them.
    flushes: BTreeMap<String, (String, Vec<u64>)>,
    /// The last number of each batch that was flushed.
    pub(super) flushed_to: BTreeMap<String, u64>,
    /// The letters that were processed, each with its key.
    letters: BTreeMap<u64, String>,
    /// Those among them that may be processed again.
    open_letters: BTreeSet<u64>,
    beats: BTreeMap<String, Timestamp>,
    last_beats: BTreeMap<String, Timestamp>,
    /// What is committed as done. It must not be done again.
    over: BTreeSet<String>,
    pub(super) repetitions: u64,
}

impl Effects {
    pub(super) fn of(world: &World) -> Self {
        Self {
            world: world.clone(),
            read: BTreeMap::new(),
            flushes: BTreeMap::new(),
            flushed_to: BTreeMap::new(),
            letters: BTreeMap::new(),
            open_letters: BTreeSet::new(),
            beats: BTreeMap::new(),
            last_beats: BTreeMap::new(),
            over: BTreeSet::new(),
            repetitions: 0,
        }
    }

    pub(super) fn read(&mut self) {
        for caller in CALLERS {
            let id = caller.to_string();
            match caller {
                Caller::Batch(_) => {
                    let news = self.news(&id);
                    news.into_iter().for_each(|run| self.flush(&id, run));
                }
                Caller::Letter(which) | Caller::Letters(which) => {
                    let news = self.news(&Caller::queue(which));
                    news.into_iter().for_each(|run| self.letter(run));
                }
                Caller::Relay(_) => {}
            }
        }
        for pulse in PULSES {
            let news = self.news(pulse);
            news.into_iter().for_each(|run| self.beat(pulse, run));
        }
    }

    /// The runs of an instance that have not been read.
    fn news(&mut self, id: &str) -> Vec<Seen> {
        let mut runs = self.world.runs(id);
        let read = self.read.entry(id.to_owned()).or_default();
        let news = runs.split_off(*read);
        *read += news.len();
        news
    }

    fn not_over(&self, key: &str, what: &str) {
        assert!(!self.over.contains(key), "{what} was over: {key}");
    }

    /// A flush repeats one as it was, or goes on behind the last one.
    fn flush(&mut self, id: &str, run: Seen) {
        self.not_over(&run.idempotency_key, "a flush");
        let numbers: Vec<u64> = serde_json::from_value(run.state["items"].clone()).unwrap();
        let flush = (id.to_owned(), numbers);
        if let Some(known) = self.flushes.get(&run.idempotency_key) {
            assert_eq!(*known, flush, "a repeated flush {}", run.idempotency_key);
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
        self.flushes.insert(run.idempotency_key, flush);
    }

    /// A letter has one key, whatever happens to it.
    fn letter(&mut self, run: Seen) {
        self.not_over(&run.idempotency_key, "a letter");
        let number = run.state["number"].as_u64().unwrap();
        self.open_letters.insert(number);
        let key = run.idempotency_key;
        if let Some(known) = self.letters.insert(number, key.clone()) {
            assert_eq!(known, key, "letter {number} was taken twice");
            self.repetitions += 1;
        }
    }

    /// A slot has one key, and comes behind the last one.
    fn beat(&mut self, id: &str, run: Seen) {
        let due = run.scheduled_for;
        if let Some(known) = self.beats.insert(run.idempotency_key, due) {
            assert_eq!(known, due, "{id}");
            self.repetitions += 1;
            return;
        }
        let last = self.last_beats.insert(id.to_owned(), due);
        assert!(last < Some(due), "{id}: slot {due} after {last:?}");
    }

    /// Notes what is over: what was done and is not stored any more.
    pub(super) fn end_those_not_in(&mut self, rows: &Rows) {
        for (key, (id, numbers)) in std::mem::take(&mut self.flushes) {
            let stored = rows.batches.get(&id).and_then(|held| held.first());
            if stored.is_none_or(|stored| numbers.last() < Some(stored)) {
                self.over.insert(key);
            } else {
                self.flushes.insert(key, (id, numbers));
            }
        }
        for number in std::mem::take(&mut self.open_letters) {
            if rows.letters.contains(&number) {
                self.open_letters.insert(number);
            } else {
                self.over.insert(self.letters[&number].clone());
            }
        }
    }

    /// Whether a letter has been processed.
    pub(super) fn has_letter(&self, number: u64) -> bool {
        self.letters.contains_key(&number)
    }

    /// How many slots of a pulse have been seen.
    pub(super) fn last_beat(&self, id: &str) -> Option<Timestamp> {
        self.last_beats.get(id).copied()
    }
}
