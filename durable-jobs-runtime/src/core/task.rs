//! The decisions of a task.

mod calls;
mod events;
mod runs;

use std::{collections::VecDeque, sync::Arc};

use super::{
    CLOCK_WAS_AHEAD, Effects, EventIds, History, Life, Living, Moment, Phase, Restored, Run,
    StateChange, Token, Waiter, Wake,
};
use crate::{
    Address, ClientError, Incarnation, Timestamp,
    json::json_fields,
    run_record::OpenRecord,
    storage::Stored,
    task::{PendingTimers, TaskCall, TaskSpec, UnnamedTimer, shown},
    telemetry::Happening,
    wire::Status,
};

pub(crate) use self::{
    events::EventFinished,
    runs::{Finished, HandlerOutput},
};

/// The most events that wait in memory while a handler is out; more are refused.
const MAX_QUEUED: usize = 10_000;

/// Which handler to call.
#[derive(Clone, Debug)]
pub(crate) enum Invocation {
    /// `on_event`, without a mark: what its commit does not hold has not happened.
    Event {
        event: Arc<str>,
        /// What tells it from every other event, for its idempotency key.
        name: String,
        life: NewLife,
    },
    /// `execute`, after its mark.
    Execute { token: Token },
}

/// The life that an event would begin, if there is none yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewLife {
    pub(crate) incarnation: Incarnation,
    pub(crate) created_at: Timestamp,
}

type Out = Effects<Invocation>;

/// Decides for one instance of a task.
#[derive(Debug)]
pub(crate) struct Machine {
    spec: &'static TaskSpec,
    address: Address,
    living: Option<Living<Record>>,
    event_ids: EventIds,
    /// The event whose handler is out.
    handling: Option<Handling>,
    /// Events that wait for their turn, unacknowledged.
    queue: VecDeque<QueuedEvent>,
    /// Callers who wait for the run that is out.
    waiting: Vec<Waiter>,
    /// Callers who wait for the run after it.
    waiting_next: Vec<Waiter>,
    history: History,
    /// The attempt whose end is being decided.
    ending: Option<OpenRecord>,
}

#[derive(Clone, Debug)]
struct Handling {
    life: NewLife,
    event_id: Option<Arc<str>>,
    waiter: Waiter,
}

#[derive(Debug)]
struct QueuedEvent {
    event: Arc<str>,
    event_id: Option<Arc<str>>,
    waiter: Waiter,
}

/// What is stored of an instance besides its state.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) life: Life,
    pub(crate) event_count: u64,
    pub(crate) execute_count: u64,
    /// The timers that are set.
    pub(crate) timers: PendingTimers,
    /// The name of the timer that the run there is stands for; none if somebody has asked for it.
    pub(crate) firing: Option<Arc<str>>,
}
json_fields!(Record {
    life,
    event_count,
    execute_count,
    timers: default,
    firing: default,
});

impl Machine {
    pub(crate) fn absent(spec: &'static TaskSpec, address: Address) -> Self {
        Self {
            spec,
            address,
            living: None,
            event_ids: EventIds::default(),
            handling: None,
            queue: VecDeque::new(),
            waiting: Vec::new(),
            waiting_next: Vec::new(),
            history: History::restore(&[], spec.history),
            ending: None,
        }
    }

    /// Takes an instance up from the store: an attempt that is still open there was
    /// cut off by `cause`.
    pub(crate) fn restore(
        spec: &'static TaskSpec,
        address: Address,
        stored: Stored,
        cause: &Arc<str>,
        moment: Moment,
    ) -> Result<(Self, Out), ClientError> {
        let Restored {
            mut record,
            state,
            state_version,
        } = Restored::<Record>::read(&address, &stored, spec.version)?;
        record.adopt_schedule();
        let state = state.unwrap_or_else(|| "null".into());
        let mut machine = Self::absent(spec, address);
        machine.living = Some(Living {
            record,
            state,
            state_version,
        });
        machine.event_ids = EventIds::restore(stored.event_ids);
        machine.history = History::restore(&stored.items, spec.history);
        let mut out = Effects::none();
        machine.distrust_the_clock(moment, &mut out);
        machine.recover(cause, moment, &mut out);
        Ok((machine, out))
    }

    /// Answers a call.
    pub(crate) fn call(&mut self, moment: Moment, call: TaskCall, waiter: Waiter) -> Out {
        let mut out = Effects::none();
        self.distrust_the_clock(moment, &mut out);
        match call {
            TaskCall::Send { event } => {
                let queued = QueuedEvent {
                    event: event.event.0,
                    event_id: event.event_id,
                    waiter,
                };
                self.send(queued, moment, &mut out);
            }
            TaskCall::Trigger => self.trigger(moment, waiter, &mut out),
            TaskCall::Resume => self.resume(moment, waiter, &mut out),
            TaskCall::Terminate { reason } => self.terminate(reason, waiter, &mut out),
            TaskCall::Status => self.answer_status(waiter, &mut out),
            TaskCall::State => self.show_state(None, waiter, &mut out),
            TaskCall::History { limit } => self.answer_history(limit, waiter, &mut out),
        }
        out
    }

    /// Runs what is due. Too early, or with a handler out, it does nothing.
    pub(crate) fn alarm(&mut self, moment: Moment) -> Out {
        let mut out = Effects::none();
        self.distrust_the_clock(moment, &mut out);
        self.take_next_step(moment, &mut out);
        out
    }

    /// Timers that were set by a clock that ran ahead keep the wait that they had.
    fn distrust_the_clock(&mut self, moment: Moment, out: &mut Out) {
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        let Some(ahead) = record.life.clock_ran_ahead(moment.now) else {
            return;
        };
        record.life.pull_in_retry(moment.now);
        record.timers.pull_in(ahead);
        self.save(moment, StateChange::Unchanged, out);
        out.tell(Happening::Reanchored {
            reason: CLOCK_WAS_AHEAD.into(),
        });
    }

    pub(crate) fn record(&self) -> Option<&Record> {
        self.living.as_ref().map(|living| &living.record)
    }

    /// When the earliest timer is due that can lead to something.
    pub(crate) fn wakes_at(&self) -> Option<Timestamp> {
        super::Record::wake_at(self.record()?)
    }

    /// The state as it was last decided, with its version.
    pub(crate) fn state(&self) -> Option<(&Arc<str>, u32)> {
        self.living
            .as_ref()
            .map(|living| (&living.state, living.state_version))
    }

    fn life(&self) -> Option<&Life> {
        self.record().map(|record| &record.life)
    }

    /// The timers that are set.
    pub(crate) fn timers(&self) -> Option<&PendingTimers> {
        self.record().map(|record| &record.timers)
    }

    /// The record of the attempt that is out, if it is for the history. One that is not kept any more is taken away
    /// with the first end of an attempt.
    fn attempt_that_is_out(&self) -> Option<OpenRecord> {
        let keeps = self.spec.history > 0 || !self.history.is_empty();
        self.record().filter(|_| keeps)?.open_record(&self.address)
    }

    /// Whether a handler is out.
    fn is_busy(&self) -> bool {
        self.handling.is_some() || self.life().is_some_and(Life::is_running)
    }

    fn status(&self) -> Status {
        let Some(Record { life, timers, .. }) = self.record() else {
            return Status::NotFound;
        };
        match life.phase {
            _ if life.is_running() => Status::Running,
            Phase::Parked => Status::Parked,
            _ if life.run.is_some() => Status::Retrying,
            _ if timers.is_empty() && life.timers.get(Wake::Trigger).is_none() => Status::Idle,
            _ => Status::Active,
        }
    }

    fn save(&mut self, moment: Moment, state: StateChange, out: &mut Out) {
        let status = self.status();
        if let Some(living) = &mut self.living {
            out.save(living.row(status, state, moment.now));
        }
    }

    fn names(&self) -> (String, String) {
        (
            self.address.job.to_owned(),
            self.address.id.as_str().to_owned(),
        )
    }

    fn overflow(&self) -> ClientError {
        let (job, id) = self.names();
        ClientError::Overflow {
            job,
            id,
            limit: MAX_QUEUED as u64,
        }
    }
}

impl super::Record for Record {
    fn life(&mut self) -> &mut Life {
        &mut self.life
    }

    /// The earliest timer that can lead to something: `execute` waits while a failed one is to be repeated.
    fn wake_at(&self) -> Option<Timestamp> {
        let timers = &self.life.timers;
        match (self.life.phase, &self.life.run) {
            (_, Some(run)) if run.is_open() => timers.get(Wake::Recovery),
            (Phase::Parked, _) => None,
            (_, Some(_)) => timers.earliest_of(&[Wake::Trigger, Wake::Retry]),
            (_, None) => {
                let triggered = timers.get(Wake::Trigger);
                self.timers.earliest().into_iter().chain(triggered).min()
            }
        }
    }
}

impl Record {
    /// The run that is out or owed.
    pub(crate) fn run(&self) -> Option<&Run> {
        self.life.run.as_ref()
    }

    /// Begins a run for a timer, or for somebody who has asked for it.
    fn new_run(&mut self, timer: Option<Arc<str>>, scheduled_for: Timestamp) {
        self.firing = timer;
        self.life.new_run(scheduled_for, 0);
    }

    /// The record of the attempt that is out.
    fn open_record(&self, address: &Address) -> Option<OpenRecord> {
        let open = OpenRecord::of(address, &self.life)?;
        Some(open.for_timer(self.firing.as_deref().and_then(shown)))
    }

    /// Ends the run there is.
    fn end_run(&mut self) {
        self.firing = None;
        self.life.end_run();
    }

    /// Takes over the timer of a row that was written when a task had but one.
    fn adopt_schedule(&mut self) {
        if let Some(at) = self.life.timers.get(Wake::Schedule) {
            self.life.timers.clear(Wake::Schedule);
            self.timers.set(UnnamedTimer::NAME, at);
        }
    }
}
