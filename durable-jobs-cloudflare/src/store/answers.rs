//! Answers that are kept for repeated requests: in rows that are written anyway.

use std::collections::VecDeque;

use durable_jobs_runtime::{
    Timestamp,
    json::{self, ReadJson, WriteJson},
    storage::AnswerRow,
    wire::{Json, RequestId},
};
use serde_json::value::RawValue;

/// How many answers the instance's row holds, those of the last requests. They are written with it each time, and
/// each KB of a row takes time.
const MOST: usize = 16;

/// An answer as it is stored: an array, because the row is written again and again.
#[derive(Clone, Debug)]
pub(super) struct Kept(RequestId, Timestamp, Option<Json>);

impl WriteJson for Kept {
    fn write_json(&self, out: &mut Vec<u8>) {
        let places: [&dyn WriteJson; 3] = [&self.0, &self.1, &self.2];
        places.as_slice().write_json(out);
    }
}

impl<'de> ReadJson<'de> for Kept {
    fn read_json(text: &'de RawValue) -> serde_json::Result<Self> {
        let (request, expires_at, answer) = ReadJson::read_json(text)?;
        Ok(Self(request, expires_at, answer))
    }
}

impl Kept {
    pub(super) fn new(row: &AnswerRow) -> Self {
        Self(row.request, row.expires_at, row.answer.clone().map(Json))
    }

    fn row(&self) -> AnswerRow {
        let Self(request, expires_at, answer) = self;
        AnswerRow {
            request: *request,
            answer: answer.as_ref().map(|json| json.0.clone()),
            expires_at: *expires_at,
        }
    }
}

/// The answers of one instance.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// In the instance's row, the oldest first, each with its text.
    in_row: VecDeque<(Kept, String)>,
    /// In segments of events, with the generation of the segment.
    in_segments: VecDeque<(u64, Kept)>,
}

impl Answers {
    /// Reads the column of the instance's row. What does not decode is as good as lost.
    pub(super) fn read(column: &str) -> Self {
        let kept: Vec<Kept> = json::read(column).unwrap_or_default();
        let mut answers = Self::default();
        kept.into_iter().for_each(|kept| answers.push(kept));
        answers
    }

    /// The column of the instance's row.
    pub(super) fn column(&self) -> String {
        let texts: Vec<&str> = self.in_row.iter().map(|(_, text)| text.as_str()).collect();
        ["[", &texts.join(","), "]"].concat()
    }

    /// Notes an answer that goes into the instance's row.
    pub(super) fn keep(&mut self, kept: Kept, now: Timestamp) {
        while self.in_row.front().is_some_and(|(kept, _)| kept.1 <= now) {
            self.in_row.pop_front();
        }
        self.push(kept);
    }

    fn push(&mut self, kept: Kept) {
        self.in_row.retain(|(earlier, _)| earlier.0 != kept.0);
        let text = json::write(&kept);
        self.in_row.push_back((kept, text));
        if self.in_row.len() > MOST {
            self.in_row.pop_front();
        }
    }

    /// Notes an answer that a segment holds.
    pub(super) fn hold(&mut self, generation: u64, kept: Kept) {
        self.in_segments.push_back((generation, kept));
        if self.in_segments.len() > MOST {
            self.in_segments.pop_front();
        }
    }

    /// Takes the answers of segments that are deleted into the instance's row.
    pub(super) fn take_over(&mut self, deleted: impl Fn(u64) -> bool, now: Timestamp) {
        for (generation, kept) in std::mem::take(&mut self.in_segments) {
            match deleted(generation) {
                true => self.keep(kept, now),
                false => self.in_segments.push_back((generation, kept)),
            }
        }
    }

    /// All of them, the oldest first. Those in the row and those in segments are so already, and few: no sort is
    /// worth its code.
    pub(super) fn rows(&self) -> Vec<AnswerRow> {
        let mut rows: Vec<AnswerRow> = self.in_row.iter().map(|(kept, _)| kept.row()).collect();
        for (_, kept) in &self.in_segments {
            let behind = rows.partition_point(|row| row.expires_at <= kept.1);
            rows.insert(behind, kept.row());
        }
        rows
    }
}
