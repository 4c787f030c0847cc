//! How events come into the batch that collects.

use std::{collections::BTreeSet, sync::Arc};

use super::{Machine, Out, Record, Tally};
use crate::{
    ClientError, Timestamp,
    core::{Moment, Phase, Waiter, Wake},
    debounce::{AddedMany, FlushReason, OnDuplicate, Overflow},
    storage::{EventRow, Write},
    telemetry::Happening,
    wire::Answer,
};

/// `drop_oldest` makes room for this share of a batch at once: the fold has to be made anew each time.
const SHARE_DROPPED: u64 = 16;

/// What becomes of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is folded into the batch.
    New,
    /// It is a repetition.
    Repeated,
    /// There is no room for it.
    Dropped,
}

/// How room is made for events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// There is enough.
    Enough,
    /// So many of the oldest events go.
    WithoutOldest(u64),
    /// They begin the next batch, because this one is full and is flushed.
    NextBatch,
}

/// One call that adds events, on its way.
#[derive(Debug)]
pub(crate) struct Adding {
    pub(crate) fates: Vec<Fate>,
    pub(crate) room: Room,
    pub(crate) duplicates: u64,
    pub(crate) updated: u64,
    pub(crate) skipped: u64,
    dropped: u64,
    appended: u64,
    /// Whether its first event begins a batch.
    begins: bool,
    /// What has made the batch due, if one of its events has.
    trigger: Option<FlushReason>,
    /// Whether the record has changed.
    changes_record: bool,
    /// How many events the batch held before.
    held_before: u64,
}

/// One event on its way into the batch that collects.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) event: Arc<str>,
    pub(crate) event_id: Option<Arc<str>>,
    /// Whether the job wants the batch flushed because of it.
    pub(crate) flushes: bool,
}

impl Machine {
    /// Asks what becomes of the events of one call, given by their ids. Changes nothing that lasts.
    pub(crate) fn admit(
        &mut self,
        ids: &[Option<Arc<str>>],
        now: Timestamp,
    ) -> Result<Adding, ClientError> {
        let mut seen = BTreeSet::new();
        let mut fates = Vec::with_capacity(ids.len());
        for id in ids {
            let mut known = |id: &&Arc<str>| {
                let again = !seen.insert(Arc::clone(id));
                again || self.event_ids.knows(id, now)
            };
            let known = id.as_ref().filter(&mut known);
            match (known, self.spec.on_duplicate) {
                (Some(id), OnDuplicate::Reject) => return Err(self.duplicate(id)),
                (Some(_), _) => fates.push(Fate::Repeated),
                (None, _) => fates.push(Fate::New),
            }
        }
        let room = self.make_room(&mut fates)?;
        let stored = ids.iter().zip(&fates);
        let stored = stored.filter_map(|(id, fate)| id.as_ref().filter(|_| *fate == Fate::New));
        self.event_ids.admit(stored, &self.address, now)?;
        let dropped = fates.iter().filter(|fate| **fate == Fate::Dropped).count() as u64;
        Ok(Adding {
            fates,
            room,
            duplicates: 0,
            updated: 0,
            skipped: 0,
            dropped,
            appended: 0,
            begins: false,
            trigger: None,
            changes_record: false,
            held_before: self.open.event_count,
        })
    }

    /// Finds room for the new ones of these events.
    fn make_room(&self, fates: &mut [Fate]) -> Result<Room, ClientError> {
        let (limit, held) = (self.spec.max_buffered, self.open.event_count);
        let mut new: Vec<&mut Fate> = fates
            .iter_mut()
            .filter(|fate| **fate == Fate::New)
            .collect();
        let count = new.len() as u64;
        let excess = held.saturating_add(count).saturating_sub(limit);
        if excess == 0 || count == 0 {
            return Ok(Room::Enough);
        }
        match self.spec.overflow {
            Overflow::DropNewest => {
                let without_room = new.iter_mut().rev().take(to_usize(excess));
                without_room.for_each(|fate| **fate = Fate::Dropped);
                Ok(Room::Enough)
            }
            Overflow::DropOldest => {
                let too_many = count.saturating_sub(limit);
                let without_room = new.iter_mut().take(to_usize(too_many));
                without_room.for_each(|fate| **fate = Fate::Dropped);
                let share = limit / SHARE_DROPPED;
                Ok(Room::WithoutOldest(excess.max(share).min(held)))
            }
            Overflow::Flush if count <= limit && self.can_claim() => Ok(Room::NextBatch),
            Overflow::Flush | Overflow::Reject => Err(self.full()),
        }
    }

    /// Whether the batch that collects can be taken for a flush: behind one that is out or waits there is no place.
    fn can_claim(&self) -> bool {
        let free = |record: &Record| record.claim.is_none() && record.life.phase == Phase::Active;
        self.record.as_ref().is_some_and(free)
    }

    fn full(&self) -> ClientError {
        let (job, id) = self.names();
        let limit = self.spec.max_buffered;
        ClientError::Overflow { job, id, limit }
    }

    fn duplicate(&self, event_id: &str) -> ClientError {
        let (job, id) = self.names();
        let event_id = event_id.to_owned();
        ClientError::DuplicateEvent { job, id, event_id }
    }

    fn names(&self) -> (String, String) {
        let id = self.address.id.as_str().to_owned();
        (self.address.job.to_owned(), id)
    }

    /// Takes the full batch for a flush, so that what comes begins the next one.
    pub(crate) fn claim_full(&mut self, moment: Moment, adding: &mut Adding, out: &mut Out) {
        let limit = self.spec.max_buffered;
        out.tell(Happening::Overflow { limit, dropped: 0 });
        self.claim(moment.now, FlushReason::Overflow);
        if let Some(record) = &mut self.record {
            record.life.timers.set(Wake::Retry, moment.now);
        }
        (adding.changes_record, adding.held_before) = (true, 0);
    }

    /// Notes that the oldest events have gone: so many, of so many bytes, the last of this sequence; the first that
    /// is left arrived at `first_event_at`.
    pub(crate) fn drop_oldest(&mut self, gone: &Gone, adding: &mut Adding, out: &mut Out) {
        let Tally {
            event_count, bytes, ..
        } = &mut self.open;
        *event_count = event_count.saturating_sub(gone.event_count);
        *bytes = bytes.saturating_sub(gone.bytes);
        if let Some(first_event_at) = gone.next_arrived_at {
            self.open.first_event_at = first_event_at;
        }
        adding.dropped = adding.dropped.saturating_add(gone.event_count);
        out.write(Write::DeleteOldestEvents {
            generation: self.open_generation(),
            through: gone.through,
        });
    }

    /// Stores an event that has been folded.
    pub(crate) fn append(
        &mut self,
        moment: Moment,
        arrival: Arrival,
        adding: &mut Adding,
        out: &mut Out,
    ) -> u64 {
        let Arrival {
            event,
            event_id,
            flushes,
        } = arrival;
        let begins = adding.held_before == 0 && adding.appended == 0;
        let leads = begins && self.leads(moment.now);
        self.last_sequence = self.last_sequence.saturating_add(1);
        self.open.count(&event, moment.now);
        adding.begins |= begins;
        adding.appended += 1;
        self.note_trigger(leads, flushes, adding);
        if let Some(id) = &event_id {
            let expires_at = moment.now + self.spec.dedup_window;
            self.event_ids
                .remember(id, expires_at, moment.now, |write| out.write(write));
        }
        let (sequence, arrived_at) = (self.last_sequence, moment.now);
        if let Some(record) = &mut self.record {
            adding.changes_record |= record.versions.note(sequence, self.spec.version);
        }
        out.write(Write::AppendEvent(EventRow {
            sequence,
            generation: self.open_generation(),
            arrived_at,
            event_id,
            event,
        }));
        sequence
    }

    /// Stores what has taken the place of an event of `bytes` bytes.
    pub(crate) fn replace(
        &mut self,
        row: EventRow,
        bytes: usize,
        flushes: bool,
        adding: &mut Adding,
        out: &mut Out,
    ) {
        let open_bytes = self.open.bytes.saturating_sub(bytes as u64);
        self.open.bytes = open_bytes.saturating_add(row.event.len() as u64);
        if let Some(record) = &mut self.record {
            let version = self.spec.version;
            adding.changes_record |= record.versions.note_one(row.sequence, version);
        }
        self.note_trigger(false, flushes, adding);
        out.write(Write::ReplaceEvent(row));
    }

    fn note_trigger(&self, leads: bool, flushes: bool, adding: &mut Adding) {
        let of_event = match (leads, flushes) {
            (true, _) => Some(FlushReason::Leading),
            (_, true) => Some(FlushReason::FlushOn),
            _ => self.limit_reached(),
        };
        adding.trigger = adding.trigger.or(of_event);
    }

    /// Answers an `add` whose events have been appended, and flushes what has become due by them.
    pub(crate) fn added(&mut self, moment: Moment, adding: Adding, waiter: Waiter, out: &mut Out) {
        let created = self.record.is_none() && adding.appended > 0;
        if created {
            self.record = Some(Record::new(moment, self.spec.version));
            out.tell(Happening::Started);
        }
        if adding.begins {
            self.begin_window(moment, out);
        }
        self.tell_of_room(&adding, out);
        let made_due = adding.trigger.is_some_and(|why| self.make_due(why, moment));
        let (event_count, will_flush_at) = (self.open.event_count, self.will_flush_at(moment.now));
        let changed = adding.begins || adding.changes_record || made_due;
        let flushes = adding.trigger.is_some() || adding.changes_record;
        let saved = flushes && self.flush_what_is_due(moment, out);
        if !saved && changed {
            self.save(moment, out);
        }
        out.reply(
            waiter,
            Answer::of(AddedMany {
                created,
                event_count,
                will_flush_at,
                duplicates: adding.duplicates,
                updated: adding.updated,
                skipped: adding.skipped,
                dropped: adding.dropped,
            }),
        );
    }

    /// Tells what was dropped for want of room, and once in a batch that there is little left.
    fn tell_of_room(&self, adding: &Adding, out: &mut Out) {
        let (limit, dropped) = (self.spec.max_buffered, adding.dropped);
        if dropped > 0 {
            out.tell(Happening::Overflow { limit, dropped });
        }
        let event_count = self.open.event_count;
        let reached = |at: u64| adding.held_before < at && at <= event_count;
        if self.spec.warn_at.is_some_and(reached) {
            out.tell(Happening::NearlyFull { event_count, limit });
        }
    }
}

/// The oldest events of a batch, which go to make room.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gone {
    pub(crate) event_count: u64,
    pub(crate) bytes: u64,
    /// The sequence of the last of them.
    pub(crate) through: u64,
    /// When the first that stays arrived.
    pub(crate) next_arrived_at: Option<Timestamp>,
}

fn to_usize(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
