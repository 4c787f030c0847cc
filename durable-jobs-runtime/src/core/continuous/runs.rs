//! How the runs of a continuous job begin and end.

use std::sync::Arc;

use super::{Effects, Invocation, Machine, Out, Wishes, Work, stops::SHOULD_STOP};
use crate::{
    ErrorAction, OnExhausted,
    continuous::{Next, OnRecovery},
    core::{
        Attempts, Effect, Failure, GiveUp, Living, Moment, Phase, StateChange, Token, Verdict, Wake,
    },
    run_record::OpenRecord,
    telemetry::Happening,
    wire::RunOutcome,
};

/// How an attempt ended.
#[derive(Debug)]
pub(crate) enum Finished {
    /// `execute` succeeded.
    Ran {
        next: Next,
        state: Arc<str>,
        wishes: Wishes,
        emitted: Vec<Effect>,
    },
    /// `on_stop` succeeded.
    Stopped {
        state: Arc<str>,
        emitted: Vec<Effect>,
    },
    /// The handler failed; `state` is what `on_error` made of the rolled-back one, and what it asks for.
    Failed {
        failure: Failure,
        state: Option<(Arc<str>, Wishes)>,
        emitted: Vec<Effect>,
    },
    /// The stored state does not decode.
    Undecodable { error: Arc<str> },
}

/// An attempt that has ended.
struct Ended {
    /// Whether its handlers have changed the state.
    change: StateChange,
    /// What is kept of it, if its run ends with it.
    attempt: Option<OpenRecord>,
}

impl Machine {
    /// Counts an attempt that was open when the instance was taken up.
    pub(super) fn recover(&mut self, cause: &Arc<str>, moment: Moment, out: &mut Out) {
        let (spec, attempt) = (self.spec, self.attempt_that_is_out());
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        if record.life.is_running() {
            let stops = record.stop_reason.is_some();
            let (verdict, told) = match spec.on_recovery {
                OnRecovery::Skip if !stops => record.life.forsake_attempt(cause),
                _ => record.life.interrupt_attempt(
                    cause,
                    spec.retry.as_ref(),
                    spec.on_exhausted,
                    moment,
                ),
            };
            out.tell_all(told);
            let change = StateChange::Unchanged;
            self.follow_verdict(verdict, Ended { change, attempt }, moment, out);
        }
    }

    pub(super) fn run_what_is_due(&mut self, moment: Moment, out: &mut Out) {
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        if record.has_stopped() {
            return self.expire(moment, out);
        }
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
        } else if record.slot_is_due_at().is_some_and(|at| at <= now)
            && let Some(slot) = life.timers.get(Wake::Schedule)
        {
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

    /// The mark of the attempt is saved before the handler is called.
    pub(super) fn begin_attempt(&mut self, moment: Moment, out: &mut Out) {
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        let Some(token) = record.life.begin_attempt(moment.now) else {
            return;
        };
        let work = match &record.stop_reason {
            Some(reason) => Work::Stop {
                reason: Arc::clone(reason),
            },
            None if record.owes_on_start => Work::FirstRun,
            None => Work::Run,
        };
        self.waiting.append(&mut self.waiting_next);
        self.save(moment, StateChange::Unchanged, out);
        out.run_marked(Invocation { token, work });
    }

    /// Takes the result of an attempt, unless it is fenced.
    pub(crate) fn finish(&mut self, moment: Moment, token: Token, finished: Finished) -> Out {
        let mut out = Effects::none();
        self.distrust_the_clock(moment, &mut out);
        if self.life().is_some_and(|life| life.is_attempt(token)) {
            match finished {
                Finished::Ran {
                    next,
                    state,
                    wishes,
                    emitted,
                } => {
                    let next = match (wishes.stop, next) {
                        (true, next) if !matches!(next, Next::Stop { .. }) => {
                            Next::stop(SHOULD_STOP)
                        }
                        (_, next) => next,
                    };
                    out.tell_all(self.life().and_then(|life| life.executed(moment.now)));
                    out.extend(emitted);
                    self.succeed(next, state, wishes, moment, &mut out);
                }
                Finished::Stopped { state, emitted } => {
                    out.extend(emitted);
                    let change = self.change_state(state);
                    self.conclude_stop(change, moment, &mut out);
                }
                Finished::Failed {
                    failure,
                    state,
                    emitted,
                } => {
                    out.extend(emitted);
                    self.fail(failure, state, moment, &mut out);
                }
                Finished::Undecodable { error } => self.give_in(error, moment, &mut out),
            }
            self.take_new_states(moment, &mut out);
            self.run_what_is_due(moment, &mut out);
        }
        out
    }

    fn succeed(
        &mut self,
        next: Next,
        state: Arc<str>,
        wishes: Wishes,
        moment: Moment,
        out: &mut Out,
    ) {
        let (change, attempt) = (self.change_state(state), self.attempt_that_is_out());
        let (spec, address) = (self.spec, &self.address);
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        record.consecutive_failures = 0;
        record.owes_on_start = false;
        record.keep_interval(wishes.interval);
        record.life.end_run();
        if let Next::Stop { reason } = next {
            let outcome = RunOutcome::Stopped {
                reason: reason.clone(),
            };
            self.note_run(attempt, outcome, None, moment, out);
            self.save(moment, change, out);
            return self.begin_stop(reason.into(), moment, out);
        }
        let outcome = record.follow(next, spec, address, moment.now);
        match record.slot_is_due_at() {
            Some(at) => out.tell(Happening::Scheduled { at }),
            None if outcome == RunOutcome::Paused => out.tell(Happening::Paused),
            None => {}
        }
        self.note_run(attempt, outcome.clone(), None, moment, out);
        self.save(moment, change, out);
        self.answer_waiting(&outcome, out);
    }

    /// What is to be kept of the attempt that is out, if its run ends with it.
    pub(super) fn attempt_that_is_out(&self) -> Option<OpenRecord> {
        let keeps = self.spec.history > 0 && !self.is_ending();
        keeps
            .then(|| OpenRecord::of(&self.address, self.life()?))
            .flatten()
    }

    /// Keeps a run that has ended.
    pub(super) fn note_run(
        &mut self,
        attempt: Option<OpenRecord>,
        outcome: RunOutcome,
        error: Option<Arc<str>>,
        moment: Moment,
        out: &mut Out,
    ) {
        if let Some(attempt) = attempt {
            let run = attempt.end(moment.now, outcome, error);
            self.history.push(&run, |write| out.write(write));
        }
    }

    fn change_state(&mut self, state: Arc<str>) -> StateChange {
        let version = self.spec.version;
        self.living
            .as_mut()
            .map_or(StateChange::Unchanged, |living| {
                living.change_state(state, version)
            })
    }

    fn fail(
        &mut self,
        mut failure: Failure,
        state: Option<(Arc<str>, Wishes)>,
        moment: Moment,
        out: &mut Out,
    ) {
        let (spec, attempt) = (self.spec, self.attempt_that_is_out());
        let stops = !self.is_ending() && state.as_ref().is_some_and(|(_, wishes)| wishes.stop);
        let change = state.map_or(StateChange::Unchanged, |(state, _)| {
            self.change_state(state)
        });
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        if stops {
            failure.action = ErrorAction::SkipRun;
        }
        let (verdict, told) =
            record
                .life
                .fail_attempt(&failure, spec.retry.as_ref(), spec.on_exhausted, moment);
        out.tell_all(told);
        if stops {
            record.consecutive_failures = record.consecutive_failures.saturating_add(1);
            let error = record.life.last_error.clone();
            self.note_run(attempt, RunOutcome::Failed, error, moment, out);
            self.save(moment, change, out);
            return self.begin_stop(SHOULD_STOP.into(), moment, out);
        }
        self.follow_verdict(verdict, Ended { change, attempt }, moment, out);
    }

    /// A state that does not decode is kept as it is, until somebody has mended it or has ended the instance.
    fn give_in(&mut self, error: Arc<str>, moment: Moment, out: &mut Out) {
        if !self.is_ending() {
            let (change, attempt) = (StateChange::Unchanged, self.attempt_that_is_out());
            return self.park(error, Ended { change, attempt }, moment, out);
        }
        if let Some(Living { record, .. }) = &mut self.living {
            record.life.last_error = Some(error);
        }
        self.conclude_stop(StateChange::Unchanged, moment, out);
    }

    fn follow_verdict(&mut self, verdict: Verdict, ended: Ended, moment: Moment, out: &mut Out) {
        let GiveUp { how, reason, .. } = match verdict {
            Verdict::Retry { at } => {
                self.save(moment, ended.change, out);
                return self.answer_waiting(&RunOutcome::Retrying { at }, out);
            }
            Verdict::GiveUp(_) if self.is_ending() => {
                return self.conclude_stop(ended.change, moment, out);
            }
            Verdict::GiveUp(give_up) => give_up,
        };
        let error = self.life().and_then(|life| life.last_error.clone());
        match how {
            OnExhausted::SkipRun => self.skip_run(error, ended, moment, out),
            OnExhausted::Park => self.park(error.unwrap_or_default(), ended, moment, out),
            OnExhausted::Terminate => {
                let reason = reason.unwrap_or_else(|| "retries exhausted".to_owned());
                self.tell_terminated(&reason, out);
                self.erase(RunOutcome::Terminated { reason }, out);
            }
        }
    }

    /// Goes on with the next slot, unless too many runs in a row have failed.
    fn skip_run(&mut self, error: Option<Arc<str>>, ended: Ended, moment: Moment, out: &mut Out) {
        let (spec, address) = (self.spec, &self.address);
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        let failures = record.consecutive_failures.saturating_add(1);
        if spec
            .max_consecutive_failures
            .is_some_and(|most| failures >= most)
        {
            return self.park(error.unwrap_or_default(), ended, moment, out);
        }
        record.consecutive_failures = failures;
        record.life.end_run();
        record.follow(Next::Scheduled, spec, address, moment.now);
        self.note_run(ended.attempt, RunOutcome::Failed, error, moment, out);
        self.save(moment, ended.change, out);
        self.answer_waiting(&RunOutcome::Failed, out);
    }

    fn park(&mut self, error: Arc<str>, ended: Ended, moment: Moment, out: &mut Out) {
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        record.consecutive_failures = record.consecutive_failures.saturating_add(1);
        out.tell(record.life.park(Arc::clone(&error)));
        self.note_run(ended.attempt, RunOutcome::Parked, Some(error), moment, out);
        self.save(moment, ended.change, out);
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
            // Whoever brought them is told that the host stops.
            self.new_states.clear();
            out.list.push(Effect::Abandon);
            self.save(moment, StateChange::Unchanged, &mut out);
        }
        out
    }
}
