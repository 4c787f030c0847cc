//! How the runs of a continuous job begin and end.

use std::{sync::Arc, time::Duration};

use super::{Effects, Invocation, Machine, Out, Record};
use crate::{
    OnExhausted, Timestamp,
    continuous::{ContinuousSpec, Next},
    core::{Attempts, Failure, GiveUp, Living, Moment, Phase, StateChange, Token, Verdict, Wake},
    telemetry::Happening,
    wire::RunOutcome,
};

/// How an attempt ended.
#[derive(Debug)]
pub(crate) enum Finished {
    /// `execute` succeeded.
    Ok {
        next: Next,
        state: Arc<str>,
        emitted: Vec<Happening>,
    },
    /// It failed; `state` is what `on_error` made of the rolled-back one, if it changed it.
    Failed {
        failure: Failure,
        state: Option<Arc<str>>,
    },
    /// The stored state does not decode.
    Undecodable { error: Arc<str> },
}

impl Machine {
    /// Counts an attempt that was open when the instance was taken up.
    pub(super) fn recover(&mut self, cause: &Arc<str>, moment: Moment, out: &mut Out) {
        let spec = self.spec;
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        if record.life.is_running() {
            let (verdict, told) = record.life.interrupt_attempt(
                cause,
                spec.retry.as_ref(),
                spec.on_exhausted,
                moment,
            );
            out.tell_all(told);
            self.follow_verdict(verdict, StateChange::Unchanged, moment, out);
        }
    }

    pub(super) fn run_what_is_due(&mut self, moment: Moment, out: &mut Out) {
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        let (life, now) = (&record.life, moment.now);
        if life.is_running() {
            return;
        }
        if life.phase == Phase::Paused && life.timers.due(Wake::Resume, now).is_some() {
            self.reactivate(moment, out);
            return self.dismiss_waiting(out);
        }
        if life.phase != Phase::Active {
            return self.dismiss_waiting(out);
        }
        if moment.attempts == Attempts::AtAlarm {
            return;
        }
        if life.timers.due(Wake::Trigger, now).is_some() {
            self.run_now(moment, out);
        } else if life.run.is_some() {
            if life.timers.due(Wake::Retry, now).is_some() {
                self.begin_attempt(moment, out);
            }
        } else if let Some(slot) = life.timers.due(Wake::Schedule, now) {
            self.run_slot(slot, moment, out);
        }
    }

    /// A run outside the schedule, which moves no slot; of a run that waits for another attempt, the first anew.
    pub(super) fn run_now(&mut self, moment: Moment, out: &mut Out) {
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        record.life.timers.clear(Wake::Trigger);
        match &mut record.life.run {
            Some(run) => run.reset(),
            None => record.life.new_run(moment.now, 0),
        }
        self.begin_attempt(moment, out);
    }

    /// One run for the slot that is due and all that passed since.
    fn run_slot(&mut self, slot: Timestamp, moment: Moment, out: &mut Out) {
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        let (latest, passed) = self.spec.schedule.latest_slot(slot, moment.now);
        record.life.timers.clear(Wake::Schedule);
        record.last_slot = Some(latest);
        record
            .life
            .new_run(latest, passed.saturating_add(record.skipped));
        record.skipped = 0;
        self.begin_attempt(moment, out);
    }

    /// The mark of the attempt is saved before the handler is called.
    fn begin_attempt(&mut self, moment: Moment, out: &mut Out) {
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        let Some(token) = record.life.begin_attempt(moment.now) else {
            return;
        };
        self.waiting.append(&mut self.waiting_next);
        self.save(moment, StateChange::Unchanged, out);
        out.run_marked(Invocation { token });
    }

    /// Takes the result of an attempt, unless it is fenced.
    pub(crate) fn finish(&mut self, moment: Moment, token: Token, finished: Finished) -> Out {
        let mut out = Effects::none();
        self.distrust_the_clock(moment, &mut out);
        if self.life().is_some_and(|life| life.is_attempt(token)) {
            match finished {
                Finished::Ok {
                    next,
                    state,
                    emitted,
                } => {
                    self.succeed(next, state, emitted, moment, &mut out);
                }
                Finished::Failed { failure, state } => self.fail(&failure, state, moment, &mut out),
                Finished::Undecodable { error } => {
                    self.park(error, StateChange::Unchanged, moment, &mut out)
                }
            }
            self.run_what_is_due(moment, &mut out);
        }
        out
    }

    fn succeed(
        &mut self,
        next: Next,
        state: Arc<str>,
        emitted: Vec<Happening>,
        moment: Moment,
        out: &mut Out,
    ) {
        let spec = self.spec;
        let Some(living) = &mut self.living else {
            return;
        };
        out.tell_all(living.record.life.executed(moment.now));
        out.tell_all(emitted);
        let change = living.take_state(state, spec.version);
        let record = &mut living.record;
        record.consecutive_failures = 0;
        record.life.end_run();
        if let Next::Stop { reason } = next {
            out.tell(Happening::Stopped {
                reason: reason.clone(),
            });
            return self.erase(RunOutcome::Stopped { reason }, out);
        }
        let outcome = record.follow(next, spec, moment.now);
        match record.life.timers.get(Wake::Schedule) {
            Some(at) => out.tell(Happening::Scheduled { at }),
            None if outcome == RunOutcome::Paused => out.tell(Happening::Paused),
            None => {}
        }
        self.save(moment, change, out);
        self.answer_waiting(&outcome, out);
    }

    fn fail(&mut self, failure: &Failure, state: Option<Arc<str>>, moment: Moment, out: &mut Out) {
        let spec = self.spec;
        let Some(living) = &mut self.living else {
            return;
        };
        let change = match state {
            Some(state) => living.take_state(state, spec.version),
            None => StateChange::Unchanged,
        };
        let (verdict, told) = living.record.life.fail_attempt(
            failure,
            spec.retry.as_ref(),
            spec.on_exhausted,
            moment,
        );
        out.tell_all(told);
        self.follow_verdict(verdict, change, moment, out);
    }

    fn follow_verdict(
        &mut self,
        verdict: Verdict,
        change: StateChange,
        moment: Moment,
        out: &mut Out,
    ) {
        match verdict {
            Verdict::Retry { at } => {
                self.save(moment, change, out);
                self.answer_waiting(&RunOutcome::Retrying { at }, out);
            }
            Verdict::GiveUp(GiveUp {
                how: OnExhausted::SkipRun,
                ..
            }) => {
                self.skip_run(change, moment, out);
            }
            Verdict::GiveUp(GiveUp {
                how: OnExhausted::Park,
                ..
            }) => {
                let error = self.life().and_then(|life| life.last_error.clone());
                self.park(error.unwrap_or_default(), change, moment, out);
            }
            Verdict::GiveUp(GiveUp {
                how: OnExhausted::Terminate,
                reason,
                ..
            }) => {
                let reason = reason.unwrap_or_else(|| "retries exhausted".to_owned());
                self.tell_terminated(&reason, out);
                self.erase(RunOutcome::Terminated { reason }, out);
            }
        }
    }

    fn skip_run(&mut self, change: StateChange, moment: Moment, out: &mut Out) {
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        record.consecutive_failures = record.consecutive_failures.saturating_add(1);
        record.life.end_run();
        record.follow(Next::Scheduled, self.spec, moment.now);
        self.save(moment, change, out);
        self.answer_waiting(&RunOutcome::Failed, out);
    }

    fn park(&mut self, error: Arc<str>, change: StateChange, moment: Moment, out: &mut Out) {
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        record.consecutive_failures = record.consecutive_failures.saturating_add(1);
        out.tell(record.life.park(error));
        self.save(moment, change, out);
        self.answer_waiting(&RunOutcome::Parked, out);
        self.dismiss_waiting(out);
    }

    /// Puts the run that is out back, to be run again at once: the host stops.
    pub(crate) fn release(&mut self, moment: Moment) -> Out {
        let mut out = Effects::none();
        let Some(Living { record, .. }) = &mut self.living else {
            return out;
        };
        if record.life.is_running() {
            record.life.release_attempt(moment.now);
            out.list.push(crate::core::Effect::Abandon);
            self.save(moment, StateChange::Unchanged, &mut out);
        }
        out
    }
}

impl Record {
    /// Sets what follows a run that has ended.
    fn follow(&mut self, next: Next, spec: &ContinuousSpec, now: Timestamp) -> RunOutcome {
        match next {
            _ if self.life.phase == Phase::Paused => {}
            Next::Pause { until } => {
                self.pause(until);
                return RunOutcome::Paused;
            }
            Next::After(delay) => self.set_slot(Some(now + delay)),
            Next::At(time) => self.set_slot(Some(time.max(now))),
            Next::Scheduled | Next::Stop { .. } => self.schedule_next_slot(spec, now),
        }
        RunOutcome::Completed
    }

    /// The next slot of the series; those that passed during the run are skipped and counted.
    fn schedule_next_slot(&mut self, spec: &ContinuousSpec, now: Timestamp) {
        if self.life.timers.get(Wake::Schedule).is_some() {
            return;
        }
        let last = self.last_slot.unwrap_or(now);
        // A slot at this very millisecond has not passed.
        let passed_by = now - Duration::from_millis(1);
        let (latest, passed) = spec.schedule.latest_slot(last, passed_by);
        self.skipped = passed;
        self.last_slot = Some(latest);
        self.set_slot(spec.schedule.slot_after(last, passed_by));
    }
}
