//! The decisions of a debounce job.

mod calls;
mod flushes;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    CLOCK_WAS_AHEAD, Effects, EventIds, Life, Moment, Phase, Restored, Token, Waiter, Wake,
};
use crate::{
    Address, ClientError, Timestamp,
    debounce::{DebounceSpec, FlushReason},
    storage::{EventRow, Stored},
    telemetry::Happening,
    wire::Status,
};

pub(crate) use self::{
    calls::{AddCounts, Admission},
    flushes::Finished,
};

/// What a flush needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    pub(crate) token: Token,
    pub(crate) source: BatchSource,
}

/// Where the batch of a flush comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BatchSource {
    /// It was claimed just now: what was open so far.
    Open,
    /// It was claimed before.
    Claimed,
}

type Out = Effects<Invocation>;

/// Decides for one instance of a debounce job.
#[derive(Debug)]
pub(crate) struct Machine {
    spec: &'static DebounceSpec,
    address: Address,
    record: Option<Record>,
    /// What is known of the batch that collects now.
    open: Tally,
    last_sequence: u64,
    event_ids: EventIds,
    /// Callers who wait for the flush that is out or owed.
    waiting: Vec<Waiter>,
    /// Callers who wait for the batch after it.
    waiting_next: Vec<Waiter>,
}

/// What is known of a batch. Not stored while it collects: its events tell it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    pub(crate) event_count: u64,
    pub(crate) bytes: u64,
    pub(crate) first_event_at: Timestamp,
    pub(crate) last_event_at: Timestamp,
}

impl Tally {
    fn count(&mut self, event: &str, arrived_at: Timestamp) {
        if self.event_count == 0 {
            self.first_event_at = arrived_at;
        }
        self.event_count += 1;
        self.bytes += event.len() as u64;
        self.last_event_at = arrived_at;
    }
}

/// A batch that a flush has taken. It is deleted only when the flush has succeeded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Claim {
    pub(crate) generation: u64,
    pub(crate) reason: FlushReason,
    pub(crate) tally: Tally,
}

/// What is stored of an instance besides its events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) life: Life,
    /// The batch that collects now, from 1.
    generation: u64,
    /// The last sequence number given when the record was saved.
    sequence: u64,
    pub(crate) claim: Option<Claim>,
    /// Whether somebody asked for the batch that collects now.
    asked_for: bool,
    pub(crate) flush_count: u64,
    pub(crate) total_events: u64,
}

impl Machine {
    pub(crate) fn absent(spec: &'static DebounceSpec, address: Address) -> Self {
        Self {
            spec,
            address,
            record: None,
            open: Tally::default(),
            last_sequence: 0,
            event_ids: EventIds::default(),
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
        let Restored { record, .. } = Restored::<Record>::read(&address, &stored, spec.version)?;
        let mut machine = Self::absent(spec, address);
        machine.last_sequence = record.sequence;
        for event in events {
            machine.recount(event, record.generation);
        }
        machine.event_ids = EventIds::restore(stored.event_ids);
        machine.record = Some(record);
        let mut out = Effects::none();
        machine.distrust_a_far_window(moment, &mut out);
        machine.recover(cause, moment, &mut out);
        Ok((machine, out))
    }

    fn recount(&mut self, event: &EventRow, open_generation: u64) {
        self.last_sequence = self.last_sequence.max(event.sequence);
        if event.generation == open_generation {
            self.open.count(&event.event, event.arrived_at);
        }
    }

    /// Flushes what is due. Too early, or with a flush out, it does nothing.
    pub(crate) fn alarm(&mut self, moment: Moment) -> Out {
        let mut out = Effects::none();
        self.distrust_a_far_window(moment, &mut out);
        self.flush_what_is_due(moment, &mut out);
        out
    }

    /// A batch that is due later than a whole window from now was begun under a clock that ran ahead.
    fn distrust_a_far_window(&mut self, moment: Moment, out: &mut Out) {
        let Some(life) = self.record.as_mut().map(|record| &mut record.life) else {
            return;
        };
        let ahead = life.clock_ran_ahead(moment.now).is_some();
        if ahead {
            life.pull_in_retry(moment.now);
        }
        let latest = self.spec.flush_after.map(|window| moment.now + window);
        let due = life.timers.get(Wake::Flush);
        let far = due.zip(latest).filter(|(due, latest)| due > latest);
        if let Some((_, latest)) = far {
            life.timers.set(Wake::Flush, latest);
        }
        if ahead || far.is_some() {
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

    /// The batch that a flush has taken, if one has.
    pub(crate) fn claimed_generation(&self) -> Option<u64> {
        self.record
            .as_ref()?
            .claim
            .as_ref()
            .map(|claim| claim.generation)
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

    fn save(&mut self, moment: Moment, out: &mut Out) {
        let status = self.status();
        let Some(record) = &mut self.record else {
            return;
        };
        record.sequence = self.last_sequence;
        out.save(super::Record::row(
            record,
            status,
            None,
            self.spec.version,
            moment.now,
        ));
    }
}

impl super::Record for Record {
    fn life(&mut self) -> &mut Life {
        &mut self.life
    }

    /// The earliest timer that can lead to something: the batch that collects waits for the one that is claimed.
    fn wake_at(&self) -> Option<Timestamp> {
        let timers = &self.life.timers;
        match (self.life.phase, &self.claim) {
            _ if self.life.is_running() => timers.get(Wake::Recovery),
            (Phase::Parked, _) => None,
            (_, Some(_)) => timers.get(Wake::Retry),
            (_, None) => timers.get(Wake::Flush),
        }
    }
}

impl Record {
    fn new(moment: Moment) -> Self {
        Self {
            life: Life::new(moment),
            generation: 1,
            sequence: 0,
            claim: None,
            asked_for: false,
            flush_count: 0,
            total_events: 0,
        }
    }

    /// What is told of the claimed batch to its flush.
    pub(crate) fn claimed(&self) -> Option<(&Claim, u64)> {
        let claim = self.claim.as_ref()?;
        Some((
            claim,
            self.total_events.saturating_add(claim.tally.event_count),
        ))
    }
}

/// One event on its way into the batch that collects.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) event: Arc<str>,
    pub(crate) event_id: Option<Arc<str>>,
}
