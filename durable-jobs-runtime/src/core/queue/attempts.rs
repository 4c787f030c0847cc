//! How attempts begin and end.

use std::sync::Arc;

use super::{
    Changed, Invocation, Machine, Mark, Out,
    message::{Dead, Message},
};
use crate::{
    OnExhausted, RetryPolicy, Timestamp,
    core::{Attempts, Effect, Failure, GiveUp, Moment, Phase, Run, Verdict, Wake, Why},
    queue::Death,
    telemetry::{Happening, WillRetry},
    time::whole_millis,
};

/// How an attempt ended.
#[derive(Debug)]
pub(crate) enum Finished {
    /// It succeeded.
    Ok { emitted: Vec<Effect> },
    /// It failed.
    Failed(Failed),
}

/// A failed attempt with what follows from it.
#[derive(Debug)]
pub(crate) struct Failed {
    error: Arc<str>,
    run: Run,
    verdict: Verdict,
    pub(crate) emitted: Vec<Effect>,
}

impl Failed {
    /// Decides what follows a failed attempt of `run`.
    pub(crate) fn decide(
        mut run: Run,
        failure: &Failure,
        policy: Option<&RetryPolicy>,
        moment: Moment,
    ) -> Self {
        let verdict = run.fail(failure, policy, OnExhausted::Park, moment);
        Self {
            error: Arc::clone(&failure.error),
            run,
            verdict,
            emitted: Vec::new(),
        }
    }

    /// Whether no other attempt follows.
    pub(crate) fn is_given_up(&self) -> bool {
        matches!(self.verdict, Verdict::GiveUp(_))
    }
}

impl Machine {
    /// Begins messages, as many as may begin now.
    pub(super) fn begin_what_may(&mut self, moment: Moment, out: &mut Out) {
        let active = self.life().is_some_and(|life| life.phase == Phase::Active);
        if !active || moment.attempts == Attempts::AtAlarm {
            return;
        }
        while self.paced_until(moment.now).is_none()
            && let Some(number) = self.lanes.begin_next()
        {
            self.begin(number, moment.now, out);
        }
    }

    fn begin(&mut self, number: u64, now: Timestamp, out: &mut Out) {
        let (Some(record), Some(message)) = (&mut self.record, self.messages.get_mut(&number))
        else {
            return;
        };
        record.life.runs_begun += u64::from(message.run.attempt == 0);
        let token = record.life.next_token();
        message.run.begin_attempt(token, now);
        record.pace.begin(self.spec.rate, now);
        record.marks.push(Mark(number, token, now));
        record.life.last_run_at = Some(now);
        if record.life.timers.get(Wake::Recovery).is_none() {
            record.life.timers.set(Wake::Recovery, now);
        }
        self.changed = Changed::Yes;
        out.run_marked(Invocation { number, token });
    }

    /// Takes the result of an attempt, unless it is fenced.
    pub(crate) fn finish(
        &mut self,
        moment: Moment,
        invocation: Invocation,
        finished: Finished,
    ) -> Out {
        let mut out = Out::none();
        self.distrust_the_clock(moment, &mut out);
        if let Some(message) = self.close(invocation) {
            match finished {
                Finished::Ok { emitted } => self.succeed(&message, emitted, moment.now, &mut out),
                Finished::Failed(failed) => self.fail(message, failed, moment.now, &mut out),
            }
            self.settle(moment, &mut out);
        }
        out
    }

    /// Takes the message of an attempt that is out, and the mark with it.
    fn close(&mut self, invocation: Invocation) -> Option<Message> {
        let Invocation { number, token } = invocation;
        let message = self.messages.get(&number)?;
        if !message.run.is_attempt(token) {
            return None;
        }
        self.unmark(number);
        self.messages.remove(&number)
    }

    fn unmark(&mut self, number: u64) {
        let Some(record) = &mut self.record else {
            return;
        };
        record.marks.retain(|mark| mark.0 != number);
        if record.marks.is_empty() {
            record.life.timers.clear(Wake::Recovery);
        }
    }

    /// While other attempts are out, a success writes no more than that the message is gone: a mark whose message is
    /// gone tells the rest.
    fn succeed(&mut self, message: &Message, emitted: Vec<Effect>, now: Timestamp, out: &mut Out) {
        self.lanes.end(message);
        self.forget_event_id(message);
        if let Some(record) = &mut self.record {
            record.processed = record.processed.saturating_add(1);
        }
        out.write(message.delete());
        out.extend(emitted);
        let started_at = message.run.started_at().unwrap_or(now);
        out.tell(Happening::Executed {
            run_count: message.number,
            attempt: message.run.attempt,
            duration_ms: whole_millis(now.since(started_at)),
            lateness_ms: whole_millis(started_at.since(message.run.scheduled_for)),
        });
    }

    fn fail(&mut self, mut message: Message, failed: Failed, now: Timestamp, out: &mut Out) {
        let Failed {
            error,
            run,
            verdict,
            emitted,
        } = failed;
        message.run = run;
        out.extend(emitted);
        self.follow(message, &error, verdict, now, out);
    }

    /// Does what follows an attempt that did not succeed.
    fn follow(
        &mut self,
        message: Message,
        error: &Arc<str>,
        verdict: Verdict,
        now: Timestamp,
        out: &mut Out,
    ) {
        if let Some(record) = &mut self.record {
            record.life.last_error = Some(Arc::clone(error));
        }
        self.changed = Changed::Yes;
        match verdict {
            Verdict::Retry { at } => self.retry(message, error, at, out),
            Verdict::GiveUp(GiveUp { why, .. }) => self.give_up(message, error, why, now, out),
        }
    }

    fn retry(&mut self, mut message: Message, error: &Arc<str>, at: Timestamp, out: &mut Out) {
        let attempt = message.run.attempt;
        self.lanes.end_attempt(&message);
        message.header.retry_at = Some(at);
        out.write(message.put());
        out.tell(Happening::Failed {
            error: Arc::clone(error),
            will_retry: WillRetry::Yes,
            attempt,
        });
        out.tell(Happening::Retrying {
            at,
            attempt: attempt + 1,
        });
        self.keep(message);
    }

    fn give_up(
        &mut self,
        mut message: Message,
        error: &Arc<str>,
        why: Why,
        now: Timestamp,
        out: &mut Out,
    ) {
        let attempts = message.run.attempt;
        self.lanes.end(&message);
        message.header.retry_at = None;
        out.write(message.delete());
        out.tell(Happening::Failed {
            error: Arc::clone(error),
            will_retry: WillRetry::No,
            attempt: attempts,
        });
        if why == Why::Exhausted {
            out.tell(Happening::RetryExhausted {
                attempts,
                error: Arc::clone(error),
            });
        }
        out.tell(Happening::MessageDeadLettered {
            message: message.header.event_id.clone(),
            attempts,
            error: Arc::clone(error),
        });
        let error = Arc::clone(error);
        let death = Death { error, at: now };
        let dead = Dead { message, death };
        out.write(dead.put());
        self.dead.insert(dead.message.number, dead);
    }

    pub(super) fn forget_event_id(&mut self, message: &Message) {
        if let Some(event_id) = &message.header.event_id {
            self.by_event_id.remove(event_id);
        }
    }

    /// Counts the attempts that were open when the instance was taken up. One whose message is gone had succeeded.
    pub(super) fn recover(&mut self, cause: &Arc<str>, moment: Moment, out: &mut Out) {
        let Some(record) = &mut self.record else {
            return;
        };
        let marks = std::mem::take(&mut record.marks);
        record.life.timers.clear(Wake::Recovery);
        if !marks.is_empty() {
            self.changed = Changed::Yes;
        }
        for Mark(number, token, started_at) in marks {
            let Some(mut message) = self.messages.remove(&number) else {
                if let Some(record) = &mut self.record {
                    record.processed = record.processed.saturating_add(1);
                }
                continue;
            };
            self.stop_waiting(&message);
            self.lanes.keep_waiting_for(&message);
            message.run.begin_attempt(token, started_at);
            let policy = self.spec.retry.as_ref();
            let verdict = message.run.interrupt(policy, OnExhausted::Park, moment);
            self.follow(message, cause, verdict, moment.now, out);
        }
    }

    /// Takes a message out of what waits.
    pub(super) fn stop_waiting(&mut self, message: &Message) {
        self.lanes.withdraw(message);
        if let Some(at) = message.due_at() {
            self.delayed.remove(&(at, message.number));
        }
    }

    /// Puts the messages that are being processed back, as if their attempts had not begun: the host stops.
    pub(crate) fn release(&mut self, moment: Moment) -> Out {
        let mut out = Out::none();
        out.list.push(Effect::Abandon);
        let Some(record) = &mut self.record else {
            return out;
        };
        let marks = std::mem::take(&mut record.marks);
        record.life.timers.clear(Wake::Recovery);
        for Mark(number, ..) in &marks {
            if let Some(message) = self.messages.get_mut(number) {
                message.run.release();
                self.lanes.end_attempt(message);
                self.lanes.offer(message);
            }
        }
        if !marks.is_empty() {
            self.changed = Changed::Yes;
            let attempts = Attempts::AtAlarm;
            self.settle(Moment { attempts, ..moment }, &mut out);
        }
        out
    }
}
