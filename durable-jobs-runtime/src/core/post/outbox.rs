//! Messages that wait to leave, in a line for each recipient.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{Letter, Recipient, may_arrive_later, read, text};
use crate::{
    ClientError, Incarnation, Timestamp,
    jobs::Draft,
    storage::{Collection, ItemRow, Write},
};

/// How many messages of one step share a row, and how much text: hosts bill rows, and limit how long they are.
const MOST_IN_ROW: usize = 64;
const MOST_BYTES_IN_ROW: usize = 64 * 1024;

/// How many recipients are written to at one time.
const MOST_OUT: usize = 6;

/// How many messages to one recipient leave in one go.
const MOST_IN_PARCEL: usize = 256;

/// When messages that are out are looked after, in case that nobody comes home.
const LOOK_AFTER: Duration = Duration::from_secs(35);

/// A message that could not be delivered is tried again after as long as it has been under way so far, within these.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

/// The messages of one id that have not arrived yet.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    /// Tells the numbers below from those of other outboxes of the same name.
    incarnation: Option<Incarnation>,
    last_number: u64,
    letters: BTreeMap<u64, Kept>,
    lines: BTreeMap<Recipient, Line>,
    /// The rows that are stored, and whether they are up to date. The newest one also keeps the last number given:
    /// it stays when its messages have arrived, and is written over by the next ones.
    rows: BTreeMap<u64, Row>,
    /// The highest number that is stored for sure.
    durable: u64,
    /// Rows that are stored and shall not be.
    deleted: Vec<u64>,
    /// The highest number of a row that this version cannot read: it is left as it is.
    unread: u64,
}

#[derive(Debug)]
struct Kept {
    row: u64,
    letter: Letter,
}

#[derive(Debug, Default)]
struct Row {
    numbers: BTreeSet<u64>,
    text: Text,
}

/// How the stored text of a row compares with what is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Text {
    #[default]
    Right,
    /// It holds messages that have arrived. That does no harm, while others of them may arrive at any moment.
    Stale,
    /// It is to be written with the next step.
    Wrong,
}

/// The messages to one recipient, in order.
#[derive(Debug)]
struct Line {
    numbers: VecDeque<u64>,
    stage: Stage,
    /// When somebody has to look after it.
    look_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Ready,
    Out,
    /// After a failure, until its time.
    Waiting,
}

/// How a row is stored.
#[derive(Serialize, Deserialize)]
struct StoredRow {
    incarnation: Incarnation,
    /// The last number that was given when the row was written.
    last: u64,
    letters: Vec<Letter>,
}

/// Messages to one recipient that leave together.
#[derive(Debug)]
pub(crate) struct Parcel {
    pub(crate) incarnation: Incarnation,
    pub(crate) to: Recipient,
    pub(crate) letters: VecDeque<Letter>,
}

/// What became of messages to one recipient.
#[derive(Debug)]
pub(crate) struct Home {
    pub(crate) to: Recipient,
    /// The number of the last one that has arrived.
    pub(crate) arrived: Option<u64>,
    /// The one that has not, and why.
    pub(crate) failed: Option<(u64, ClientError)>,
}

/// A message that has not arrived.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) letter: Letter,
    pub(super) error: ClientError,
    /// When it is tried again, if it is.
    pub(super) again_at: Option<Timestamp>,
}

impl Outbox {
    /// What is stored; `look_at` is when somebody has to look after it, unless somebody does in any case.
    pub(super) fn restore(items: &[ItemRow], look_at: Option<Timestamp>) -> Self {
        let mut outbox = Self::default();
        for item in items
            .iter()
            .filter(|item| item.collection == Collection::Outbox)
        {
            match read(item) {
                Some(row) => outbox.restore_row(item.number, row, look_at),
                None => outbox.unread = outbox.unread.max(item.number),
            }
        }
        outbox.durable = outbox.last_number;
        outbox
    }

    fn restore_row(&mut self, row: u64, stored: StoredRow, look_at: Option<Timestamp>) {
        self.rows.insert(row, Row::default());
        self.incarnation = Some(stored.incarnation);
        self.last_number = self.last_number.max(stored.last);
        for letter in stored.letters {
            self.last_number = self.last_number.max(letter.number);
            self.keep(row, letter, look_at);
        }
    }

    fn keep(&mut self, row: u64, letter: Letter, look_at: Option<Timestamp>) {
        let number = letter.number;
        let line = self.lines.entry(letter.to.clone()).or_insert_with(|| Line {
            numbers: VecDeque::new(),
            stage: Stage::Ready,
            look_at,
        });
        line.numbers.push_back(number);
        self.rows.entry(row).or_default().numbers.insert(number);
        self.letters.insert(number, Kept { row, letter });
    }

    pub(super) fn send(
        &mut self,
        drafts: Vec<Draft>,
        now: Timestamp,
        look_at: Option<Timestamp>,
        entropy: u64,
    ) -> Option<u64> {
        let (mut row, mut count, mut bytes) = (0, MOST_IN_ROW, 0);
        for Draft { job, id, call } in drafts {
            self.incarnation.get_or_insert(Incarnation(entropy));
            if count >= MOST_IN_ROW || bytes + call.0.len() > MOST_BYTES_IN_ROW {
                (row, count, bytes) = (self.next_row(), 0, 0);
            }
            (count, bytes) = (count + 1, bytes + call.0.len());
            self.last_number += 1;
            let to = Recipient {
                job: job.into(),
                id: id.as_str().into(),
            };
            let letter = Letter {
                number: self.last_number,
                to,
                call,
                sent_at: now,
            };
            self.keep(row, letter, look_at);
        }
        (row > 0).then_some(self.last_number)
    }

    /// The row for further messages: the newest one if all of its own have arrived.
    fn next_row(&mut self) -> u64 {
        let newest = self.rows.last_key_value();
        let number = match newest {
            Some((number, row)) if row.numbers.is_empty() && *number > self.unread => *number,
            Some((number, _)) => self.unread.max(*number) + 1,
            None => self.unread + 1,
        };
        self.rows.entry(number).or_default().text = Text::Wrong;
        number
    }

    /// Whether no message waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// Whether messages are out, or could be.
    pub(crate) fn is_busy(&self) -> bool {
        self.lines
            .values()
            .any(|line| matches!(line.stage, Stage::Out | Stage::Ready))
    }

    /// When somebody has to look after the messages.
    pub(super) fn wakes_at(&self) -> Option<Timestamp> {
        self.lines.values().filter_map(|line| line.look_at).min()
    }

    /// Notes that the messages up to this one are stored.
    pub(crate) fn is_stored(&mut self, number: u64) {
        self.durable = self.durable.max(number);
    }

    /// Hands out what may leave now.
    pub(crate) fn leave(&mut self, now: Timestamp) -> Vec<Parcel> {
        let Some(incarnation) = self.incarnation else {
            return Vec::new();
        };
        let (durable, letters) = (self.durable, &self.letters);
        let mut room = MOST_OUT;
        let mut parcels = Vec::new();
        for line in self.lines.values() {
            room = room.saturating_sub(usize::from(line.stage == Stage::Out));
        }
        for (to, line) in &mut self.lines {
            if parcels.len() < room && line.may_leave(now, durable) {
                line.stage = Stage::Out;
                let leaving = line.numbers.iter().take(MOST_IN_PARCEL);
                let leaving = leaving.take_while(|number| **number <= durable);
                let letters =
                    leaving.filter_map(|number| Some(letters.get(number)?.letter.clone()));
                parcels.push(Parcel {
                    incarnation,
                    to: to.clone(),
                    letters: letters.collect(),
                });
            }
            line.look_after(now);
        }
        parcels
    }

    /// Takes in what became of messages to one recipient.
    pub(super) fn came_home(
        &mut self,
        home: Home,
        now: Timestamp,
        look_at: Option<Timestamp>,
    ) -> Option<Failure> {
        let Home {
            to,
            arrived,
            failed,
        } = home;
        let line = self.lines.get_mut(&to)?;
        (line.stage, line.look_at) = (Stage::Ready, look_at);
        self.finish_up_to(&to, arrived.unwrap_or_default());
        let failure = failed.and_then(|(number, error)| self.fail(&to, number, error, now));
        if self
            .lines
            .get(&to)
            .is_some_and(|line| line.numbers.is_empty())
        {
            self.lines.remove(&to);
        }
        self.tidy_rows();
        failure
    }

    fn finish_up_to(&mut self, to: &Recipient, last: u64) {
        while let Some(line) = self.lines.get_mut(to)
            && let Some(number) = line
                .numbers
                .front()
                .copied()
                .filter(|number| *number <= last)
        {
            line.numbers.pop_front();
            self.finish(number);
        }
    }

    fn finish(&mut self, number: u64) -> Option<Letter> {
        let Kept { row, letter } = self.letters.remove(&number)?;
        if let Some(row) = self.rows.get_mut(&row) {
            row.numbers.remove(&number);
            row.text = row.text.max_with(Text::Stale);
        }
        Some(letter)
    }

    /// The first message of a line has not arrived: it waits for another time, or is taken out.
    fn fail(
        &mut self,
        to: &Recipient,
        number: u64,
        error: ClientError,
        now: Timestamp,
    ) -> Option<Failure> {
        let line = self.lines.get_mut(to)?;
        if line.numbers.front() != Some(&number) {
            return None;
        }
        if !may_arrive_later(&error) {
            line.numbers.pop_front();
            let letter = self.finish(number)?;
            let again_at = None;
            return Some(Failure {
                letter,
                error,
                again_at,
            });
        }
        let letter = self.letters.get(&number)?.letter.clone();
        let pause = now.since(letter.sent_at);
        let again_at = Some(now + pause.clamp(SHORTEST_PAUSE, LONGEST_PAUSE));
        (line.stage, line.look_at) = (Stage::Waiting, again_at);
        Some(Failure {
            letter,
            error,
            again_at,
        })
    }

    /// Deletes rows whose messages have all arrived, and writes those anew of which nothing will arrive soon.
    fn tidy_rows(&mut self) {
        let newest = self.rows.last_key_value().map(|(number, _)| *number);
        let stale = self.rows.iter().filter(|(_, row)| row.text == Text::Stale);
        let stale: Vec<u64> = stale.map(|(number, _)| *number).collect();
        for number in stale {
            let waits = self.waits(number);
            let Some(row) = self.rows.get_mut(&number) else {
                continue;
            };
            if row.numbers.is_empty() && Some(number) != newest {
                self.rows.remove(&number);
                self.deleted.push(number);
            } else if waits {
                row.text = Text::Wrong;
            }
        }
    }

    /// Whether all messages of a row that have not arrived wait for another time.
    fn waits(&self, row: u64) -> bool {
        let numbers = self.rows.get(&row).map(|row| &row.numbers);
        numbers.into_iter().flatten().all(|number| {
            let line = self.letters.get(number);
            let line = line.and_then(|kept| self.lines.get(&kept.letter.to));
            line.is_none_or(|line| line.stage == Stage::Waiting)
        })
    }

    /// All rows are to be written: they were deleted with the instance.
    pub(super) fn write_all(&mut self) {
        self.deleted.clear();
        for row in self.rows.values_mut() {
            row.text = Text::Wrong;
        }
    }

    /// Writes what has changed.
    pub(super) fn write_changes(&mut self, writes: &mut Vec<Write>) {
        let collection = Collection::Outbox;
        let Some(incarnation) = self.incarnation else {
            return;
        };
        for (number, row) in &mut self.rows {
            if row.text != Text::Wrong {
                continue;
            }
            row.text = Text::Right;
            let letters = row.numbers.iter();
            let letters = letters.filter_map(|number| self.letters.get(number));
            let stored = StoredRow {
                incarnation,
                last: self.last_number,
                letters: letters.map(|kept| kept.letter.clone()).collect(),
            };
            writes.push(Write::PutItem(ItemRow {
                collection,
                number: *number,
                value: text(&stored),
            }));
        }
        let deleted = self.deleted.drain(..);
        writes.extend(deleted.map(|number| Write::DeleteItem { collection, number }));
    }
}

impl Text {
    fn max_with(self, other: Self) -> Self {
        match self {
            Self::Wrong => Self::Wrong,
            Self::Right | Self::Stale => other,
        }
    }
}

impl Line {
    fn may_leave(&self, now: Timestamp, durable: u64) -> bool {
        let stored = self.numbers.front().is_some_and(|first| *first <= durable);
        let due = match self.stage {
            Stage::Ready => true,
            Stage::Out => false,
            Stage::Waiting => self.look_at.is_none_or(|at| at <= now),
        };
        stored && due
    }

    /// Somebody looks: the next look is later.
    fn look_after(&mut self, now: Timestamp) {
        if self.stage != Stage::Waiting && self.look_at.is_some_and(|at| at <= now) {
            self.look_at = Some(now + LOOK_AFTER);
        }
    }
}
