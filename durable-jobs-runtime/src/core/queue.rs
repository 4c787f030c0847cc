//! The decisions of a queue.
//!
//! Messages are rows of their own. The instance's row holds what is the same for all of them, and the marks of the
//! attempts that are out: as many as the concurrency, however many messages there are.

mod attempts;
mod calls;
mod intake;
mod lanes;
mod message;
mod pace;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::value::RawValue;

pub(crate) use self::{
    attempts::{Failed, Finished},
    message::Message,
};
use self::{intake::Intake, lanes::Lanes, message::Dead, pace::Pace};
use super::{
    CLOCK_WAS_AHEAD, Effects, EventIds, Life, Moment, Phase, Record as _, Restored, Token, Waiter,
    Wake,
};
use crate::{
    Address, ClientError, Timestamp,
    json::{ReadJson, WriteJson, json_fields},
    queue::{QueueCall, QueueSpec},
    storage::{Collection, Stored},
    telemetry::Happening,
    wire::{CallType, Status},
};

/// Which message to process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Invocation {
    number: u64,
    token: Token,
}

type Out = Effects<Invocation>;

/// Decides for one instance of a queue.
#[derive(Debug)]
pub(crate) struct Machine {
    spec: &'static QueueSpec,
    address: Address,
    record: Option<Record>,
    messages: BTreeMap<u64, Message>,
    lanes: Lanes,
    /// Messages that wait for their time, or for another attempt.
    delayed: BTreeSet<(Timestamp, u64)>,
    dead: BTreeMap<u64, Dead>,
    /// The messages and dead letters that have an id.
    by_event_id: BTreeMap<Arc<str>, u64>,
    event_ids: EventIds,
    /// When the last message was enqueued: their order outlives a clock that steps back.
    last_enqueued_at: Timestamp,
    /// What the stored row shows.
    shown: Option<(Status, Option<Timestamp>)>,
    /// Whether the record differs from the stored one in something that has to be kept.
    changed: Changed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Changed {
    Yes,
    No,
}

/// What is stored of an instance besides its messages.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    life: Life,
    /// The last number given when the record was saved.
    sequence: u64,
    /// Messages processed when the record was saved: those whose mark is here and whose row is gone are more.
    processed: u64,
    pace: Pace,
    intake: Intake,
    /// The attempts that are out.
    marks: Vec<Mark>,
}
json_fields!(Record {
    life,
    sequence,
    processed,
    pace,
    intake,
    marks
});

/// The mark of an attempt that is out: the message's number, the attempt's token, and when it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark(u64, Token, Timestamp);

impl WriteJson for Mark {
    fn write_json(&self, out: &mut Vec<u8>) {
        let Self(number, token, began_at) = *self;
        (number, token, began_at).write_json(out);
    }
}

impl<'de> ReadJson<'de> for Mark {
    fn read_json(text: &'de RawValue) -> serde_json::Result<Self> {
        let (number, token, began_at) = ReadJson::read_json(text)?;
        Ok(Self(number, token, began_at))
    }
}

impl Machine {
    pub(crate) fn absent(spec: &'static QueueSpec, address: Address) -> Self {
        Self {
            spec,
            address,
            record: None,
            messages: BTreeMap::new(),
            lanes: Lanes::new(spec),
            delayed: BTreeSet::new(),
            dead: BTreeMap::new(),
            by_event_id: BTreeMap::new(),
            event_ids: EventIds::default(),
            last_enqueued_at: Timestamp::default(),
            shown: None,
            changed: Changed::No,
        }
    }

    /// Takes an instance up from the store: attempts that are still open there were cut off by `cause`.
    pub(crate) fn restore(
        spec: &'static QueueSpec,
        address: Address,
        stored: Stored,
        cause: &Arc<str>,
        moment: Moment,
    ) -> Result<(Self, Out), ClientError> {
        let Restored { record, .. } = Restored::<Record>::read(&address, &stored, spec.version)?;
        let mut machine = Self::absent(spec, address);
        machine.shown = Some((stored.row.status, stored.row.wake_at));
        machine.event_ids = EventIds::restore(stored.event_ids);
        machine.record = Some(record);
        for item in &stored.items {
            match item.collection {
                Collection::Message => {
                    let (header, json) = Message::read(item).map_err(|e| machine.damaged(&e))?;
                    machine.take_up(item.number, header, json);
                }
                Collection::DeadLetter => machine.take_up_dead(item),
                _ => {}
            }
        }
        let mut out = Effects::none();
        machine.distrust_the_clock(moment, &mut out);
        machine.recover(cause, moment, &mut out);
        machine.settle(moment, &mut out);
        Ok((machine, out))
    }

    fn damaged(&self, error: &serde_json::Error) -> ClientError {
        let (job, id) = self.names();
        ClientError::Storage {
            job,
            id,
            reason: format!("a message does not decode, so all are left untouched: {error}"),
        }
    }

    /// Answers a call.
    pub(crate) fn call(&mut self, moment: Moment, call: QueueCall, waiter: Waiter) -> Out {
        let mut out = Effects::none();
        if call.only_reads() {
            self.read(moment, &call, waiter, &mut out);
            return out;
        }
        self.distrust_the_clock(moment, &mut out);
        self.promote(moment.now);
        match call {
            QueueCall::Enqueue { messages } => self.enqueue(moment, messages, waiter, &mut out),
            QueueCall::Pause => self.pause(waiter, &mut out),
            QueueCall::Resume => self.resume(waiter, &mut out),
            QueueCall::Drain => self.drain(waiter, &mut out),
            QueueCall::Cancel { event_id } => self.cancel(&event_id, waiter, &mut out),
            QueueCall::Purge => self.purge(waiter, &mut out),
            QueueCall::PurgeDead => self.purge_dead(waiter, &mut out),
            QueueCall::RetryDead { event_id } => {
                self.retry_dead(event_id.as_deref(), waiter, &mut out);
            }
            QueueCall::Terminate { reason } => self.terminate(reason, waiter, &mut out),
            QueueCall::Status | QueueCall::Peek { .. } | QueueCall::DeadLetters { .. } => {}
        }
        self.settle(moment, &mut out);
        out
    }

    /// Begins what is due. Too early or too often it does nothing.
    pub(crate) fn alarm(&mut self, moment: Moment) -> Out {
        let mut out = Effects::none();
        self.distrust_the_clock(moment, &mut out);
        self.settle(moment, &mut out);
        out
    }

    /// Begins what may begin, and saves the record if that or anything before it has changed what has to be kept.
    fn settle(&mut self, moment: Moment, out: &mut Out) {
        self.promote(moment.now);
        self.begin_what_may(moment, out);
        let wake_at = self.wake_at(moment.now);
        let status = self.row_status();
        let Some(record) = &mut self.record else {
            return;
        };
        if self.changed == Changed::No && self.shown == Some((status, wake_at)) {
            return;
        }
        match wake_at {
            Some(at) => record.life.timers.set(Wake::Schedule, at),
            None => record.life.timers.clear(Wake::Schedule),
        }
        out.save(record.row(status, None, self.spec.version, moment.now));
        self.shown = Some((status, wake_at));
        self.changed = Changed::No;
    }

    /// When the instance has to be woken. As long as attempts are out, since when that is: whoever finds the row
    /// without them knows that they were cut off.
    fn wake_at(&self, now: Timestamp) -> Option<Timestamp> {
        let life = self.life()?;
        if life.timers.get(Wake::Recovery).is_some() {
            return life.timers.get(Wake::Recovery);
        }
        if life.phase != Phase::Active {
            return None;
        }
        let delayed = self.delayed.first().map(|(at, _)| *at);
        let ready = self.lanes.may_begin().then(|| {
            let since = self.shown.and_then(|(_, at)| at).filter(|at| *at <= now);
            self.paced_until(now).or(since).unwrap_or(now)
        });
        ready.into_iter().chain(delayed).min()
    }

    /// When something is due although attempts are out.
    pub(crate) fn due_beside_runs(&self) -> Option<Timestamp> {
        let record = self.record.as_ref()?;
        if record.marks.is_empty() || record.life.phase != Phase::Active {
            return None;
        }
        let delayed = self.delayed.first().map(|(at, _)| *at);
        let paced = self
            .lanes
            .may_begin()
            .then(|| record.pace.due(self.spec.rate));
        paced.flatten().into_iter().chain(delayed).min()
    }

    fn paced_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.record.as_ref()?.pace.next_at(self.spec.rate, now)
    }

    /// Lets messages whose time has come wait for their turn only.
    fn promote(&mut self, now: Timestamp) {
        while let Some((at, number)) = self.delayed.first().copied()
            && at <= now
        {
            self.delayed.pop_first();
            if let Some(message) = self.messages.get(&number) {
                self.lanes.offer(message);
            }
        }
    }

    /// What was to wait for a while under a clock that ran ahead waits no longer than it would have.
    fn distrust_the_clock(&mut self, moment: Moment, out: &mut Out) {
        let now = moment.now;
        let Some(ahead) = self.life().and_then(|life| life.clock_ran_ahead(now)) else {
            return;
        };
        for (_, number) in std::mem::take(&mut self.delayed) {
            let Some(message) = self.messages.get_mut(&number) else {
                continue;
            };
            message.header.trust_less(ahead, now);
            out.write(message.put());
            let due = message.due_at().unwrap_or(now);
            self.delayed.insert((due, number));
        }
        self.changed = Changed::Yes;
        out.tell(Happening::Reanchored {
            reason: CLOCK_WAS_AHEAD.into(),
        });
    }

    /// The message of an attempt that is out.
    pub(crate) fn in_flight(&self, invocation: Invocation) -> Option<(&Life, &Message)> {
        let message = self.messages.get(&invocation.number)?;
        let open = message.run.is_attempt(invocation.token);
        open.then_some((self.life()?, message))
    }

    pub(crate) fn exists(&self) -> bool {
        self.record.is_some()
    }

    /// When the instance wants to be woken, as its row says.
    pub(crate) fn wakes_at(&self) -> Option<Timestamp> {
        super::Record::wake_at(self.record.as_ref()?)
    }

    fn life(&self) -> Option<&Life> {
        self.record.as_ref().map(|record| &record.life)
    }

    fn in_flight_count(&self) -> usize {
        self.record.as_ref().map_or(0, |record| record.marks.len())
    }

    /// What the row shows: that attempts are out comes first, for hosts that look after them.
    fn row_status(&self) -> Status {
        match self.in_flight_count() {
            0 => self.status(),
            _ => Status::Running,
        }
    }

    fn status(&self) -> Status {
        let Some(record) = &self.record else {
            return Status::NotFound;
        };
        match (record.life.phase, record.intake) {
            (Phase::Paused | Phase::Parked, _) => Status::Paused,
            (_, Intake::Draining) => Status::Draining,
            _ if !record.marks.is_empty() => Status::Running,
            _ if !self.messages.is_empty() => Status::Waiting,
            _ => Status::Idle,
        }
    }

    fn names(&self) -> (String, String) {
        (
            self.address.job.to_owned(),
            self.address.id.as_str().to_owned(),
        )
    }
}

impl Record {
    fn new(moment: Moment) -> Self {
        Self {
            life: Life::new(moment),
            sequence: 0,
            processed: 0,
            pace: Pace::default(),
            intake: Intake::Open,
            marks: Vec::new(),
        }
    }
}

impl super::Record for Record {
    fn life(&mut self) -> &mut Life {
        &mut self.life
    }

    fn wake_at(&self) -> Option<Timestamp> {
        self.life.timers.get(Wake::Schedule)
    }
}
