//! The decisions of a debounce job.

mod adds;
mod answers;
mod calls;
mod dead_letters;
mod flushes;
mod record;
mod window;

use std::sync::Arc;

use super::{
    CLOCK_WAS_AHEAD, Effects, EventIds, History, Moment, Phase, Restored, Token, Waiter, Wake,
};
use crate::{
    Address, ClientError, Timestamp,
    debounce::DebounceSpec,
    storage::{EventRow, Stored},
    telemetry::Happening,
    wire::Status,
};

use self::dead_letters::DeadLetters;
pub(crate) use self::{
    adds::{Adding, Arrival, Fate, Gone, Room},
    flushes::Finished,
    record::{Claim, Record, Tally},
};

/// What a flush needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    pub(crate) token: Token,
}

type Out = Effects<Invocation>;

/// Decides for one instance of a debounce job.
#[derive(Debug)]
pub(crate) struct Machine {
    spec: &'static DebounceSpec,
    address: Address,
    record: Option<Record>,
    base: Option<Base>,
    /// Whether the base is to be stored with the record.
    base_is_new: bool,
    /// What is known of the batch that collects now.
    open: Tally,
    last_sequence: u64,
    event_ids: EventIds,
    dead_letters: DeadLetters,
    history: History,
    /// Callers who wait for the flush that is out or owed.
    waiting: Vec<Waiter>,
    /// Callers who wait for the batch after it.
    waiting_next: Vec<Waiter>,
}

/// What a batch begins with in place of the default: the state that the last one has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Base {
    pub(crate) json: Arc<str>,
    /// The version of the job that has stored it.
    pub(crate) version: u32,
}

impl Machine {
    pub(crate) fn absent(spec: &'static DebounceSpec, address: Address) -> Self {
        Self {
            spec,
            address,
            record: None,
            base: None,
            base_is_new: false,
            open: Tally::default(),
            last_sequence: 0,
            event_ids: EventIds::default(),
            dead_letters: DeadLetters::default(),
            history: History::restore(&[], spec.history),
            waiting: Vec::new(),
            waiting_next: Vec::new(),
        }
    }

    /// Takes an instance up from the store: an attempt that is still open there was
    /// cut off by `cause`.
    pub(crate) fn restore(
        spec: &'static DebounceSpec,
        address: Address,
        stored: Stored,
        events: &[EventRow],
        cause: &Arc<str>,
        moment: Moment,
    ) -> Result<(Self, Out), ClientError> {
        let restored = Restored::<Record>::read(&address, &stored, spec.version)?;
        let mut record = restored.record;
        let of_row = restored.state_version;
        record.versions = record.versions.or_all(of_row).known(&address, spec)?;
        let mut machine = Self::absent(spec, address);
        machine.last_sequence = record.sequence;
        for event in events {
            machine.recount(event, record.generation);
        }
        machine.event_ids = EventIds::restore(stored.event_ids);
        machine.dead_letters = DeadLetters::restore(&stored.items);
        machine.history = History::restore(&stored.items, spec.history);
        let state = restored.state.filter(|_| record.has_base);
        machine.base = state.map(|json| Base {
            json,
            version: of_row,
        });
        machine.record = Some(record);
        let mut out = Effects::none();
        machine.distrust_a_far_window(moment, &mut out);
        machine.recover(cause, moment, &mut out);
        machine.open_a_window_that_is_new(moment, &mut out);
        Ok((machine, out))
    }

    fn recount(&mut self, event: &EventRow, open_generation: u64) {
        self.last_sequence = self.last_sequence.max(event.sequence);
        if event.generation == open_generation {
            self.open.count(&event.event, event.arrived_at);
        }
    }

    /// Flushes what is due. Too early, or with a flush out, it flushes nothing.
    pub(crate) fn alarm(&mut self, moment: Moment) -> Out {
        let mut out = Effects::none();
        self.distrust_a_far_window(moment, &mut out);
        if !self.flush_what_is_due(moment, &mut out) {
            self.wait_until_it_is_quiet(moment, &mut out);
        }
        out
    }

    /// A batch that is due later than a whole window from now was begun under a clock that ran ahead.
    fn distrust_a_far_window(&mut self, moment: Moment, out: &mut Out) {
        let Some(record) = &mut self.record else {
            return;
        };
        let ahead = record.life.clock_ran_ahead(moment.now).is_some();
        if ahead {
            record.life.pull_in_retry(moment.now);
        }
        let far = record.pull_in_windows(self.spec, moment.now);
        if ahead || far {
            self.save(moment, out);
            out.tell(Happening::Reanchored {
                reason: CLOCK_WAS_AHEAD.into(),
            });
        }
    }

    pub(crate) fn record(&self) -> Option<&Record> {
        self.record.as_ref()
    }

    /// When the earliest timer is due that can lead to something.
    pub(crate) fn wakes_at(&self) -> Option<Timestamp> {
        super::Record::wake_at(self.record()?)
    }

    /// What a batch begins with; the default without one.
    pub(crate) fn base(&self) -> Option<&Base> {
        self.base.as_ref()
    }

    /// The version of the job that has stored an event.
    pub(crate) fn version_of(&self, sequence: u64) -> u32 {
        let of_record = |record: &Record| record.versions.of(sequence);
        self.record.as_ref().map_or(self.spec.version, of_record)
    }

    /// The batch that collects now.
    pub(crate) fn open_generation(&self) -> u64 {
        self.record.as_ref().map_or(1, |record| record.generation)
    }

    /// The batch that a flush has taken, if one has.
    pub(crate) fn claimed_generation(&self) -> Option<u64> {
        let claim = self.record.as_ref()?.claim.as_ref()?;
        Some(claim.generation)
    }

    /// Whether it waits for somebody to mend it.
    pub(crate) fn is_parked(&self) -> bool {
        let phase = self.record.as_ref().map(|record| record.life.phase);
        phase == Some(Phase::Parked)
    }

    /// Whether the batch that collects now has events.
    pub(crate) fn has_open_events(&self) -> bool {
        self.open.event_count > 0
    }

    fn status(&self) -> Status {
        let Some(record) = &self.record else {
            return Status::NotFound;
        };
        match record.life.phase {
            _ if record.life.is_running() => Status::Flushing,
            Phase::Parked => Status::Parked,
            Phase::Active | Phase::Paused if record.claim.is_some() => Status::Retrying,
            Phase::Active | Phase::Paused if self.open.event_count > 0 => Status::Debouncing,
            Phase::Active | Phase::Paused => Status::Idle,
        }
    }

    /// Saves the record. It takes along what is known by now of the end of the quiet period.
    fn save(&mut self, moment: Moment, out: &mut Out) {
        let status = self.status();
        let quiet_at = self.quiet_ends_at(moment.now);
        let Some(record) = &mut self.record else {
            return;
        };
        record.sequence = self.last_sequence;
        record.has_base = self.base.is_some();
        match quiet_at {
            Some(at) => record.life.timers.set(Wake::Quiet, at),
            None => record.life.timers.clear(Wake::Quiet),
        }
        let version = self
            .base
            .as_ref()
            .map_or(self.spec.version, |base| base.version);
        let base = self.base.as_ref().filter(|_| self.base_is_new);
        let state = base.map(|base| Arc::clone(&base.json));
        self.base_is_new = false;
        out.save(super::Record::row(
            record, status, state, version, moment.now,
        ));
    }
}
