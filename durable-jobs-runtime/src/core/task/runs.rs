//! How the runs of a task begin and end, and what comes next.

use std::sync::Arc;

use super::{Invocation, Machine, Out, Record};
use crate::{
    ClientError, OnExhausted,
    core::{
        Attempts, Effect, Failure, GiveUp, Life, Living, Moment, Phase, StateChange, Token,
        Verdict, Wake,
    },
    task::{PendingTimers, shown},
    telemetry::{Happening, WillRetry},
    wire::RunOutcome,
};

/// What a handler leaves behind to be committed.
#[derive(Debug)]
pub(crate) struct HandlerOutput {
    pub(crate) state: Arc<str>,
    pub(crate) timers: PendingTimers,
    pub(crate) terminate: Option<String>,
    pub(crate) emitted: Vec<Effect>,
}

impl HandlerOutput {
    /// Takes what a handler has left that was called after this one.
    pub(crate) fn follow(&mut self, later: Self) {
        self.emitted.extend(later.emitted);
        (self.state, self.timers, self.terminate) = (later.state, later.timers, later.terminate);
    }
}

/// How an attempt of `execute` ended.
#[derive(Debug)]
pub(crate) enum Finished {
    /// It succeeded.
    Ok(HandlerOutput),
    /// It failed; the output is what `on_error` left.
    Failed {
        failure: Failure,
        output: Option<HandlerOutput>,
    },
    /// The stored state does not decode.
    Undecodable { error: Arc<str> },
}

impl Record {
    /// Tells of the timers that were set or moved. None of them is due before now.
    fn tell_scheduled(&mut self, before: &PendingTimers, moment: Moment, out: &mut Out) {
        for (name, at) in self.timers.clone().iter() {
            if before.at(name) == Some(at) {
                continue;
            }
            let at = at.max(moment.now);
            self.timers.set(name, at);
            let timer = shown(name);
            out.tell(Happening::TaskScheduled { at, timer });
        }
    }
}

impl Machine {
    /// Counts an attempt that was open when the instance was taken up.
    pub(super) fn recover(&mut self, cause: &Arc<str>, moment: Moment, out: &mut Out) {
        let (spec, attempt) = (self.spec, self.attempt_that_is_out());
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        if record.life.is_running() {
            self.ending = attempt;
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

    /// Begins what comes next, if no handler is out: a run that is due, else the next event.
    pub(super) fn take_next_step(&mut self, moment: Moment, out: &mut Out) {
        if self.is_busy() || self.run_what_is_due(moment, out) {
            return;
        }
        while let Some(event) = self.queue.pop_front() {
            if !self.is_duplicate(&event, moment) {
                return self.handle_event(event, moment, out);
            }
            if let Some(event_id) = &event.event_id {
                out.tell(Happening::Duplicate {
                    event_id: Arc::clone(event_id),
                });
            }
            out.reply(event.waiter, self.sent(false, true));
        }
    }

    /// Begins the run that is due, if one is. Says whether it did.
    fn run_what_is_due(&mut self, moment: Moment, out: &mut Out) -> bool {
        let Some(Living { record, .. }) = &mut self.living else {
            return false;
        };
        let (life, now) = (&mut record.life, moment.now);
        if life.phase != Phase::Active {
            self.dismiss_waiting(out);
            return false;
        }
        if moment.attempts == Attempts::AtAlarm {
            return false;
        }
        if life.timers.due(Wake::Trigger, now).is_some() {
            self.run_now(moment, out);
            return true;
        }
        if life.run.is_some() {
            let due = life.timers.due(Wake::Retry, now).is_some();
            if due {
                self.begin_attempt(moment, out);
            }
            return due;
        }
        let Some((timer, due_at)) = record.timers.take_due(now) else {
            return false;
        };
        record.new_run(Some(timer), due_at);
        self.begin_attempt(moment, out);
        true
    }

    /// A run that somebody asked for: the timer stays. Of a run that waits for another attempt, the first anew.
    pub(super) fn run_now(&mut self, moment: Moment, out: &mut Out) {
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        record.life.timers.clear(Wake::Trigger);
        match &mut record.life.run {
            Some(run) => run.reset(),
            None => record.new_run(None, moment.now),
        }
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
        out.run_marked(Invocation::Execute { token });
    }

    /// Takes over state and timers of a handler.
    pub(super) fn apply(
        &mut self,
        output: HandlerOutput,
        moment: Moment,
        out: &mut Out,
    ) -> StateChange {
        let version = self.spec.version;
        out.extend(output.emitted);
        let Some(living) = &mut self.living else {
            return StateChange::Unchanged;
        };
        let before = std::mem::replace(&mut living.record.timers, output.timers);
        living.record.tell_scheduled(&before, moment, out);
        living.take_state(output.state, version)
    }

    /// Takes the result of an attempt of `execute`, unless it is fenced.
    pub(crate) fn finish(&mut self, moment: Moment, token: Token, finished: Finished) -> Out {
        let mut out = Out::none();
        self.distrust_the_clock(moment, &mut out);
        if self.life().is_some_and(|life| life.is_attempt(token)) {
            self.ending = self.attempt_that_is_out();
            match finished {
                Finished::Ok(output) => self.succeed(output, moment, &mut out),
                Finished::Failed { failure, output } => {
                    self.fail(&failure, output, moment, &mut out)
                }
                Finished::Undecodable { error } => {
                    self.park(error, StateChange::Unchanged, moment, &mut out);
                }
            }
            self.take_next_step(moment, &mut out);
        }
        out
    }

    fn succeed(&mut self, output: HandlerOutput, moment: Moment, out: &mut Out) {
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        out.tell_all(record.life.executed(moment.now));
        record.execute_count = record.execute_count.saturating_add(1);
        record.end_run();
        if let Some(reason) = output.terminate {
            out.extend(output.emitted);
            return self.erase(&reason, out);
        }
        let change = self.apply(output, moment, out);
        self.save(moment, change, out);
        self.end_attempt(RunOutcome::Completed, moment, out);
    }

    fn fail(
        &mut self,
        failure: &Failure,
        output: Option<HandlerOutput>,
        moment: Moment,
        out: &mut Out,
    ) {
        let spec = self.spec;
        let change = match output {
            Some(HandlerOutput {
                terminate: Some(reason),
                emitted,
                ..
            }) => {
                out.extend(emitted);
                out.tell(Happening::Failed {
                    error: Arc::clone(&failure.error),
                    will_retry: WillRetry::No,
                    attempt: self.life().map_or(1, Life::attempt),
                });
                return self.erase(&reason, out);
            }
            Some(output) => self.apply(output, moment, out),
            None => StateChange::Unchanged,
        };
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        let (verdict, told) =
            record
                .life
                .fail_attempt(failure, spec.retry.as_ref(), spec.on_exhausted, moment);
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
                self.end_attempt(RunOutcome::Retrying { at }, moment, out);
            }
            Verdict::GiveUp(GiveUp {
                how: OnExhausted::SkipRun,
                ..
            }) => {
                if let Some(Living { record, .. }) = &mut self.living {
                    record.end_run();
                }
                self.save(moment, change, out);
                self.end_attempt(RunOutcome::Failed, moment, out);
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
                self.erase(reason.as_deref().unwrap_or("retries exhausted"), out);
            }
        }
    }

    pub(super) fn park(
        &mut self,
        error: Arc<str>,
        change: StateChange,
        moment: Moment,
        out: &mut Out,
    ) {
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        out.tell(record.life.park(error));
        self.save(moment, change, out);
        self.end_attempt(RunOutcome::Parked, moment, out);
        self.dismiss_waiting(out);
    }

    /// Puts the run that is out back, to be run again at once, and refuses events: the host stops.
    pub(crate) fn release(&mut self, moment: Moment) -> Out {
        let mut out = Out::none();
        for waiter in self.take_senders() {
            let (job, id) = self.names();
            out.refuse(waiter, ClientError::ShuttingDown { job, id });
        }
        out.list.push(Effect::Abandon);
        if let Some(Living { record, .. }) = &mut self.living
            && record.life.is_running()
        {
            record.life.release_attempt(moment.now);
            self.save(moment, StateChange::Unchanged, &mut out);
        }
        out
    }
}
