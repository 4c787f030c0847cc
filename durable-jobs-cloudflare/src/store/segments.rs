//! Events of a debounce job, several in a row.
//!
//! Rows are billed and bytes are not. An event costs one written row whether it is inserted or the row is written
//! again with one more, but a flush deletes rows, and then fewer are better.

use durable_jobs_runtime::{
    Timestamp,
    json::{self, ReadJson, WriteJson},
    storage::EventRow,
    wire::Json,
};
use js_sys::Array;
use serde_json::value::RawValue;
use wasm_bindgen::JsValue;

use super::{
    answers::{Answers, Kept},
    number,
    plan::Plan,
};
use crate::platform::{self, Sql, Statement, statements};

/// How many events a segment has at most. More would save little at the flush, and take longer at each event.
const MOST_EVENTS: u32 = 16;

/// A segment of so many bytes is full: it is written again for every event.
const FULL_AT: usize = 4 * 1024;

statements! {
    INSERT = "INSERT INTO segment (number, generation, events) VALUES (?, ?, ?)";
    REWRITE = "UPDATE segment SET events = ?3 WHERE number = ?1 AND generation = ?2";
    REPLACE = "UPDATE segment SET events = json_replace(events,
                 '$[' || (CAST(?2 AS INTEGER) - json_extract(events, '$[0][0]')) || '][2]', json(?3))
               WHERE generation = ?1
                 AND ?2 BETWEEN json_extract(events, '$[0][0]')
                            AND json_extract(events, '$[#-1][0]')";
    DELETE = "DELETE FROM segment WHERE generation = ?";
    DELETE_ONE = "DELETE FROM segment WHERE number = ?";
    DELETE_OLDEST = "DELETE FROM segment
                     WHERE generation = ?1 AND number <> ?3
                       AND json_extract(events, '$[#-1][0]') <= ?2";
    SHORTEN = "UPDATE segment SET events = (
                 SELECT json_group_array(json(value)) FROM json_each(segment.events)
                 WHERE json_extract(value, '$[0]') > ?2)
               WHERE generation = ?1 AND number <> ?3
                 AND json_extract(events, '$[0][0]') <= ?2";
    DELETE_ALL = "DELETE FROM segment";
    LOAD = "SELECT number, generation, events FROM segment ORDER BY number";
}

/// One event as it is stored: its sequence, its arrival, itself, its id, and the answer to the call that has
/// brought it. An array, because the row is written again and again.
struct StoredEvent(u64, Timestamp, Json, Option<String>, Option<Kept>);

impl WriteJson for StoredEvent {
    fn write_json(&self, out: &mut Vec<u8>) {
        let places: [&dyn WriteJson; 5] = [&self.0, &self.1, &self.2, &self.3, &self.4];
        places.as_slice().write_json(out);
    }
}

impl<'de> ReadJson<'de> for StoredEvent {
    fn read_json(text: &'de RawValue) -> serde_json::Result<Self> {
        let (sequence, arrived_at, event, event_id, answer) = ReadJson::read_json(text)?;
        Ok(Self(sequence, arrived_at, event, event_id, answer))
    }
}

/// The segments of one instance: where the next event goes.
#[derive(Debug, Default)]
pub(super) struct Segments {
    last_number: u64,
    tail: Option<Tail>,
}

/// The segment that is still written to.
#[derive(Debug)]
struct Tail {
    number: u64,
    generation: u64,
    count: u32,
    /// Its events as a JSON array that is not closed yet.
    open_array: String,
}

impl Tail {
    fn takes(&self, event: &EventRow) -> bool {
        self.generation == event.generation
            && self.count < MOST_EVENTS
            && self.open_array.len() < FULL_AT
    }

    fn events(&self) -> Result<Vec<StoredEvent>, JsValue> {
        json::read(&self.array()).map_err(|error| unreadable(&error.to_string()))
    }

    /// Not by the formatter, which a cold Worker would compile for it.
    fn array(&self) -> String {
        [&self.open_array, "]"].concat()
    }

    fn keep(&mut self, events: &[StoredEvent]) {
        let json = json::write(&events);
        self.count = u32::try_from(events.len()).unwrap_or(u32::MAX);
        self.open_array = json.strip_suffix(']').unwrap_or(&json).to_owned();
    }

    fn bindings(&self) -> Vec<JsValue> {
        vec![
            number(self.number),
            number(self.generation),
            JsValue::from_str(&self.array()),
        ]
    }
}

impl Segments {
    /// Appends events; the answer belongs to the last one of them.
    pub(super) fn append(
        &mut self,
        events: &[&EventRow],
        answer: Option<&Kept>,
        plan: &mut Plan,
    ) -> Result<(), JsValue> {
        let mut written: Option<Statement> = None;
        for (index, event) in events.iter().enumerate() {
            let answer = answer.filter(|_| index + 1 == events.len());
            let json = stored(event, answer);
            match &mut self.tail {
                Some(tail) if tail.takes(event) => {
                    tail.open_array.push(',');
                    tail.open_array.push_str(&json);
                    tail.count += 1;
                    written = written.or(Some(&REWRITE));
                }
                _ => {
                    self.write_tail(written, plan);
                    self.begin(event.generation, &json);
                    written = Some(&INSERT);
                }
            }
        }
        self.write_tail(written, plan);
        Ok(())
    }

    fn begin(&mut self, generation: u64, json: &str) {
        self.last_number += 1;
        self.tail = Some(Tail {
            number: self.last_number,
            generation,
            count: 1,
            open_array: ["[", json].concat(),
        });
    }

    fn write_tail(&self, statement: Option<Statement>, plan: &mut Plan) {
        if let (Some(statement), Some(tail)) = (statement, &self.tail) {
            plan.add(statement, tail.bindings());
        }
    }

    /// Replaces what one event holds. The segment that is still written to is known here; of the others, SQLite
    /// finds the one.
    pub(super) fn replace(&mut self, event: &EventRow, plan: &mut Plan) -> Result<(), JsValue> {
        let in_tail = |tail: &&mut Tail| tail.generation == event.generation;
        if let Some(tail) = self.tail.as_mut().filter(in_tail) {
            let mut events = tail.events()?;
            if let Some(replaced) = events.iter_mut().find(|stored| stored.0 == event.sequence) {
                replaced.2 = Json(event.event.clone());
                tail.keep(&events);
                plan.add(&REWRITE, tail.bindings());
                return Ok(());
            }
        }
        let bindings = vec![
            number(event.generation),
            number(event.sequence),
            JsValue::from_str(&event.event),
        ];
        plan.add(&REPLACE, bindings);
        Ok(())
    }

    /// Deletes the events of one generation up to a sequence: whole segments, and the beginning of one.
    pub(super) fn delete_oldest(
        &mut self,
        generation: u64,
        through: u64,
        plan: &mut Plan,
    ) -> Result<(), JsValue> {
        let of_tail = self.tail.as_ref().map_or(0, |tail| tail.number);
        for statement in [&DELETE_OLDEST, &SHORTEN] {
            let bindings = vec![number(generation), number(through), number(of_tail)];
            plan.add(statement, bindings);
        }
        let in_generation = |tail: &&mut Tail| tail.generation == generation;
        let Some(tail) = self.tail.as_mut().filter(in_generation) else {
            return Ok(());
        };
        let mut events = tail.events()?;
        let before = events.len();
        events.retain(|event| event.0 > through);
        if events.is_empty() {
            plan.add(&DELETE_ONE, vec![number(tail.number)]);
            self.tail = None;
        } else if events.len() < before {
            tail.keep(&events);
            plan.add(&REWRITE, tail.bindings());
        }
        Ok(())
    }

    /// Deletes the segments of one generation.
    pub(super) fn delete(&mut self, generation: u64, plan: &mut Plan) {
        plan.add(&DELETE, vec![number(generation)]);
        self.tail.take_if(|tail| tail.generation == generation);
    }

    pub(super) fn delete_all(&mut self, plan: &mut Plan) {
        plan.add(&DELETE_ALL, Vec::new());
        *self = Self::default();
    }

    /// Reads all events; their answers are given to `answers`.
    #[inline(never)]
    pub(super) fn load(sql: &Sql, answers: &mut Answers) -> Result<(Self, Vec<EventRow>), JsValue> {
        let mut segments = Self::default();
        let mut events = Vec::new();
        for row in platform::rows(sql, &LOAD)?.iter() {
            let row = Array::from(&row);
            let (Some(number), Some(generation), Some(json)) = (
                row.get(0).as_f64(),
                row.get(1).as_f64(),
                row.get(2).as_string(),
            ) else {
                return Err(unreadable("it has a column of another type"));
            };
            segments.read(
                number as u64,
                generation as u64,
                &json,
                &mut events,
                answers,
            )?;
        }
        Ok((segments, events))
    }

    fn read(
        &mut self,
        number: u64,
        generation: u64,
        json: &str,
        events: &mut Vec<EventRow>,
        answers: &mut Answers,
    ) -> Result<(), JsValue> {
        let stored: Vec<StoredEvent> =
            json::read(json).map_err(|error| unreadable(&error.to_string()))?;
        self.last_number = number;
        self.tail = Some(Tail {
            number,
            generation,
            count: u32::try_from(stored.len()).unwrap_or(u32::MAX),
            open_array: json.strip_suffix(']').unwrap_or(json).to_owned(),
        });
        for StoredEvent(sequence, arrived_at, event, event_id, answer) in stored {
            if let Some(kept) = answer {
                answers.hold(generation, kept);
            }
            events.push(EventRow {
                sequence,
                generation,
                arrived_at,
                event_id: event_id.map(Into::into),
                event: event.0,
            });
        }
        Ok(())
    }
}

/// As a [`StoredEvent`].
fn stored(event: &EventRow, answer: Option<&Kept>) -> String {
    let EventRow {
        sequence,
        arrived_at,
        event_id,
        ..
    } = event;
    let json = Json(event.event.clone());
    let places: [&dyn WriteJson; 5] = [sequence, arrived_at, &json, event_id, &answer];
    json::write(&places.as_slice())
}

fn unreadable(reason: &str) -> JsValue {
    JsValue::from_str(&format!("a segment of events does not decode: {reason}"))
}
