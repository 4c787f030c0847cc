//! What the calls of a task do.

use std::sync::Arc;

use super::{MAX_QUEUED, Machine, Out, QueuedEvent, Record};
use crate::{
    ClientError, Timestamp,
    core::{Attempts, Effect, History, Life, Living, Moment, Phase, StateChange, Waiter, Wake},
    run_record::OpenRecord,
    storage::Write,
    task::{PendingTimers, Sent, TaskStatus, shown},
    telemetry::Happening,
    wire::{Answer, Json, RunOutcome, StateSnapshot, Terminated, Triggered},
};

impl Machine {
    pub(super) fn send(&mut self, event: QueuedEvent, moment: Moment, out: &mut Out) {
        if self.queue.len() >= MAX_QUEUED {
            return out.refuse(event.waiter, self.overflow());
        }
        if !self.is_duplicate(&event, moment)
            && let Err(error) =
                self.event_ids
                    .admit(event.event_id.iter(), &self.address, moment.now)
        {
            return out.refuse(event.waiter, error);
        }
        self.queue.push_back(event);
        self.take_next_step(moment, out);
    }

    pub(super) fn sent(&self, created: bool, duplicate: bool) -> Answer {
        let instance_id = self.address.name();
        Answer::of(Sent {
            created,
            instance_id,
            scheduled_at: self.timers().and_then(PendingTimers::earliest),
            duplicate,
        })
    }

    pub(super) fn trigger(&mut self, moment: Moment, waiter: Waiter, out: &mut Out) {
        let busy = self.is_busy();
        let Some(Living { record, .. }) = &mut self.living else {
            return self.answer_not_triggered(waiter, out);
        };
        if record.life.phase == Phase::Parked {
            return self.answer_not_triggered(waiter, out);
        }
        self.waiting_next.push(waiter);
        if moment.attempts == Attempts::Now && !busy {
            return self.run_now(moment, out);
        }
        if record.life.timers.get(Wake::Trigger).is_none() {
            record.life.timers.set(Wake::Trigger, moment.now);
            self.save(moment, StateChange::Unchanged, out);
        }
    }

    fn answer_not_triggered(&self, waiter: Waiter, out: &mut Out) {
        let status = self.status();
        out.reply(
            waiter,
            Answer::of(Triggered {
                triggered: false,
                outcome: None,
                status,
            }),
        );
    }

    /// Answers those who wait for a run that will not be made.
    pub(super) fn dismiss_waiting(&mut self, out: &mut Out) {
        if let Some(Living { record, .. }) = &mut self.living {
            record.life.timers.clear(Wake::Trigger);
        }
        for waiter in std::mem::take(&mut self.waiting_next) {
            self.answer_not_triggered(waiter, out);
        }
    }

    pub(super) fn resume(&mut self, moment: Moment, waiter: Waiter, out: &mut Out) {
        if let Some(Living { record, .. }) = &mut self.living
            && record.life.phase == Phase::Parked
        {
            record.life.phase = Phase::Active;
            if let Some(run) = &mut record.life.run {
                run.reset();
                record.life.timers.set(Wake::Retry, moment.now);
            }
            out.tell(Happening::Resumed);
            self.save(moment, StateChange::Unchanged, out);
            self.take_next_step(moment, out);
        }
        out.reply(waiter, Answer::of(self.status()));
    }

    /// Deletes everything, and refuses the events that wait: they were meant for this life.
    pub(super) fn terminate(&mut self, reason: String, waiter: Waiter, out: &mut Out) {
        let terminated = self.living.is_some() || self.handling.is_some();
        let reason = if terminated {
            reason
        } else {
            "not_found".to_owned()
        };
        if terminated {
            self.erase(&reason, out);
            self.refuse_events(&reason, out);
        }
        out.reply(waiter, Answer::of(Terminated { terminated, reason }));
    }

    fn refuse_events(&mut self, reason: &str, out: &mut Out) {
        for waiter in self.take_senders() {
            let (job, id) = self.names();
            let reason = format!("the instance was terminated meanwhile: {reason}");
            out.refuse(waiter, ClientError::Rejected { job, id, reason });
        }
    }

    /// Who waits for what becomes of an event. None of the events is handled any more.
    pub(super) fn take_senders(&mut self) -> Vec<Waiter> {
        let handled = self.handling.take().map(|handling| handling.waiter);
        let queued = std::mem::take(&mut self.queue);
        let mut senders: Vec<Waiter> = handled.into_iter().collect();
        senders.extend(queued.into_iter().map(|event| event.waiter));
        senders
    }

    /// Deletes everything; a run that is out is fenced and dropped.
    pub(super) fn erase(&mut self, reason: &str, out: &mut Out) {
        let run_count = self.life().map_or(0, |life| life.runs_begun);
        out.tell(Happening::Terminated {
            reason: reason.to_owned(),
            run_count,
        });
        self.living = None;
        self.event_ids = Default::default();
        out.write(Write::Erase);
        out.list.push(Effect::Abandon);
        self.history = History::restore(&[], self.spec.history);
        self.ending = None;
        self.waiting.append(&mut self.waiting_next);
        self.answer_waiting(
            &RunOutcome::Terminated {
                reason: reason.to_owned(),
            },
            out,
        );
    }

    /// Keeps what has become of the attempt that has ended, and answers all who waited for it.
    pub(super) fn end_attempt(&mut self, outcome: RunOutcome, moment: Moment, out: &mut Out) {
        if let Some(ending) = self.ending.take() {
            self.keep_record(ending, &outcome, moment, out);
        }
        self.answer_waiting(&outcome, out);
    }

    fn keep_record(
        &mut self,
        ending: OpenRecord,
        outcome: &RunOutcome,
        moment: Moment,
        out: &mut Out,
    ) {
        if self.living.is_some() {
            let failed = !matches!(outcome, RunOutcome::Completed);
            let error = self.life().filter(|_| failed);
            let error = error.and_then(|life| life.last_error.clone());
            let record = ending.end(moment.now, outcome.clone(), error);
            self.history.push(&record, |write| out.write(write));
        }
    }

    /// Answers all who waited for the run that has ended.
    fn answer_waiting(&mut self, outcome: &RunOutcome, out: &mut Out) {
        let status = self.status();
        for waiter in std::mem::take(&mut self.waiting) {
            let outcome = Some(outcome.clone());
            out.reply(
                waiter,
                Answer::of(Triggered {
                    triggered: true,
                    outcome,
                    status,
                }),
            );
        }
    }

    pub(super) fn answer_history(&self, limit: u32, waiter: Waiter, out: &mut Out) {
        let records = self
            .history
            .last(limit.min(self.spec.history))
            .into_iter()
            .map(Json)
            .collect();
        out.reply(waiter, Answer::of::<Vec<Json>>(records));
    }

    pub(super) fn answer_status(&self, waiter: Waiter, out: &mut Out) {
        let record = self.record();
        let life = self.life();
        out.reply(
            waiter,
            Answer::of(TaskStatus {
                status: self.status(),
                scheduled_at: self.next_execute_at(),
                timers: self.timers().map(PendingTimers::named).unwrap_or_default(),
                timer: record.and_then(|record| shown(record.firing.as_deref()?)),
                created_at: life.map(|life| life.created_at),
                event_count: record.map_or(0, |record| record.event_count),
                execute_count: record.map_or(0, |record| record.execute_count),
                attempt: life.map_or(0, Life::attempt),
                last_error: life.and_then(|life| life.last_error.as_deref().map(str::to_owned)),
            }),
        );
    }

    /// Answers with the stored state, or with what the actor has made of it.
    pub(crate) fn show_state(&self, migrated: Option<Arc<str>>, waiter: Waiter, out: &mut Out) {
        let snapshot = self.living.as_ref().map(|living| StateSnapshot {
            state: Json(migrated.unwrap_or_else(|| Arc::clone(&living.state))),
            created_at: living.record.life.created_at,
            scheduled_at: self.next_execute_at(),
            revision: 0,
        });
        out.reply(waiter, Answer::of(snapshot));
    }

    /// When `execute`, or another attempt of it, is due.
    fn next_execute_at(&self) -> Option<Timestamp> {
        let Record { life, timers, .. } = self.record()?;
        let owed = life.timers.earliest_of(&[Wake::Retry, Wake::Trigger]);
        timers.earliest().into_iter().chain(owed).min()
    }
}
