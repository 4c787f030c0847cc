//! What the calls of a continuous job do.

use std::sync::Arc;

use super::{Asker, Machine, Out, Record, Wishes};
use crate::{
    Timestamp,
    continuous::{ContinuousStatus, FirstRun, StartAnswer, Started, StateSet},
    core::{Effect, History, Life, Living, Moment, Phase, StateChange, Waiter, Wake},
    storage::Write,
    telemetry::Happening,
    wire::{Answer, Json, RunOutcome, StateSnapshot, Terminated, Triggered},
};

impl Machine {
    pub(super) fn start(
        &mut self,
        moment: Moment,
        state: Arc<str>,
        wishes: Wishes,
        answer: StartAnswer,
        waiter: Waiter,
        out: &mut Out,
    ) {
        if self.living.is_some() && !self.has_stopped() {
            return out.reply(waiter, self.started(false, None));
        }
        self.history.clear(|write| out.write(write));
        self.create(moment, state, wishes);
        self.save(moment, StateChange::Changed, out);
        out.tell(Happening::Started);
        match answer {
            StartAnswer::Created => out.reply(waiter, self.started(true, None)),
            StartAnswer::FirstRun => self.waiting_next.push(Asker::Start(waiter)),
        }
    }

    fn create(&mut self, moment: Moment, state: Arc<str>, wishes: Wishes) {
        let mut record = Record {
            life: Life::new(moment),
            schedule: self.spec.schedule.fingerprint().into_owned(),
            last_slot: None,
            skipped: 0,
            consecutive_failures: 0,
            put_off_ms: None,
            interval_ms: None,
            changes: 0,
            owes_on_start: true,
            stop_reason: None,
        };
        record.keep_interval(wishes.interval);
        match self.spec.first_run {
            FirstRun::Immediately => record.set_slot(Some(moment.now)),
            FirstRun::NextSlot => record.anchor_at(moment.now, self.spec, &self.address),
        }
        self.living = Some(Living {
            record,
            state,
            state_version: self.spec.version,
        });
    }

    pub(super) fn started(&self, created: bool, outcome: Option<RunOutcome>) -> Answer {
        let instance_id = self.address.name();
        Answer::of(Started {
            created,
            instance_id,
            status: self.status(),
            outcome,
        })
    }

    pub(super) fn trigger(&mut self, moment: Moment, waiter: Waiter, out: &mut Out) {
        let is_active = self.life().is_some_and(|life| life.phase == Phase::Active);
        if !is_active || self.is_ending() {
            return self.answer(Asker::Trigger(waiter), None, out);
        }
        self.waiting_next.push(Asker::Trigger(waiter));
        self.run_soon(moment, out);
    }

    pub(super) fn pause(
        &mut self,
        moment: Moment,
        until: Option<Timestamp>,
        waiter: Waiter,
        out: &mut Out,
    ) {
        if let Some(Living { record, .. }) = &mut self.living
            && record.life.phase != Phase::Parked
            && record.stop_reason.is_none()
        {
            record.pause(until);
            let running = record.life.is_running();
            self.save(moment, StateChange::Unchanged, out);
            out.tell(Happening::Paused);
            if !running {
                self.dismiss_waiting(out);
            }
        }
        out.reply(waiter, Answer::of(self.status()));
    }

    pub(super) fn resume(&mut self, moment: Moment, waiter: Waiter, out: &mut Out) {
        if self.life().is_some_and(|life| life.phase != Phase::Active) {
            self.reactivate(moment, out);
        }
        out.reply(waiter, Answer::of(self.status()));
    }

    /// Goes on after a pause or after having been parked: with the run that is owed, else at the next slot from now.
    pub(super) fn reactivate(&mut self, moment: Moment, out: &mut Out) {
        let Some(Living { record, .. }) = &mut self.living else {
            return;
        };
        record.life.phase = Phase::Active;
        record.life.timers.clear(Wake::Resume);
        match &mut record.life.run {
            Some(run) if run.is_open() => {}
            Some(run) => {
                run.reset();
                record.life.timers.set(Wake::Retry, moment.now);
                record.pass_over(moment.now, self.spec);
            }
            None => record.anchor_at(moment.now, self.spec, &self.address),
        }
        self.save(moment, StateChange::Unchanged, out);
        out.tell(Happening::Resumed);
    }

    pub(super) fn terminate(&mut self, reason: String, waiter: Waiter, out: &mut Out) {
        let terminated = self.living.is_some();
        let reason = if terminated {
            reason
        } else {
            "not_found".to_owned()
        };
        if terminated {
            self.tell_terminated(&reason, out);
            self.erase(
                RunOutcome::Terminated {
                    reason: reason.clone(),
                },
                out,
            );
        }
        out.reply(waiter, Answer::of(Terminated { terminated, reason }));
    }

    pub(super) fn tell_terminated(&self, reason: &str, out: &mut Out) {
        let run_count = self.life().map_or(0, |life| life.runs_begun);
        out.tell(Happening::Terminated {
            reason: reason.to_owned(),
            run_count,
        });
    }

    /// Deletes everything; a run that is out is fenced and dropped.
    pub(super) fn erase(&mut self, outcome: RunOutcome, out: &mut Out) {
        self.living = None;
        self.history = History::restore(&[], self.spec.history);
        out.write(Write::Erase);
        out.list.push(Effect::Abandon);
        self.waiting.append(&mut self.waiting_next);
        self.answer_waiting(&outcome, out);
        self.refuse_new_states(out);
    }

    /// Answers all who waited for the run that has ended.
    pub(super) fn answer_waiting(&mut self, outcome: &RunOutcome, out: &mut Out) {
        for asker in std::mem::take(&mut self.waiting) {
            self.answer(asker, Some(outcome.clone()), out);
        }
    }

    /// Answers those who wait for a run that will not be made: the instance was paused or parked meanwhile.
    pub(super) fn dismiss_waiting(&mut self, out: &mut Out) {
        if let Some(Living { record, .. }) = &mut self.living {
            record.life.timers.clear(Wake::Trigger);
        }
        for asker in std::mem::take(&mut self.waiting_next) {
            self.answer(asker, None, out);
        }
    }

    /// Answers one who waited for a run; there is no outcome if none was made.
    pub(super) fn answer(&self, asker: Asker, outcome: Option<RunOutcome>, out: &mut Out) {
        let status = self.status();
        let (waiter, answer) = match asker {
            Asker::Start(waiter) => (waiter, self.started(true, outcome)),
            Asker::Stop(waiter) => (waiter, self.stopped(outcome)),
            Asker::Trigger(waiter) => {
                let triggered = outcome.is_some();
                let answer = Triggered {
                    triggered,
                    outcome,
                    status,
                };
                (waiter, Answer::of(answer))
            }
            Asker::SetState(waiter) => {
                let answer = StateSet {
                    updated: true,
                    outcome,
                    status,
                };
                (waiter, Answer::of(answer))
            }
        };
        out.reply(waiter, answer);
    }

    pub(super) fn answer_status(&self, waiter: Waiter, out: &mut Out) {
        let record = self.living.as_ref().map(|living| &living.record);
        let life = self.life();
        out.reply(
            waiter,
            Answer::of(ContinuousStatus {
                status: self.status(),
                run_count: life.map_or(0, |life| life.runs_begun),
                next_run_at: record.and_then(Record::next_run_at),
                last_run_at: life.and_then(|life| life.last_run_at),
                attempt: life.map_or(0, Life::attempt),
                last_error: life.and_then(|life| life.last_error.as_deref().map(str::to_owned)),
                consecutive_failures: record.map_or(0, |record| record.consecutive_failures),
                stop_reason: record
                    .and_then(|record| record.stop_reason.as_deref().map(str::to_owned)),
            }),
        );
    }

    pub(super) fn show_history(&self, limit: u32, waiter: Waiter, out: &mut Out) {
        let runs = self.history.last(limit.min(self.spec.history));
        out.reply(
            waiter,
            Answer::of::<Vec<Json>>(runs.into_iter().map(Json).collect()),
        );
    }

    /// Answers with the stored state, or with what the actor has made of it.
    pub(crate) fn show_state(&self, migrated: Option<Arc<str>>, waiter: Waiter, out: &mut Out) {
        let snapshot = self.living.as_ref().map(|living| StateSnapshot {
            state: Json(migrated.unwrap_or_else(|| Arc::clone(&living.state))),
            created_at: living.record.life.created_at,
            scheduled_at: living.record.next_run_at(),
            revision: living.revision(),
        });
        out.reply(waiter, Answer::of(snapshot));
    }
}

impl Record {
    pub(super) fn pause(&mut self, until: Option<Timestamp>) {
        self.life.phase = Phase::Paused;
        self.life.timers.clear(Wake::Schedule);
        self.life.timers.clear(Wake::Trigger);
        self.life.timers.clear(Wake::Retry);
        match until {
            Some(until) => self.life.timers.set(Wake::Resume, until),
            None => self.life.timers.clear(Wake::Resume),
        }
    }

    /// When the next run or attempt is due, as people understand it: the recovery of a run is none.
    fn next_run_at(&self) -> Option<Timestamp> {
        match self.life.phase {
            Phase::Active => {
                let timers = &self.life.timers;
                let earliest = timers.earliest_of(&[Wake::Retry, Wake::Trigger]);
                earliest.into_iter().chain(self.slot_is_due_at()).min()
            }
            Phase::Paused => self.life.timers.get(Wake::Resume),
            Phase::Parked => None,
        }
    }
}
