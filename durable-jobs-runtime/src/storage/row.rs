//! The rows of an instance, the same on every host.

use std::sync::Arc;

use crate::{
    Incarnation, Timestamp,
    wire::{RequestId, Status},
};

/// The one row of an instance: what people look for as columns, the rest as JSON.
///
/// Timers are part of it, so that no state can be saved without its timer.
#[derive(Clone, Debug, PartialEq)]
pub struct InstanceRow {
    /// Which life of the id this is.
    pub incarnation: Incarnation,
    /// What the instance does now, for people and for lists; the engine reads `record`.
    pub status: Status,
    /// When [`Engine::wake`](crate::Engine::wake) must be called; `None` means never.
    ///
    /// It is the earliest timer in `record`. While a run is out it lies in the past, so that whoever
    /// finds the row after a crash wakes the instance at once.
    pub wake_at: Option<Timestamp>,
    /// Runs begun in this life.
    pub run_count: u64,
    /// The error of the last failed attempt.
    pub last_error: Option<Arc<str>>,
    /// The `version = ..` of the job that wrote `state`.
    pub state_version: u32,
    /// The engine's own notes about the instance: timers, the open run, counters. JSON.
    pub record: Arc<str>,
    /// The job's state as JSON. In a [`Write::Save`], `None` leaves the stored one alone.
    pub state: Option<Arc<str>>,
    /// When the row was written.
    pub updated_at: Timestamp,
}

/// One event of a debounce job that no successful flush has taken yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Its place in the order of arrival, from 1, never used twice in one life.
    pub sequence: u64,
    /// The batch that it belongs to, from 1.
    pub generation: u64,
    /// When it was added.
    pub arrived_at: Timestamp,
    /// The caller's id for it, if one was given.
    pub event_id: Option<Arc<str>>,
    /// The event as JSON.
    pub event: Arc<str>,
}

/// One row of an instance that is neither its state nor an event that waits: an entry of one of its [`Collection`]s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemRow {
    /// What it belongs to.
    pub collection: Collection,
    /// Its place there.
    pub number: u64,
    /// What it holds, as JSON.
    pub value: Arc<str>,
}

/// What an instance keeps many of, each in a row of its own. A host stores all collections alike, under their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Collection {
    /// Runs that have ended.
    History,
    /// Messages to other instances that have not arrived yet.
    Outbox,
    /// What could not be processed and waits for somebody to look at it.
    DeadLetter,
    /// Permits that are held.
    Permit,
    /// Callers who wait for permits.
    Waiter,
    /// Which messages of other instances have been taken.
    Inbox,
    /// Messages of a queue that have not been processed yet.
    Message,
    /// Messages to other instances that cannot arrive.
    Undeliverable,
}

impl Collection {
    const ALL: [Self; 8] = [
        Self::History,
        Self::Outbox,
        Self::DeadLetter,
        Self::Permit,
        Self::Waiter,
        Self::Inbox,
        Self::Message,
        Self::Undeliverable,
    ];

    /// The collection's name, as it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::History => "history",
            Self::Outbox => "outbox",
            Self::DeadLetter => "dead_letter",
            Self::Permit => "permit",
            Self::Waiter => "waiter",
            Self::Inbox => "inbox",
            Self::Message => "message",
            Self::Undeliverable => "undeliverable",
        }
    }

    /// The collection of this name, as a host reads it back.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|collection| collection.as_str() == name)
    }
}

/// One change of an instance's rows.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Write {
    /// Insert the instance's row or replace it; the stored state stays when the row brings none. It comes
    /// before every other write of its batch.
    Save(InstanceRow),
    /// Append one event.
    AppendEvent(EventRow),
    /// Delete the events of one batch.
    DeleteEvents {
        /// That batch.
        generation: u64,
    },
    /// Replace what an event holds: the one of its generation and sequence, which is stored.
    ReplaceEvent(EventRow),
    /// Delete the events of one batch up to a sequence.
    DeleteOldestEvents {
        /// That batch.
        generation: u64,
        /// The sequence of the last event that goes.
        through: u64,
    },
    /// Keep an event id, so that its repetition is noticed.
    RememberEventId {
        /// The caller's id of the event.
        event_id: Arc<str>,
        /// When it may be forgotten.
        expires_at: Timestamp,
    },
    /// Delete the event ids whose time has passed: those with `expires_at <= now`.
    ForgetEventIds {
        /// The time now.
        now: Timestamp,
    },
    /// Insert a row of a collection, or replace the one of its number.
    PutItem(ItemRow),
    /// Delete a row of a collection, if it is there.
    DeleteItem {
        /// What it belongs to.
        collection: Collection,
        /// Its place there.
        number: u64,
    },
    /// Keep that a request was taken, or its answer, in place of what is kept for it. It outlives
    /// [`Write::Erase`], until the host deletes it some time after it has expired.
    KeepAnswer(AnswerRow),
    /// Delete every row of the instance; the answers of its requests stay.
    Erase,
}

/// A request that has had its effect, kept for a while so that its repetition has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerRow {
    /// The request.
    pub request: RequestId,
    /// Its [`Answer`](crate::wire::Answer) as JSON; `None` while it is still to come.
    pub answer: Option<Arc<str>>,
    /// When it may be forgotten.
    pub expires_at: Timestamp,
}

impl AnswerRow {
    /// How many requests of one id are remembered, those of the last ones: a bound for memory, and for what a
    /// host has to load.
    pub const MOST_REMEMBERED: usize = 1024;
}

/// What a host has of an id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    /// The instance, if there is one.
    pub stored: Option<Stored>,
    /// The answers that are kept, from earlier lives of the id too, the oldest first. Of more than
    /// [`AnswerRow::MOST_REMEMBERED`] the last ones are enough, and expired ones do no harm.
    pub answers: Vec<AnswerRow>,
}

/// All rows of one instance, as a host loads them.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Its row; `state` is what is stored.
    pub row: InstanceRow,
    /// Its events in order of `sequence`.
    pub events: Vec<EventRow>,
    /// Its kept event ids with the time until which each is kept, in the order of these times.
    pub event_ids: Vec<(Arc<str>, Timestamp)>,
    /// The rows of its collections, those of each in order of number.
    pub items: Vec<ItemRow>,
}
