//! How the flushes of a debounce job begin and end.

use std::sync::Arc;

use super::{Base, Claim, Invocation, Machine, Out, Tally, answers::Ended};
use crate::{
    OnExhausted, Timestamp,
    core::{Attempts, Effect, Failure, Life, Moment, Phase, Run, Token, Verdict, Wake},
    debounce::{BatchFate, FlushOutcome, FlushReason, Flushed},
    storage::Write,
    telemetry::Happening,
    time::whole_millis,
};

/// How an attempt to flush ended.
#[derive(Debug)]
pub(crate) enum Finished {
    /// `execute` succeeded.
    Ok {
        emitted: Vec<Effect>,
        /// What it has left for the next batch to begin with, unless that is the default.
        left: Option<Arc<str>>,
    },
    /// It failed; what was emitted is of `on_error`.
    Failed {
        failure: Failure,
        emitted: Vec<Effect>,
    },
}

impl Machine {
    /// Counts an attempt that was open when the instance was taken up.
    pub(super) fn recover(&mut self, cause: &Arc<str>, moment: Moment, out: &mut Out) {
        let spec = self.spec;
        let Some(record) = &mut self.record else {
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
            self.follow_verdict(verdict, moment, out);
        }
    }

    /// Begins the flush that is due, if one is and none is out. Says whether it saved.
    pub(super) fn flush_what_is_due(&mut self, moment: Moment, out: &mut Out) -> bool {
        let Some(record) = &mut self.record else {
            return false;
        };
        let (life, now) = (&record.life, moment.now);
        let at_alarm = moment.attempts == Attempts::AtAlarm;
        if at_alarm || life.is_running() || life.phase != Phase::Active {
            return false;
        }
        if record.claim.is_some() {
            let due = life.timers.due(Wake::Retry, now).is_some();
            return due && self.begin_attempt(moment, out);
        }
        if self.claim_revived(moment, out) {
            return self.begin_attempt(moment, out);
        }
        match self.deadline(now) {
            Some((due_at, reason)) if due_at <= now => {
                self.claim(due_at, reason);
                self.begin_attempt(moment, out)
            }
            _ => false,
        }
    }

    /// Takes the open batch for a flush, and opens the next one for what arrives meanwhile.
    pub(super) fn claim(&mut self, due_at: Timestamp, reason: FlushReason) {
        let Some(record) = &mut self.record else {
            return;
        };
        let tally = std::mem::take(&mut self.open);
        record.last_event_at = tally.last_event_at;
        record.claim = Some(Claim {
            generation: record.generation,
            reason,
            tally,
            leaves_nothing: false,
        });
        record.generation = record.generation.saturating_add(1);
        record.owed = None;
        record.life.timers.clear(Wake::Flush);
        record.life.new_run(due_at, 0);
        self.waiting.append(&mut self.waiting_next);
    }

    /// The mark of the attempt is saved before the handler is called.
    fn begin_attempt(&mut self, moment: Moment, out: &mut Out) -> bool {
        let Some(token) = self
            .record
            .as_mut()
            .and_then(|record| record.life.begin_attempt(moment.now))
        else {
            return false;
        };
        self.save(moment, out);
        out.run_marked(Invocation { token });
        true
    }

    /// Tries the claimed batch again, from the first attempt.
    pub(super) fn retry_claimed(&mut self, moment: Moment, out: &mut Out) {
        let Some(record) = &mut self.record else {
            return;
        };
        record.life.phase = Phase::Active;
        if let Some(run) = &mut record.life.run {
            run.reset();
            record.life.timers.set(Wake::Retry, moment.now);
        }
        if !self.flush_what_is_due(moment, out) {
            self.save(moment, out);
        }
    }

    /// Takes the result of an attempt, unless it is fenced.
    pub(crate) fn finish(&mut self, moment: Moment, token: Token, finished: Finished) -> Out {
        let mut out = Out::none();
        self.distrust_a_far_window(moment, &mut out);
        if self
            .record
            .as_ref()
            .is_some_and(|record| record.life.is_attempt(token))
        {
            match finished {
                Finished::Ok { emitted, left } => self.succeed(emitted, left, moment, &mut out),
                Finished::Failed { failure, emitted } => {
                    out.extend(emitted);
                    self.fail(&failure, moment, &mut out);
                }
            }
        }
        out
    }

    fn succeed(
        &mut self,
        emitted: Vec<Effect>,
        left: Option<Arc<str>>,
        moment: Moment,
        out: &mut Out,
    ) {
        let Some(record) = &mut self.record else {
            return;
        };
        let Some(claim) = record.claim.take() else {
            return;
        };
        out.tell_all(flushed(&claim, &record.life, moment.now));
        out.extend(emitted);
        out.write(Write::DeleteEvents {
            generation: claim.generation,
        });
        record.flush_count = record.flush_count.saturating_add(1);
        record.total_events = record.total_events.saturating_add(claim.tally.event_count);
        let run = record.life.run.clone();
        record.life.end_run();
        if let Some(run) = &run {
            let outcome = FlushOutcome::Flushed;
            self.note_flush(Ended::of(&claim, run, outcome, None), moment.now, out);
        }
        self.begin_batches_with(left.filter(|_| !claim.leaves_nothing));
        self.answer_waiting(&answer(&claim, None, true), out);
        if !self.flush_what_is_due(moment, out) {
            self.save(moment, out);
        }
    }

    /// Keeps what a batch has left for the next one to begin with.
    fn begin_batches_with(&mut self, left: Option<Arc<str>>) {
        let version = self.spec.version;
        let base = left.map(|json| Base { json, version });
        self.base_is_new |= base.is_some() && base != self.base;
        self.base = base;
    }

    fn fail(&mut self, failure: &Failure, moment: Moment, out: &mut Out) {
        let spec = self.spec;
        let Some(record) = &mut self.record else {
            return;
        };
        let (verdict, told) =
            record
                .life
                .fail_attempt(failure, spec.retry.as_ref(), spec.on_exhausted, moment);
        out.tell_all(told);
        self.follow_verdict(verdict, moment, out);
    }

    fn follow_verdict(&mut self, verdict: Verdict, moment: Moment, out: &mut Out) {
        let give_up = match verdict {
            Verdict::Retry { at } => {
                self.save(moment, out);
                return self.answer_failed(Some(at), out);
            }
            Verdict::GiveUp(give_up) => give_up,
        };
        let last_error = self
            .record
            .as_ref()
            .and_then(|record| record.life.last_error.clone());
        let error = last_error.unwrap_or_default();
        let fate = give_up.batch.unwrap_or(self.spec.exhausted_batch);
        match (give_up.how, fate) {
            (OnExhausted::Terminate, _) => {
                self.answer_failed(None, out);
                let reason = give_up.reason.as_deref();
                self.erase(reason.unwrap_or("retries exhausted"), out);
            }
            (_, BatchFate::DeadLetter) if self.has_room_for_a_letter() => {
                self.bury(&error, moment, out);
            }
            (_, BatchFate::Dropped) => self.drop_failed(&error, moment, out),
            (_, BatchFate::Kept | BatchFate::DeadLetter) => self.park(error, moment, out),
        }
    }

    /// Deletes the claimed batch, because `on_error` said so, and goes on with the next one.
    fn drop_failed(&mut self, error: &Arc<str>, moment: Moment, out: &mut Out) {
        let Some((claim, run)) = self.take_failed(moment) else {
            return;
        };
        let event_count = claim.tally.event_count;
        out.write(Write::DeleteEvents {
            generation: claim.generation,
        });
        if let Some(record) = &mut self.record {
            record.dropped_events = record.dropped_events.saturating_add(event_count);
        }
        out.tell(Happening::BatchDropped {
            event_count,
            error: Arc::clone(error),
        });
        self.go_on_after(&claim, &run, FlushOutcome::Dropped, error, moment, out);
    }

    /// Goes on with the next batch after one that has failed for good and is out of the way.
    pub(super) fn go_on_after(
        &mut self,
        claim: &Claim,
        run: &Run,
        outcome: FlushOutcome,
        error: &str,
        moment: Moment,
        out: &mut Out,
    ) {
        self.note_flush(Ended::of(claim, run, outcome, Some(error)), moment.now, out);
        self.answer_waiting(&answer(claim, None, false), out);
        if !self.flush_what_is_due(moment, out) {
            self.save(moment, out);
        }
    }

    /// Keeps the batch and its error. Events go on to be collected behind it.
    fn park(&mut self, error: Arc<str>, moment: Moment, out: &mut Out) {
        let Some(record) = &mut self.record else {
            return;
        };
        let (claim, run) = (record.claim.clone(), record.life.run.clone());
        out.tell(record.life.park(Arc::clone(&error)));
        if let Some((claim, run)) = claim.zip(run) {
            let ended = Ended::of(&claim, &run, FlushOutcome::Parked, Some(&error));
            self.note_flush(ended, moment.now, out);
        }
        self.save(moment, out);
        self.waiting.append(&mut self.waiting_next);
        self.answer_failed(None, out);
    }

    /// Parks an instance whose events do not decode or fold any more: nothing of it is touched.
    pub(crate) fn park_unreadable(&mut self, error: Arc<str>, moment: Moment, out: &mut Out) {
        let Some(record) = &mut self.record else {
            return;
        };
        if record.life.phase != Phase::Parked || record.life.last_error.as_ref() != Some(&error) {
            out.tell(record.life.park(error));
            self.save(moment, out);
        }
    }

    fn answer_failed(&mut self, retry_scheduled: Option<Timestamp>, out: &mut Out) {
        let Some(claim) = self.record.as_ref().and_then(|record| record.claim.clone()) else {
            return;
        };
        self.answer_waiting(&answer(&claim, retry_scheduled, false), out);
    }

    /// Puts the flush that is out back, to be run again at once: the host stops.
    pub(crate) fn release(&mut self, moment: Moment) -> Out {
        let mut out = Out::none();
        let Some(record) = &mut self.record else {
            return out;
        };
        if record.life.is_running() {
            record.life.release_attempt(moment.now);
            out.list.push(Effect::Abandon);
            self.save(moment, &mut out);
        }
        out
    }
}

fn answer(claim: &Claim, retry_scheduled: Option<Timestamp>, flushed: bool) -> Flushed {
    let Tally { event_count, .. } = claim.tally;
    Flushed {
        flushed,
        event_count,
        reason: claim.reason,
        retry_scheduled,
    }
}

fn flushed(claim: &Claim, life: &Life, now: Timestamp) -> impl Iterator<Item = Happening> {
    let started_at = life.run.as_ref().and_then(Run::started_at).unwrap_or(now);
    let flushed = Happening::DebounceFlushed {
        event_count: claim.tally.event_count,
        reason: claim.reason,
        duration_ms: whole_millis(now.since(started_at)),
    };
    life.executed(now).into_iter().chain(Some(flushed))
}
