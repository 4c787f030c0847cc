//! How a life ends: by a call, by a run, or because its state says so.

use std::sync::Arc;

use super::{Asker, Machine, Out, Record};
use crate::{
    Timestamp,
    continuous::{ContinuousSpec, Stopped},
    core::{Attempts, Effect, Living, Moment, Phase, Run, StateChange, Waiter, Wake},
    telemetry::Happening,
    wire::{Answer, RunOutcome, Status},
};

/// The reason of a stop that the state has asked for.
pub(super) const SHOULD_STOP: &str = "should_stop";

impl Machine {
    /// Whether the life has ended, and its state is kept for a while.
    pub(super) fn has_stopped(&self) -> bool {
        self.living
            .as_ref()
            .is_some_and(|living| living.record.has_stopped())
    }

    /// Whether the life ends or has ended: it runs no more.
    pub(super) fn is_ending(&self) -> bool {
        self.living
            .as_ref()
            .is_some_and(|living| living.record.stop_reason.is_some())
    }

    pub(super) fn stop(&mut self, moment: Moment, reason: String, waiter: Waiter, out: &mut Out) {
        let refused = match self.status() {
            Status::NotFound => Some("not_found"),
            Status::Stopped => Some("already_stopped"),
            _ => None,
        };
        if let Some(reason) = refused {
            let stopped = Stopped {
                stopped: false,
                reason: reason.to_owned(),
                status: self.status(),
            };
            return out.reply(waiter, Answer::of(stopped));
        }
        if self.is_ending() && self.status() == Status::Running {
            return self.waiting.push(Asker::Stop(waiter));
        }
        self.waiting_next.push(Asker::Stop(waiter));
        match self.is_ending() {
            true => self.stop_now(moment, out),
            false => self.begin_stop(reason.into(), moment, out),
        }
    }

    /// Runs nothing more but `on_stop`; a run that is out is fenced and dropped.
    pub(super) fn begin_stop(&mut self, reason: Arc<str>, moment: Moment, out: &mut Out) {
        let dropped = self.attempt_that_is_out();
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        if record.life.is_running() {
            out.list.push(Effect::Abandon);
            let reason = reason.to_string();
            self.note_run(dropped, RunOutcome::Stopped { reason }, None, moment, out);
        }
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        record.stop_reason = Some(reason);
        record.life.phase = Phase::Active;
        record.clear_timers();
        record.life.run = Some(Run::new(record.life.runs_begun, moment.now, 0));
        self.waiting_next.append(&mut self.waiting);
        self.refuse_new_states(out);
        self.stop_now(moment, out);
    }

    /// Calls `on_stop`, as the first attempt; where attempts begin at the alarm only, then.
    fn stop_now(&mut self, moment: Moment, out: &mut Out) {
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        record.life.run.iter_mut().for_each(Run::reset);
        if moment.attempts == Attempts::Now {
            return self.begin_attempt(moment, out);
        }
        record.life.timers.set(Wake::Retry, moment.now);
        self.save(moment, StateChange::Unchanged, out);
    }

    /// Ends the life after `on_stop`, also if that has failed for good: nothing keeps a stop from its end.
    pub(super) fn conclude_stop(&mut self, change: StateChange, moment: Moment, out: &mut Out) {
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        record.life.end_run();
        record.clear_timers();
        let reason = record.stop_reason.as_deref().unwrap_or_default().to_owned();
        out.tell(Happening::Stopped {
            reason: reason.clone(),
        });
        let outcome = RunOutcome::Stopped { reason };
        let Some(retain) = self.spec.retain else {
            return self.erase(outcome, out);
        };
        record.life.timers.set(Wake::Expiry, moment.now + retain);
        self.save(moment, change, out);
        self.waiting.append(&mut self.waiting_next);
        self.answer_waiting(&outcome, out);
    }

    /// Deletes what is left of a life that has ended, once its time has passed.
    pub(super) fn expire(&mut self, moment: Moment, out: &mut Out) {
        let expired = self
            .life()
            .and_then(|life| life.timers.due(Wake::Expiry, moment.now));
        if expired.is_some() {
            let reason = String::new();
            self.erase(RunOutcome::Stopped { reason }, out);
        }
    }

    /// The answer of a stop: by the outcome, else by what is to become of it.
    pub(super) fn stopped(&self, outcome: Option<RunOutcome>) -> Answer {
        let recorded = || {
            let living = self.living.as_ref()?;
            living.record.stop_reason.as_deref().map(str::to_owned)
        };
        let reason = match outcome {
            Some(RunOutcome::Stopped { reason } | RunOutcome::Terminated { reason }) => reason,
            _ => recorded().unwrap_or_default(),
        };
        Answer::of(Stopped {
            stopped: true,
            reason,
            status: self.status(),
        })
    }
}

impl Record {
    pub(super) fn has_stopped(&self) -> bool {
        self.stop_reason.is_some() && self.life.run.is_none()
    }

    /// A clock that ran ahead when the life ended must not keep its state for longer than was asked for.
    pub(super) fn pull_in_expiry(&mut self, spec: &ContinuousSpec, now: Timestamp) {
        if let (Some(at), Some(retain)) = (self.life.timers.get(Wake::Expiry), spec.retain) {
            self.life.timers.set(Wake::Expiry, at.min(now + retain));
        }
    }

    fn clear_timers(&mut self) {
        self.life.timers = Default::default();
        self.put_off_ms = None;
    }
}
