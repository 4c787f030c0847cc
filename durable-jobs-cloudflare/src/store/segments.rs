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
    plan::{Expects, Plan},
};
use crate::platform::{self, Sql, Statement, statements};

/// How many events a segment has at most. More would save little at the flush, and take longer at each event.
const MOST_EVENTS: u32 = 16;

/// A segment of so many bytes is full: SQLite writes it again for every event.
const FULL_AT: usize = 4 * 1024;

statements! {
    INSERT = "INSERT INTO segment (number, generation, events) VALUES (?, ?, '[' || ? || ']')";
    EXTEND = "UPDATE segment SET events = substr(events, 1, length(events) - 1) || ',' || ?3 || ']'
              WHERE number = ?1 AND generation = ?2";
    REPLACE = "UPDATE segment SET events = json_replace(events,
                 '$[' || (CAST(?2 AS INTEGER) - json_extract(events, '$[0][0]')) || '][2]', json(?3))
               WHERE generation = ?1
                 AND ?2 BETWEEN json_extract(events, '$[0][0]')
                            AND json_extract(events, '$[#-1][0]')";
    DELETE = "DELETE FROM segment WHERE generation = ?";
    DELETE_OLDEST = "DELETE FROM segment
                     WHERE generation = ?1 AND json_extract(events, '$[#-1][0]') <= ?2";
    SHORTEN = "UPDATE segment SET events = (
                 SELECT json_group_array(json(value)) FROM json_each(segment.events)
                 WHERE json_extract(value, '$[0]') > ?2)
               WHERE generation = ?1 AND json_extract(events, '$[0][0]') <= ?2";
    DELETE_ALL = "DELETE FROM segment";
    LOAD = "SELECT number, generation, events FROM segment ORDER BY number";
}

/// One event as it is stored: its sequence, its arrival, itself, its id, and the answer to the call that has
/// brought it. An array, because the row is written again and again.
struct StoredEvent(u64, Timestamp, Json, Option<String>, Option<Kept>);

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
    /// The sequence of its last event.
    last: u64,
    /// How many events, and bytes of them, it has been given.
    count: u32,
    bytes: usize,
}

impl Tail {
    fn takes(&self, event: &EventRow) -> bool {
        self.generation == event.generation && self.count < MOST_EVENTS && self.bytes < FULL_AT
    }
}

/// Events for one segment, as JSON, and how they get there.
type Part = (Statement, String);

impl Segments {
    /// Appends events; the answer belongs to the last one of them. SQLite puts them behind those that are there: their
    /// texts are neither kept in memory nor sent again.
    pub(super) fn append(&mut self, events: &[&EventRow], answer: Option<&Kept>, plan: &mut Plan) {
        let mut part: Option<Part> = None;
        for (index, event) in events.iter().enumerate() {
            let json = stored(event, answer.filter(|_| index + 1 == events.len()));
            let bytes = json.len();
            let fits = self.tail.as_ref().is_some_and(|tail| tail.takes(event));
            match &mut part {
                Some((_, text)) if fits => {
                    text.push(',');
                    text.push_str(&json);
                }
                None if fits => part = Some((&EXTEND, json)),
                _ => {
                    self.write(part, plan);
                    self.begin(event.generation);
                    part = Some((&INSERT, json));
                }
            }
            self.note(event.sequence, bytes);
        }
        self.write(part, plan);
    }

    fn begin(&mut self, generation: u64) {
        self.last_number += 1;
        self.tail = Some(Tail {
            number: self.last_number,
            generation,
            last: 0,
            count: 0,
            bytes: 0,
        });
    }

    fn note(&mut self, sequence: u64, bytes: usize) {
        if let Some(tail) = &mut self.tail {
            tail.last = sequence;
            tail.count += 1;
            tail.bytes += bytes;
        }
    }

    /// A segment that is not there any more would have nowhere to put them.
    fn write(&self, part: Option<Part>, plan: &mut Plan) {
        if let (Some((statement, text)), Some(tail)) = (part, &self.tail) {
            let text = JsValue::from_str(&text);
            let bindings = vec![number(tail.number), number(tail.generation), text];
            plan.expect(statement, bindings, Expects::ARow);
        }
    }

    /// Replaces what one event holds, in the segment that SQLite finds.
    pub(super) fn replace(&self, event: &EventRow, plan: &mut Plan) {
        let bindings = vec![
            number(event.generation),
            number(event.sequence),
            JsValue::from_str(&event.event),
        ];
        plan.add(&REPLACE, bindings);
    }

    /// Deletes the events of one generation up to a sequence: whole segments, and the beginning of one.
    pub(super) fn delete_oldest(&mut self, generation: u64, through: u64, plan: &mut Plan) {
        for statement in [&DELETE_OLDEST, &SHORTEN] {
            plan.add(statement, vec![number(generation), number(through)]);
        }
        self.tail
            .take_if(|tail| tail.generation == generation && tail.last <= through);
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
            last: stored.last().map_or(0, |event| event.0),
            count: u32::try_from(stored.len()).unwrap_or(u32::MAX),
            bytes: json.len(),
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
