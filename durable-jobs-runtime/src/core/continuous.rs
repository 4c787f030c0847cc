//! The decisions of a continuous job.

mod calls;
mod changes;
mod runs;
mod slots;
mod stops;

use std::{sync::Arc, time::Duration};

use super::{
    CLOCK_WAS_AHEAD, Effects, History, Life, Living, Moment, Phase, Restored, StateChange, Token,
    Waiter, Wake,
};
use crate::{
    Address, ClientError, Timestamp,
    continuous::{ContinuousCall, ContinuousSpec},
    json::json_fields,
    storage::Stored,
    telemetry::Happening,
    wire::Status,
};

pub(crate) use changes::NewState;
pub(crate) use runs::Finished;

/// What an attempt of a continuous job needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    pub(crate) token: Token,
    pub(crate) work: Work,
}

/// What an attempt does.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    /// It runs the job for the first time in its life: `on_start`, then `execute`.
    FirstRun,
    /// It runs the job: `execute`.
    Run,
    /// It ends the life: `on_stop`.
    Stop { reason: Arc<str> },
}

/// What the state itself asks for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wishes {
    /// `should_stop`.
    pub(crate) stop: bool,
    /// `next_interval`.
    pub(crate) interval: Option<Duration>,
}

type Out = Effects<Invocation>;

/// Decides for one instance of a continuous job.
#[derive(Debug)]
pub(crate) struct Machine {
    spec: &'static ContinuousSpec,
    address: Address,
    living: Option<Living<Record>>,
    /// Callers who wait for the run that is out.
    waiting: Vec<Asker>,
    /// Callers who wait for the run after it.
    waiting_next: Vec<Asker>,
    /// States that wait for the end of the run that is out.
    new_states: Vec<(NewState, Waiter)>,
    history: History,
}

/// A caller who waits for a run, and which answer it wants.
#[derive(Clone, Copy, Debug)]
enum Asker {
    Trigger(Waiter),
    Start(Waiter),
    Stop(Waiter),
    SetState(Waiter),
}

/// What is stored of an instance besides its state.
#[derive(Clone, Debug, PartialEq)]
struct Record {
    life: Life,
    /// The schedule that the timers were set by.
    schedule: String,
    /// The last slot that was fired or passed over.
    last_slot: Option<Timestamp>,
    /// Slots that passed during the last run.
    skipped: u64,
    /// Runs in a row that failed for good.
    consecutive_failures: u32,
    /// By how much the run of the slot that is set is put off.
    put_off_ms: Option<u64>,
    /// The interval that the state has asked for, in place of the attribute's.
    interval_ms: Option<u64>,
    /// How often the state was changed in this life.
    changes: u64,
    /// Whether `on_start` is still to be called.
    owes_on_start: bool,
    /// Why it stops, while there is a run, or has stopped.
    stop_reason: Option<Arc<str>>,
}
json_fields!(Record {
    life,
    schedule,
    last_slot: default,
    skipped,
    consecutive_failures,
    put_off_ms: default,
    interval_ms: default,
    changes: default,
    owes_on_start: default,
    stop_reason: default,
});

impl Machine {
    pub(crate) fn absent(spec: &'static ContinuousSpec, address: Address) -> Self {
        Self {
            spec,
            address,
            living: None,
            waiting: Vec::new(),
            waiting_next: Vec::new(),
            new_states: Vec::new(),
            history: History::restore(&[], spec.history),
        }
    }

    /// Takes an instance up from the store: an attempt that is still open there was
    /// cut off by `cause`.
    pub(crate) fn restore(
        spec: &'static ContinuousSpec,
        address: Address,
        stored: &Stored,
        cause: &Arc<str>,
        moment: Moment,
    ) -> Result<(Self, Out), ClientError> {
        let Restored {
            record,
            state,
            state_version,
        } = Restored::read(&address, stored, spec.version)?;
        let state = state.unwrap_or_else(|| "null".into());
        let mut machine = Self::absent(spec, address);
        machine.history = History::restore(&stored.items, spec.history);
        machine.living = Some(Living {
            record,
            state,
            state_version,
        });
        let mut out = Effects::none();
        machine.distrust_the_clock(moment, &mut out);
        machine.follow_schedule(moment, &mut out);
        machine.recover(cause, moment, &mut out);
        Ok((machine, out))
    }

    /// Answers a call; `wishes` are those of the state that it brings, if it does.
    pub(crate) fn call(
        &mut self,
        moment: Moment,
        call: ContinuousCall,
        wishes: Wishes,
        waiter: Waiter,
    ) -> Out {
        let mut out = Effects::none();
        self.distrust_the_clock(moment, &mut out);
        match call {
            ContinuousCall::Start { state, answer } => {
                self.start(moment, state.0, wishes, answer, waiter, &mut out);
            }
            ContinuousCall::SetState {
                state,
                expected,
                then,
            } => {
                let state = NewState {
                    json: state.0,
                    wishes,
                    expected,
                    then,
                };
                self.set_state(moment, state, waiter, &mut out);
            }
            ContinuousCall::Trigger => self.trigger(moment, waiter, &mut out),
            ContinuousCall::Pause { until } => self.pause(moment, until, waiter, &mut out),
            ContinuousCall::Resume => self.resume(moment, waiter, &mut out),
            ContinuousCall::Stop { reason } => self.stop(moment, reason, waiter, &mut out),
            ContinuousCall::Terminate { reason } => self.terminate(reason, waiter, &mut out),
            ContinuousCall::Status => self.answer_status(waiter, &mut out),
            ContinuousCall::State => self.show_state(None, waiter, &mut out),
            ContinuousCall::History { limit } => self.show_history(limit, waiter, &mut out),
        }
        out
    }

    /// Runs what is due. Too early, or with a run out, it does nothing.
    pub(crate) fn alarm(&mut self, moment: Moment) -> Out {
        let mut out = Effects::none();
        self.distrust_the_clock(moment, &mut out);
        self.run_what_is_due(moment, &mut out);
        out
    }

    /// The state as it was last decided.
    pub(crate) fn state(&self) -> Option<(&Arc<str>, u32)> {
        self.living
            .as_ref()
            .map(|living| (&living.state, living.state_version))
    }

    /// When the earliest timer is due that can lead to something.
    pub(crate) fn wakes_at(&self) -> Option<Timestamp> {
        super::Record::wake_at(&self.living.as_ref()?.record)
    }

    /// The life and the run that an invocation belongs to.
    pub(crate) fn life(&self) -> Option<&Life> {
        self.living.as_ref().map(|living| &living.record.life)
    }

    fn status(&self) -> Status {
        let Some(life) = self.life() else {
            return Status::NotFound;
        };
        match life.phase {
            _ if life.is_running() => Status::Running,
            _ if self.has_stopped() => Status::Stopped,
            Phase::Paused => Status::Paused,
            Phase::Parked => Status::Parked,
            Phase::Active if life.run.is_some() => Status::Retrying,
            Phase::Active => Status::Waiting,
        }
    }

    /// Saves the record; the state too, if it changed.
    fn save(&mut self, moment: Moment, state: StateChange, out: &mut Out) {
        let status = self.status();
        if let Some(living) = &mut self.living {
            out.save(living.row(status, state, moment.now));
        }
    }

    /// A schedule that was changed begins anew at the present and catches nothing up.
    fn follow_schedule(&mut self, moment: Moment, out: &mut Out) {
        let Some(living) = &mut self.living else {
            return;
        };
        let fingerprint = self.spec.schedule.fingerprint();
        if living.record.schedule == fingerprint {
            return;
        }
        living.record.schedule = fingerprint.into_owned();
        self.reanchor("the schedule was changed", moment, out);
    }

    /// A last slot further ahead than any wait comes from a clock that ran ahead, and so does such a timer
    /// in a record that was saved in the future.
    fn distrust_the_clock(&mut self, moment: Moment, out: &mut Out) {
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        let schedule = record.schedule_in_force(self.spec);
        let is_far = |slot: Option<Timestamp>, from: Timestamp| {
            slot.is_some_and(|slot| slot > from + schedule.longest_wait(from))
        };
        let ran_ahead = record.life.clock_ran_ahead(moment.now).is_some();
        if ran_ahead {
            record.life.pull_in_retry(moment.now);
            record.pull_in_expiry(self.spec, moment.now);
        }
        let slot_is_far = is_far(record.last_slot, moment.now);
        if slot_is_far {
            record.last_slot = None;
        }
        // The next slot may lie one wait after the last one, which a small step back leaves ahead.
        let from = record
            .last_slot
            .map_or(moment.now, |last| last.max(moment.now));
        if slot_is_far || (ran_ahead && is_far(record.life.timers.get(Wake::Schedule), from)) {
            self.reanchor(CLOCK_WAS_AHEAD, moment, out);
        } else if ran_ahead {
            self.save(moment, StateChange::Unchanged, out);
        }
    }

    fn reanchor(&mut self, reason: &'static str, moment: Moment, out: &mut Out) {
        let Some(living) = &mut self.living else {
            return;
        };
        if living.record.life.timers.get(Wake::Schedule).is_some() {
            living
                .record
                .anchor_at(moment.now, self.spec, &self.address);
        }
        self.save(moment, StateChange::Unchanged, out);
        out.tell(Happening::Reanchored {
            reason: reason.into(),
        });
    }
}

impl super::Record for Record {
    fn life(&mut self) -> &mut Life {
        &mut self.life
    }

    /// The earliest timer that can lead to something: while a run is out only its recovery, while one
    /// waits for another attempt only that.
    fn wake_at(&self) -> Option<Timestamp> {
        let timers = &self.life.timers;
        let earliest = |one: Option<Timestamp>, other| one.into_iter().chain(other).min();
        match (self.life.phase, &self.life.run) {
            (_, Some(run)) if run.is_open() => timers.get(Wake::Recovery),
            (Phase::Paused, _) => timers.get(Wake::Resume),
            (Phase::Parked, _) => None,
            (Phase::Active, Some(_)) => timers.earliest_of(&[Wake::Trigger, Wake::Retry]),
            (Phase::Active, None) if self.stop_reason.is_some() => timers.get(Wake::Expiry),
            (Phase::Active, None) => earliest(timers.get(Wake::Trigger), self.slot_is_due_at()),
        }
    }
}
