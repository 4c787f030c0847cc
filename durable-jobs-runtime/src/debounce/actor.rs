//! A debounce job in memory: its machine joined with user code.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    Debounce, DebounceCall, DebounceSpec, EventContext, NewEvent,
    batch::{Batch, FoldError, Kept, fold},
    context::BatchFacts,
    flush::{Done, flush},
};
use crate::{
    BoxFuture, ClientError, Timestamp,
    core::{
        Effects, Moment, Waiter,
        debounce::{AddCounts, Admission, Arrival, BatchSource, Invocation, Machine},
    },
    driver::{Actor, Home, Scope, traced},
    jobs::Target,
    storage::{EventRow, Stored},
    telemetry::{Happening, LogLevel},
    wire::{Call, read_variant},
};

/// A debounce job in memory.
pub(crate) struct DebounceActor<J: Debounce> {
    home: Home<J::Env>,
    machine: Machine,
    /// The batch that collects now.
    open: Batch<J>,
    /// The batch that a flush has taken, between its attempts.
    claimed: Batch<J>,
}

/// Events of one call that may be folded.
struct Admitted<J: Debounce> {
    new: Vec<(J::Event, Kept)>,
    duplicates: u64,
}

impl<J: Debounce> DebounceActor<J> {
    const SPEC: &'static DebounceSpec = &J::SPEC;

    /// Sorts stored events into the batch that is claimed and the one that collects.
    fn take_up(&mut self, events: Vec<EventRow>) {
        let claimed = self.machine.claimed_generation();
        for EventRow {
            generation,
            arrived_at,
            event_id,
            event,
            ..
        } in events
        {
            let kept = Kept {
                event,
                context: EventContext {
                    event_id,
                    arrived_at,
                },
            };
            let batch = if Some(generation) == claimed {
                &mut self.claimed
            } else {
                &mut self.open
            };
            batch.keep(kept);
        }
    }

    /// Why the events cannot be folded any more, if they cannot.
    fn unreadable(&mut self) -> Option<FoldError> {
        let folds = [self.claimed.fold().err(), self.open.fold().err()];
        folds.into_iter().flatten().next()
    }

    /// Parks an instance with events that cannot be folded any more.
    fn check_stored(&mut self, moment: Moment, out: &mut Effects<Invocation>) {
        if let Some(error) = self.unreadable() {
            self.machine
                .park_unreadable(error.describe().into(), moment, out);
        }
    }

    fn add(
        &mut self,
        moment: Moment,
        events: Vec<NewEvent>,
        waiter: Waiter,
    ) -> Effects<Invocation> {
        let mut out = Effects::none();
        let admitted = self.admit(moment.now, events, &mut out);
        let folded = admitted.and_then(|new| self.fold(new));
        match folded {
            Ok((new, counts)) => {
                for kept in new {
                    let event = Arc::clone(&kept.event);
                    let event_id = kept.context.event_id.clone();
                    self.open.keep(kept);
                    self.machine
                        .append(moment, Arrival { event, event_id }, &mut out);
                }
                self.machine.added(moment, counts, waiter, &mut out);
                out
            }
            Err(error) => {
                let full = match &error {
                    ClientError::Overflow { limit, .. } => Some(*limit),
                    _ => None,
                };
                let mut out = Effects::refusal(waiter, error);
                out.tell_all(full.map(|limit| Happening::Overflow { limit }));
                out
            }
        }
    }

    /// Decodes the events of one call and leaves out repetitions, all or none. Folds nothing yet, so that a
    /// refusal costs no new fold.
    fn admit(
        &mut self,
        now: Timestamp,
        events: Vec<NewEvent>,
        out: &mut Effects<Invocation>,
    ) -> Result<Admitted<J>, ClientError> {
        let mut admitted = Admitted {
            new: Vec::with_capacity(events.len()),
            duplicates: 0,
        };
        let mut ids = BTreeSet::new();
        for NewEvent { event, event_id } in events {
            let pending = admitted.new.len() as u64;
            match self.machine.admit(event_id.as_deref(), pending, now) {
                Admission::Full(error) => return Err(error),
                Admission::New if event_id.iter().all(|id| ids.insert(Arc::clone(id))) => {
                    let context = EventContext {
                        event_id,
                        arrived_at: now,
                    };
                    let kept = Kept {
                        event: event.0,
                        context,
                    };
                    let event = kept.decode::<J>().map_err(|error| self.refusal(error))?;
                    admitted.new.push((event, kept));
                }
                Admission::New | Admission::Duplicate => {
                    admitted.duplicates += 1;
                    let event_id = event_id.unwrap_or_default();
                    out.tell(Happening::Duplicate { event_id });
                }
            }
        }
        Ok(admitted)
    }

    fn fold(&mut self, admitted: Admitted<J>) -> Result<(Vec<Kept>, AddCounts), ClientError> {
        let Admitted { new, duplicates } = admitted;
        let counts = AddCounts {
            appended: new.len() as u64,
            duplicates,
        };
        let folded = self.open.fold().and_then(|job| {
            let fold = |(event, kept)| fold(job, event, &kept).map(|()| kept);
            new.into_iter().map(fold).collect::<Result<Vec<_>, _>>()
        });
        let kept = folded.map_err(|error| {
            // The fold may be half-changed: the next one begins with the events that are stored.
            self.open.fold = None;
            self.refusal(error)
        })?;
        Ok((kept, counts))
    }

    fn refusal(&self, error: FoldError) -> ClientError {
        error.refusal(self.home.address.job, self.home.address.id.as_str())
    }

    /// The batch that collects now, else the one that waits.
    fn state(&mut self) -> Option<Arc<str>> {
        let batch = if self.machine.has_open_events() {
            &mut self.open
        } else {
            &mut self.claimed
        };
        if batch.events.is_empty() {
            return None;
        }
        J::CODEC.encode(batch.fold().ok()?).ok()
    }
}

impl<J: Debounce> Actor for DebounceActor<J> {
    type Env = J::Env;
    type Invocation = Invocation;
    type Done = Done<J>;

    const LOG: Option<LogLevel> = J::SPEC.log;

    fn targets() -> &'static [Target] {
        J::TARGETS
    }

    fn read_call(text: &str) -> serde_json::Result<Option<Call>> {
        Ok(read_variant(text, "debounce")?.map(Call::Debounce))
    }

    fn restore(
        home: Home<J::Env>,
        stored: Option<Stored>,
        moment: Moment,
    ) -> Result<(Self, Effects<Invocation>), ClientError> {
        let address = home.address.clone();
        let Some(mut stored) = stored else {
            let machine = Machine::absent(Self::SPEC, address);
            let (open, claimed) = (Batch::empty(), Batch::empty());
            return Ok((
                Self {
                    home,
                    machine,
                    open,
                    claimed,
                },
                Effects::none(),
            ));
        };
        let events = stored.events.clone();
        stored.events.clear();
        let (machine, mut out) = Machine::restore(
            Self::SPEC,
            address,
            stored,
            &events,
            &home.interrupted_by,
            moment,
        )?;
        let mut actor = Self {
            home,
            machine,
            open: Batch::empty(),
            claimed: Batch::empty(),
        };
        if actor.exists() {
            actor.take_up(events);
            actor.check_stored(moment, &mut out);
        }
        Ok((actor, out))
    }

    fn call(&mut self, moment: Moment, call: Call, waiter: Waiter) -> Effects<Invocation> {
        let Call::Debounce(call) = call else {
            return Effects::refusal(waiter, self.home.address.wrong_kind());
        };
        if matches!(call, DebounceCall::Flush | DebounceCall::Resume)
            && self.machine.is_parked()
            && let Some(error) = self.unreadable()
        {
            return Effects::refusal(waiter, self.refusal(error));
        }
        match call {
            DebounceCall::Add { event } => self.add(moment, vec![event], waiter),
            DebounceCall::AddMany { events } => self.add(moment, events, waiter),
            DebounceCall::Flush => self.machine.flush(moment, waiter),
            DebounceCall::Resume => self.machine.resume(moment, waiter),
            DebounceCall::Clear => {
                let out = self.machine.clear(moment, waiter);
                self.open.let_go();
                if self.machine.claimed_generation().is_none() {
                    self.claimed.let_go();
                }
                out
            }
            DebounceCall::Terminate { reason } => {
                self.open.let_go();
                self.claimed.let_go();
                self.machine.terminate(reason, waiter)
            }
            DebounceCall::Status => self.machine.answer_status(waiter),
            DebounceCall::State => {
                let state = self.state();
                self.machine.answer_state(state, waiter)
            }
        }
    }

    fn alarm(&mut self, moment: Moment) -> Effects<Invocation> {
        self.machine.alarm(moment)
    }

    fn begin(&mut self, Invocation { token, source }: Invocation) -> BoxFuture<'static, Done<J>> {
        if source == BatchSource::Open {
            self.claimed = std::mem::replace(&mut self.open, Batch::empty());
        }
        let Some((scope, facts)) = self.flush_scope() else {
            return Box::pin(std::future::pending());
        };
        // The events stay here too, so that what is known of the batch outlives a run that is dropped.
        let batch = Batch {
            events: Arc::clone(&self.claimed.events),
            fold: self.claimed.fold.take(),
        };
        let env = Arc::clone(&self.home.env);
        traced(scope, move |scope| {
            Box::pin(flush(token, batch, env, scope, facts))
        })
    }

    fn finish(&mut self, moment: Moment, done: Done<J>) -> Effects<Invocation> {
        self.claimed = done.batch;
        let effects = self.machine.finish(moment, done.token, done.finished);
        if self.machine.claimed_generation().is_none() {
            self.claimed.let_go();
        }
        if self.machine.record().is_none() {
            self.open.let_go();
        }
        effects
    }

    fn release(&mut self, moment: Moment) -> Effects<Invocation> {
        self.machine.release(moment)
    }

    fn exists(&self) -> bool {
        self.machine.record().is_some()
    }

    fn wakes_at(&self) -> Option<Timestamp> {
        self.machine.wakes_at()
    }
}

impl<J: Debounce> DebounceActor<J> {
    fn flush_scope(&self) -> Option<(Scope, BatchFacts)> {
        let record = self.machine.record()?;
        let run = record.life.run.as_ref()?;
        let (claim, total_events) = record.claimed()?;
        let scope = Scope::of_run(&self.home, &record.life, run);
        let facts = BatchFacts {
            event_count: claim.tally.event_count,
            reason: claim.reason,
            first_event_at: claim.tally.first_event_at,
            last_event_at: claim.tally.last_event_at,
            total_events,
            flush_count: record.flush_count,
        };
        Some((scope, facts))
    }
}
