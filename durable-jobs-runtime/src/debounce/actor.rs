//! A debounce job in memory: its machine joined with user code.

mod adds;

use std::sync::Arc;

use super::{
    DeadEvent, Debounce, DebounceCall, DebounceSpec, EventContext,
    adding::FlushWatch,
    batch::{Batch, FoldError, Kept, beginning},
    context::BatchFacts,
    flush::{Attempt, Done, flush},
};
use crate::{
    BoxFuture, ClientError, Timestamp,
    core::{
        Effects, Moment, Waiter,
        debounce::{Invocation, Machine},
    },
    driver::{Actor, ActorContext, Scope, traced},
    jobs::Target,
    storage::{EventRow, Stored},
    telemetry::LogLevel,
    wire::{Call, Json},
};

/// A debounce job in memory.
pub(crate) struct DebounceActor<J: Debounce> {
    context: ActorContext<J::Env>,
    machine: Machine,
    /// The batch that collects now, and its number.
    open: Batch<J>,
    open_generation: u64,
    /// The batch that a flush has taken, between its attempts, and its number.
    claimed: Batch<J>,
    claimed_generation: Option<u64>,
    /// The events of dead letters, each with its number: few at a time.
    dead: Vec<(u64, Arc<Vec<Kept>>)>,
    watch: FlushWatch,
}

type Out = Effects<Invocation>;

impl<J: Debounce> DebounceActor<J> {
    const SPEC: &'static DebounceSpec = &J::SPEC;

    fn new(context: ActorContext<J::Env>, machine: Machine) -> Self {
        Self {
            open_generation: machine.open_generation(),
            claimed_generation: machine.claimed_generation(),
            context,
            machine,
            open: Batch::empty(),
            claimed: Batch::empty(),
            dead: Vec::new(),
            watch: FlushWatch::default(),
        }
    }

    /// Sorts stored events into the batches that they belong to.
    fn take_up(&mut self, events: Vec<EventRow>) {
        for row in events {
            let (generation, kept) = (row.generation, self.kept(row));
            if Some(generation) == self.claimed_generation {
                self.claimed.keep(kept);
            } else if generation == self.open_generation {
                self.open.keep(kept);
            } else if self.machine.is_dead(generation) {
                self.keep_dead(generation, kept);
            }
        }
    }

    fn kept(&self, row: EventRow) -> Kept {
        Kept {
            sequence: row.sequence,
            event: row.event,
            context: EventContext {
                event_id: row.event_id,
                arrived_at: row.arrived_at,
            },
            version: self.machine.version_of(row.sequence),
        }
    }

    fn keep_dead(&mut self, number: u64, kept: Kept) {
        match self.dead.iter_mut().find(|(other, _)| *other == number) {
            Some((_, events)) => Arc::make_mut(events).push(kept),
            None => self.dead.push((number, Arc::new(vec![kept]))),
        }
    }

    /// Puts every batch where the machine has it now.
    fn arrange(&mut self) {
        if !self.exists() {
            self.open.let_go();
        }
        let claimed = self.machine.claimed_generation();
        if claimed != self.claimed_generation {
            self.put_claimed_away();
            self.claimed_generation = claimed;
            if let Some(claimed) = claimed {
                self.take_claimed(claimed);
            }
        }
        self.open_generation = self.machine.open_generation();
        let machine = &self.machine;
        self.dead.retain(|(number, _)| machine.is_dead(*number));
    }

    fn put_claimed_away(&mut self) {
        let dead = self
            .claimed_generation
            .filter(|number| self.machine.is_dead(*number));
        if let Some(number) = dead {
            self.dead.push((number, Arc::clone(&self.claimed.events)));
        }
        self.claimed.let_go();
    }

    fn take_claimed(&mut self, claimed: u64) {
        self.claimed = if claimed == self.open_generation {
            std::mem::replace(&mut self.open, Batch::empty())
        } else {
            let place = self.dead.iter().position(|(number, _)| *number == claimed);
            let revived = place.map(|place| self.dead.swap_remove(place).1);
            Batch::of(revived.unwrap_or_default())
        };
    }

    /// Why the events cannot be folded any more, if they cannot.
    fn unreadable(&mut self) -> Option<FoldError> {
        let base = self.machine.base();
        let folds = [self.claimed.fold(base).err(), self.open.fold(base).err()];
        folds.into_iter().flatten().next()
    }

    /// Parks an instance with events that cannot be folded any more.
    fn check_stored(&mut self, moment: Moment, out: &mut Out) {
        if let Some(error) = self.unreadable() {
            self.machine
                .park_unreadable(error.describe().into(), moment, out);
        }
    }

    fn refusal(&self, error: FoldError) -> ClientError {
        error.refusal(self.context.address.job, self.context.address.id.as_str())
    }

    /// The batch that collects now, else the one that waits, else what was kept of the last one.
    fn state(&mut self) -> Option<Arc<str>> {
        let base = self.machine.base();
        let batch = if self.machine.has_open_events() {
            &mut self.open
        } else {
            &mut self.claimed
        };
        if !batch.events.is_empty() {
            return J::CODEC.encode(batch.fold(base).ok()?).ok();
        }
        base?;
        J::CODEC.encode(&beginning(base).ok()?).ok()
    }

    fn dead_events(&self, number: u64) -> Vec<DeadEvent> {
        let mut dead = self.dead.iter();
        let found = dead.find(|(other, _)| *other == number);
        let events = found.into_iter().flat_map(|(_, events)| events.iter());
        events
            .map(|kept| DeadEvent {
                event: Json(Arc::clone(&kept.event)),
                event_id: kept.context.event_id.clone(),
                arrived_at: kept.context.arrived_at,
                version: kept.version,
            })
            .collect()
    }

    fn answer(&mut self, moment: Moment, call: DebounceCall, waiter: Waiter) -> Out {
        match call {
            DebounceCall::Add { event } => self.add(moment, vec![event], waiter),
            DebounceCall::AddMany { events } => self.add(moment, events, waiter),
            DebounceCall::Flush => self.machine.flush(moment, waiter),
            DebounceCall::Resume => self.machine.resume(moment, waiter),
            DebounceCall::Clear => {
                self.open.let_go();
                self.machine.clear(moment, waiter)
            }
            DebounceCall::Reset => {
                self.open.let_go();
                self.claimed.fold = None;
                self.machine.reset(moment, waiter)
            }
            DebounceCall::RetryDead { which } => self.machine.retry_dead(which, moment, waiter),
            DebounceCall::PurgeDead { which } => self.machine.purge_dead(which, moment, waiter),
            DebounceCall::Terminate { reason } => self.machine.terminate(reason, waiter),
            DebounceCall::Status => self.machine.answer_status(moment, waiter),
            DebounceCall::State => {
                let state = self.state();
                self.machine.answer_state(state, moment, waiter)
            }
            DebounceCall::DeadLetters { limit } => {
                let events = |number| self.dead_events(number);
                self.machine.answer_dead_letters(limit, events, waiter)
            }
            DebounceCall::FlushHistory { limit } => self.machine.answer_history(limit, waiter),
        }
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
        Call::read::<DebounceCall>(text)
    }

    fn restore(
        context: ActorContext<J::Env>,
        stored: Option<Stored>,
        moment: Moment,
    ) -> Result<(Self, Out), ClientError> {
        let address = context.address.clone();
        let Some(mut stored) = stored else {
            let machine = Machine::absent(Self::SPEC, address);
            return Ok((Self::new(context, machine), Effects::none()));
        };
        let events = std::mem::take(&mut stored.events);
        let cause = Arc::clone(&context.interrupted_by);
        let (machine, mut out) =
            Machine::restore(Self::SPEC, address, stored, &events, &cause, moment)?;
        let mut actor = Self::new(context, machine);
        if actor.exists() {
            actor.take_up(events);
            actor.check_stored(moment, &mut out);
        }
        Ok((actor, out))
    }

    fn call(&mut self, moment: Moment, call: Call, waiter: Waiter) -> Out {
        let Some(call) = call.take::<DebounceCall>() else {
            return Effects::refusal(waiter, self.context.address.wrong_kind());
        };
        if matches!(call, DebounceCall::Flush | DebounceCall::Resume)
            && self.machine.is_parked()
            && let Some(error) = self.unreadable()
        {
            return Effects::refusal(waiter, self.refusal(error));
        }
        let out = self.answer(moment, call, waiter);
        self.arrange();
        out
    }

    fn alarm(&mut self, moment: Moment) -> Out {
        let out = self.machine.alarm(moment);
        self.arrange();
        out
    }

    fn begin(&mut self, Invocation { token }: Invocation) -> BoxFuture<'static, Done<J>> {
        let Some((scope, facts)) = self.flush_scope() else {
            return Box::pin(std::future::pending());
        };
        // The events stay here too, so that what is known of the batch outlives a run that is dropped.
        let batch = Batch {
            events: Arc::clone(&self.claimed.events),
            fold: self.claimed.fold.take(),
        };
        let attempt = Attempt {
            token,
            batch,
            base: self.machine.base().cloned(),
            env: Arc::clone(&self.context.env),
            facts,
        };
        traced(scope, move |scope| Box::pin(flush(attempt, scope)))
    }

    fn finish(&mut self, moment: Moment, done: Done<J>) -> Out {
        let base = self.machine.base().cloned();
        self.claimed = done.batch;
        let mut out = self.machine.finish(moment, done.token, done.finished);
        self.arrange();
        if self.machine.base() != base.as_ref() {
            // What has come meanwhile was folded onto another one.
            (self.open.fold, self.claimed.fold) = (None, None);
            if out.runs.is_empty() {
                self.check_stored(moment, &mut out);
            }
        }
        out
    }

    fn release(&mut self, moment: Moment) -> Out {
        self.machine.release(moment)
    }

    fn exists(&self) -> bool {
        self.machine.record().is_some()
    }

    fn wakes_at(&self) -> Option<Timestamp> {
        self.machine.wakes_at()
    }

    fn rewrite(state: &str) -> Option<Arc<str>> {
        J::CODEC.rewrite(state)
    }
}

impl<J: Debounce> DebounceActor<J> {
    fn flush_scope(&self) -> Option<(Scope, BatchFacts)> {
        let record = self.machine.record()?;
        let run = record.life.run.as_ref()?;
        let (claim, total_events) = record.claimed()?;
        let scope = Scope::of_run(&self.context, &record.life, run);
        let facts = BatchFacts {
            tally: claim.tally,
            reason: claim.reason,
            total_events,
            flush_count: record.flush_count,
        };
        Some((scope, facts))
    }
}
