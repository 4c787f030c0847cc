//! Messages that wait to leave, in a line for each recipient.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use super::{
    OutgoingMessage, Recipient, may_arrive_later, read,
    rows::{MOST_BYTES_IN_ROW, MOST_IN_ROW, Rows, StoredRow},
};
use crate::{
    ClientError, Incarnation, Timestamp,
    jobs::Draft,
    sorted::SortedMap,
    storage::{Collection, ItemRow, Write},
};

/// How many recipients are written to at one time.
const MOST_OUT: usize = 6;

/// How many messages to one recipient leave in one go.
const MOST_IN_BATCH: usize = 256;

/// When messages that are out are looked after, in case that nobody reports.
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
    messages: MessageMap,
    lines: SortedMap<Recipient, Line>,
    rows: Rows,
    /// The highest number that is stored for sure.
    durable: u64,
    /// How many messages wait, for whoever writes more.
    waiting: Arc<AtomicUsize>,
}

/// In boxes, because the first ones go first and all others move then.
type MessageMap = SortedMap<u64, Box<Kept>>;

#[derive(Debug)]
struct Kept {
    row: u64,
    message: OutgoingMessage,
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

/// Messages to one recipient that leave together.
#[derive(Debug)]
pub(crate) struct MessageBatch {
    pub(crate) incarnation: Incarnation,
    pub(crate) to: Recipient,
    pub(crate) messages: VecDeque<OutgoingMessage>,
}

/// What became of messages to one recipient.
#[derive(Debug)]
pub(crate) struct DeliveryReport {
    pub(crate) to: Recipient,
    /// The number of the last one that has arrived.
    pub(crate) arrived: Option<u64>,
    /// The one that has not, and why.
    pub(crate) failed: Option<(u64, ClientError)>,
}

/// A message that has not arrived.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) message: OutgoingMessage,
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
                None => outbox.rows.leave_alone(item.number),
            }
        }
        outbox.durable = outbox.last_number;
        outbox
    }

    fn restore_row(&mut self, row: u64, stored: StoredRow, look_at: Option<Timestamp>) {
        self.rows.find(row);
        self.incarnation = Some(stored.incarnation);
        self.last_number = self.last_number.max(stored.last);
        for message in stored.messages {
            self.last_number = self.last_number.max(message.number);
            self.keep(row, message, look_at);
        }
    }

    fn keep(&mut self, row: u64, message: OutgoingMessage, look_at: Option<Timestamp>) {
        let number = message.number;
        let line = self.lines.or_insert_with(message.to.clone(), || Line {
            numbers: VecDeque::new(),
            stage: Stage::Ready,
            look_at,
        });
        line.numbers.push_back(number);
        self.rows.keep(row, number);
        self.messages
            .insert(number, Box::new(Kept { row, message }));
        self.count();
    }

    fn count(&self) {
        self.waiting.store(self.messages.len(), Ordering::Relaxed);
    }

    /// How many messages wait, now and later.
    pub(crate) fn waiting(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.waiting)
    }

    /// Begins anew, with nothing in it.
    pub(super) fn emptied(&self) -> Self {
        let emptied = Self {
            waiting: self.waiting(),
            ..Self::default()
        };
        emptied.count();
        emptied
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
                (row, count, bytes) = (self.rows.next(), 0, 0);
            }
            (count, bytes) = (count + 1, bytes + call.0.len());
            self.last_number += 1;
            let to = Recipient {
                job: job.into(),
                id: id.as_str().into(),
            };
            let message = OutgoingMessage {
                number: self.last_number,
                to,
                call,
                sent_at: now,
            };
            self.keep(row, message, look_at);
        }
        (row > 0).then_some(self.last_number)
    }

    /// Whether no message waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.messages.is_empty()
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
    pub(crate) fn leave(&mut self, now: Timestamp) -> Vec<MessageBatch> {
        let Some(incarnation) = self.incarnation else {
            return Vec::new();
        };
        let (durable, messages) = (self.durable, &self.messages);
        let mut room = MOST_OUT;
        let mut batches = Vec::new();
        for line in self.lines.values() {
            room = room.saturating_sub(usize::from(line.stage == Stage::Out));
        }
        for (to, line) in self.lines.iter_mut() {
            if batches.len() < room && line.may_leave(now, durable) {
                line.stage = Stage::Out;
                let leaving = line.numbers.iter().take(MOST_IN_BATCH);
                let leaving = leaving.take_while(|number| **number <= durable);
                let messages =
                    leaving.filter_map(|number| Some(messages.get(number)?.message.clone()));
                batches.push(MessageBatch {
                    incarnation,
                    to: to.clone(),
                    messages: messages.collect(),
                });
            }
            line.look_after(now);
        }
        batches
    }

    /// Takes in what became of messages to one recipient.
    pub(super) fn take_report(
        &mut self,
        report: DeliveryReport,
        now: Timestamp,
        look_at: Option<Timestamp>,
    ) -> Option<Failure> {
        let DeliveryReport {
            to,
            arrived,
            failed,
        } = report;
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
        let (messages, lines) = (&self.messages, &self.lines);
        self.rows.tidy(|number| waits(messages, lines, number));
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

    fn finish(&mut self, number: u64) -> Option<OutgoingMessage> {
        let Kept { row, message } = *self.messages.remove(&number)?;
        self.count();
        self.rows.finish(row, number);
        Some(message)
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
            let message = self.finish(number)?;
            let again_at = None;
            return Some(Failure {
                message,
                error,
                again_at,
            });
        }
        let message = self.messages.get(&number)?.message.clone();
        let pause = now.since(message.sent_at);
        let again_at = Some(now + pause.clamp(SHORTEST_PAUSE, LONGEST_PAUSE));
        (line.stage, line.look_at) = (Stage::Waiting, again_at);
        Some(Failure {
            message,
            error,
            again_at,
        })
    }

    /// All rows are to be written: they were deleted with the instance.
    pub(super) fn write_all(&mut self) {
        self.rows.write_all();
    }

    /// Writes what has changed.
    pub(super) fn write_changes(&mut self, writes: &mut Vec<Write>) {
        let (Some(incarnation), last) = (self.incarnation, self.last_number) else {
            return;
        };
        let messages = &self.messages;
        let message = |(number, ()): &(u64, ())| Some(messages.get(number)?.message.clone());
        self.rows.write_changes(writes, |numbers| StoredRow {
            incarnation,
            last,
            messages: numbers.iter().filter_map(message).collect(),
        });
    }
}

/// Whether a message waits for another time.
fn waits(messages: &MessageMap, lines: &SortedMap<Recipient, Line>, number: u64) -> bool {
    let message = messages.get(&number);
    let line = message.and_then(|kept| lines.get(&kept.message.to));
    line.is_none_or(|line| line.stage == Stage::Waiting)
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

#[cfg(test)]
mod tests;
