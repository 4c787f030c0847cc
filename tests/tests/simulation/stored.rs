//! What is stored, beside what is known and what was seen.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::Arc,
};

use durable_jobs::{Status, Timestamp, telemetry::Happening};
use durable_jobs_runtime::storage::{Collection, Stored};
use durable_jobs_testing::TestHost;
use serde_json::Value;

use crate::{model::Model, office::Office};

/// The slots of `Pulse` are that far apart, at least, in milliseconds.
const INTERVAL: i64 = 60_000;

/// Looks at everything after each step.
#[derive(Default)]
pub(crate) struct Auditor {
    /// How much of the telemetry and of the runs was looked at.
    told: usize,
    seen: usize,
    /// Of each key its instance, and whether its success was told.
    keys: BTreeMap<Rc<str>, Key>,
    /// Which key a run of an instance has.
    runs: BTreeMap<(String, u64), Rc<str>>,
    /// Which key an item was worked at under.
    items: BTreeMap<(String, u64), Rc<str>>,
    /// The last slot of each instance.
    slots: BTreeMap<String, Timestamp>,
    /// What the clock has shown at least since the last slot.
    lowest: Option<Timestamp>,
    beats: BTreeMap<String, u64>,
    /// What the counts of instances that began anew began with.
    begun_with: BTreeMap<String, u64>,
    /// Attempts that a shutdown has released, by the keys of their runs: they do not count.
    pub(crate) released: BTreeMap<String, u32>,
    executed: BTreeMap<String, u64>,
}

#[derive(Clone, Copy, PartialEq)]
enum Key {
    Open,
    Over,
}

impl Auditor {
    /// A deployment may bring another schedule.
    pub(crate) fn forget_slots(&mut self) {
        self.slots.clear();
    }

    /// An instance begins anew, with that count: what was before it is over.
    pub(crate) fn begin_life(&mut self, instance: &str, count: u64) {
        self.runs.retain(|(of, _), _| of != instance);
        self.slots.remove(instance);
        self.executed.remove(instance);
        self.beats.insert(instance.to_owned(), count);
        self.begun_with.insert(instance.to_owned(), count);
    }

    pub(crate) fn see_clock(&mut self, now: Timestamp) {
        self.lowest = self.lowest.into_iter().chain([now]).min();
    }

    pub(crate) fn audit(&mut self, host: &TestHost, office: &Office, model: &Model) {
        let log = office.log();
        assert!(log.wrong.is_empty(), "{:?}", log.wrong);
        drop(log);
        self.check_runs(office);
        self.hear(host);
        for id in ["continuous:Pulse:a", "continuous:Pulse:b"] {
            self.check_beats(id, host);
        }
        for instance in host.instances() {
            let id = instance.to_string();
            if let Some(stored) = host.rows(&id) {
                check_timer(&id, &stored);
                check_owed(&id, &stored, office, model);
                check_notes(&id, &stored, model);
            }
        }
    }

    /// A run has one key, a key one run, an item one key, a slot one run, and what is over does not begin again.
    fn check_runs(&mut self, office: &Office) {
        let log = office.log();
        for run in &log.runs[self.seen..] {
            let key: Rc<str> = run.key.as_str().into();
            let known = self.keys.entry(key.clone()).or_insert(Key::Open);
            assert!(*known == Key::Open, "it was over, and runs again: {run:?}");
            if let Some(released) = self.released.remove(&run.key) {
                assert!(run.attempt <= released, "{released} was counted: {run:?}");
            }
            let place = (run.instance.clone(), run.number);
            let is_new = match self.runs.get(&place) {
                Some(other) => {
                    assert_eq!(*other, key, "one run, two keys: {run:?}");
                    false
                }
                None => self.runs.insert(place, key.clone()).is_none(),
            };
            let distinct: BTreeSet<&u64> = run.items.iter().collect();
            assert_eq!(distinct.len(), run.items.len(), "twice in one run: {run:?}");
            for item in &run.items {
                let place = (run.instance.clone(), *item);
                let of = self.items.entry(place).or_insert_with(|| key.clone());
                assert_eq!(*of, key, "one item, two runs: {run:?}");
            }
            if is_new && run.instance == "continuous:Pulse:b" {
                let last = self.slots.insert(run.instance.clone(), run.slot);
                let lowest = self.lowest.replace(run.began).unwrap_or(run.began);
                let lowest = lowest.min(run.began).as_millis();
                // A clock that was far ahead makes the schedule begin anew.
                let is_later =
                    last.is_none_or(|last| last < run.slot || last.as_millis() > lowest + INTERVAL);
                assert!(is_later, "a slot at or before {last:?}: {run:?}");
            }
        }
        self.seen = log.runs.len();
    }

    /// What was told is durable.
    fn hear(&mut self, host: &TestHost) {
        let telemetry = host.telemetry();
        for event in &telemetry[self.told..] {
            if let Happening::Executed { run_count, .. } = event.happening {
                *self.executed.entry(event.instance_id.clone()).or_default() += 1;
                let place = (event.instance_id.clone(), run_count);
                if let Some(key) = self.runs.get(&place) {
                    self.keys.insert(key.clone(), Key::Over);
                }
            }
        }
        self.told = telemetry.len();
    }

    /// The count of a pulse never shrinks, whatever is deployed; it holds all runs that were told to have succeeded.
    fn check_beats(&mut self, id: &'static str, host: &TestHost) {
        let Some(stored) = host.rows(id) else {
            return;
        };
        let state = json(stored.row.state.as_ref());
        let beats = state["beats"].as_u64();
        let beats = beats.or_else(|| state["total"].as_u64());
        let beats = beats.expect("a pulse counts");
        let before = self.beats.insert(id.to_owned(), beats).unwrap_or_default();
        assert!(before <= beats, "{id} has {beats} beats and had {before}");
        let begun_with = self.begun_with.get(id).copied().unwrap_or_default();
        let beats = beats - begun_with;
        let told = self.executed.get(id).copied().unwrap_or_default();
        assert!(
            told <= beats,
            "{id} has {beats} beats, and {told} were told"
        );
        let begun = stored.row.run_count;
        assert!(beats <= begun, "{id} has {beats} beats of {begun} runs");
    }
}

fn json(text: Option<&Arc<str>>) -> Value {
    text.map_or(Value::Null, |text| serde_json::from_str(text).unwrap())
}

/// What has something to do is due at some time.
fn check_timer(id: &str, stored: &Stored) {
    let row = &stored.row;
    let waits = !stored.events.is_empty()
        || of(Collection::Message, stored).next().is_some()
        || of(Collection::Outbox, stored).any(|text| text.contains("\"call\""))
        || matches!(
            row.status,
            Status::Waiting | Status::Retrying | Status::Running
        );
    let rests = matches!(row.status, Status::Parked | Status::Paused);
    assert!(
        !waits || rests || row.wake_at.is_some(),
        "{id} has something to do and is never due: {row:?}"
    );
}

fn of(collection: Collection, stored: &Stored) -> impl Iterator<Item = &str> {
    let items = stored.items.iter();
    let items = items.filter(move |item| item.collection == collection);
    items.map(|item| &*item.value)
}

/// What was acknowledged and is not done is stored, once.
fn check_owed(id: &str, stored: &Stored, office: &Office, model: &Model) {
    let owed = model.owed.iter().filter(|(of, _)| *of == id);
    let mut owed: BTreeSet<u64> = owed.map(|(_, number)| *number).collect();
    let events = stored.events.iter().map(|event| &*event.event);
    let messages = of(Collection::Message, stored);
    let dead = of(Collection::DeadLetter, stored);
    let mut kept = BTreeSet::new();
    for text in events.chain(messages).chain(dead) {
        let number = number(text).expect("an item has a number");
        assert!(kept.insert(number), "{id} has {number} twice");
        owed.remove(&number);
    }
    if !owed.is_empty() {
        office.log().done(id).for_each(|number| {
            owed.remove(&number);
        });
    }
    assert!(owed.is_empty(), "{id} has lost {owed:?}");
}

/// The number of an item, in whatever it is stored.
fn number(text: &str) -> Option<u64> {
    let start = ["parcel", "item"].iter().find_map(|name| text.find(name));
    let text = &text[start.unwrap_or_default()..];
    let digits = text.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let end = digits.find(|letter: char| !letter.is_ascii_digit());
    digits[..end.unwrap_or(digits.len())].parse().ok()
}

/// What was noted stays noted, once.
fn check_notes(id: &str, stored: &Stored, model: &Model) {
    if !id.starts_with("task:Account") {
        return;
    }
    let state = json(stored.row.state.as_ref());
    let notes = serde_json::from_value::<Vec<u64>>(state["notes"].clone()).unwrap();
    let kept: BTreeSet<u64> = notes.iter().copied().collect();
    assert_eq!(kept.len(), notes.len(), "{id} has a note twice: {notes:?}");
    model.check_order(id, &notes);
    for (_, number) in model.noted.iter().filter(|(of, _)| *of == id) {
        assert!(kept.contains(number), "{id} has lost {number}: {notes:?}");
    }
}
