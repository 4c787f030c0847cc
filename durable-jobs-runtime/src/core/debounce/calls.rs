//! What the calls of a debounce job do.

use std::sync::Arc;

use super::{Arrival, Machine, Out, Record, Tally};
use crate::{
    ClientError, Timestamp,
    core::{Effect, Life, Moment, Phase, Waiter, Wake},
    debounce::{AddedMany, Cleared, DebounceStatus, FlushReason, Flushed},
    storage::{EventRow, Write},
    telemetry::Happening,
    wire::{Answer, Json, StateSnapshot, Terminated},
};

/// Whether an event may be folded into the batch.
#[derive(Debug)]
pub(crate) enum Admission {
    /// It may.
    New,
    /// It is a repetition and is left out.
    Duplicate,
    /// The batch is full.
    Full(ClientError),
}

impl Machine {
    /// Asks whether an event may be folded behind `pending` others of the same call. The answer to
    /// `New` is [`Machine::append`], once all of them have been.
    pub(crate) fn admit(
        &mut self,
        event_id: Option<&str>,
        pending: u64,
        now: Timestamp,
    ) -> Admission {
        if event_id.is_some_and(|id| self.event_ids.knows(id, now)) {
            return Admission::Duplicate;
        }
        let limit = self.spec.max_buffered;
        if self.open.event_count.saturating_add(pending) >= limit {
            let (job, id) = (
                self.address.job.to_owned(),
                self.address.id.as_str().to_owned(),
            );
            return Admission::Full(ClientError::Overflow { job, id, limit });
        }
        Admission::New
    }

    /// Stores an event that has been folded.
    pub(crate) fn append(&mut self, moment: Moment, arrival: Arrival, out: &mut Out) {
        let Arrival { event, event_id } = arrival;
        let generation = self.record.as_ref().map_or(1, |record| record.generation);
        self.last_sequence = self.last_sequence.saturating_add(1);
        self.open.count(&event, moment.now);
        if let Some(id) = &event_id {
            let expires_at = moment.now + self.spec.dedup_window;
            self.event_ids
                .remember(id, expires_at, moment.now, |write| out.write(write));
        }
        let (sequence, arrived_at) = (self.last_sequence, moment.now);
        out.write(Write::AppendEvent(EventRow {
            sequence,
            generation,
            arrived_at,
            event_id,
            event,
        }));
    }

    /// Answers an `add` whose events have been appended, and flushes what has become due by them.
    pub(crate) fn added(
        &mut self,
        moment: Moment,
        counts: AddCounts,
        waiter: Waiter,
        out: &mut Out,
    ) {
        let created = self.record.is_none();
        let begins = counts.appended > 0 && self.open.event_count == counts.appended;
        if created && counts.appended > 0 {
            self.record = Some(Record::new(moment));
            out.tell(Happening::Started);
        }
        if begins {
            self.begin_window(moment, out);
        }
        let (event_count, full) = (self.open.event_count, self.limit_reached().is_some());
        let made_due = full && self.make_due(moment);
        let will_flush_at = self.will_flush_at();
        let flushing = full && self.flush_what_is_due(moment, out);
        if !flushing && (begins || made_due) {
            self.save(moment, out);
        }
        let created = created && counts.appended > 0;
        let duplicates = counts.duplicates;
        out.reply(
            waiter,
            Answer::Added(AddedMany {
                created,
                event_count,
                will_flush_at,
                duplicates,
                dropped: 0,
            }),
        );
    }

    fn begin_window(&mut self, moment: Moment, out: &mut Out) {
        let Some(record) = &mut self.record else {
            return;
        };
        match self.spec.flush_after {
            Some(window) => record.life.timers.set(Wake::Flush, moment.now + window),
            None => record.life.timers.clear(Wake::Flush),
        }
        let will_flush_at = record.life.timers.get(Wake::Flush);
        out.tell(Happening::DebounceStarted { will_flush_at });
    }

    /// Which limit of the open batch is reached, if one is.
    pub(super) fn limit_reached(&self) -> Option<FlushReason> {
        let reached = |limit: Option<u64>, now: u64| limit.is_some_and(|limit| now >= limit);
        if reached(self.spec.max_events, self.open.event_count) {
            Some(FlushReason::MaxEvents)
        } else if reached(self.spec.max_bytes, self.open.bytes) {
            Some(FlushReason::MaxBytes)
        } else {
            None
        }
    }

    /// Makes the open batch due. Says whether it was not.
    fn make_due(&mut self, moment: Moment) -> bool {
        let Some(Record { life, .. }) = &mut self.record else {
            return false;
        };
        let due_already = life.timers.due(Wake::Flush, moment.now).is_some();
        if !due_already {
            life.timers.set(Wake::Flush, moment.now);
        }
        !due_already
    }

    /// When the open batch will be flushed: not before the one that waits for another attempt, and not
    /// while the instance is parked.
    fn will_flush_at(&self) -> Option<Timestamp> {
        let life = &self.record.as_ref()?.life;
        let own = life.timers.get(Wake::Flush)?;
        let before = life.timers.get(Wake::Retry).unwrap_or(own);
        (life.phase == Phase::Active).then_some(own.max(before))
    }

    /// When the next flush or attempt is due.
    fn next_flush_at(&self) -> Option<Timestamp> {
        let retry = self.record.as_ref()?.life.timers.get(Wake::Retry);
        retry.or_else(|| self.will_flush_at())
    }

    /// Flushes now what has been added so far; of a batch that waits for another attempt or is parked, the first anew.
    pub(crate) fn flush(&mut self, moment: Moment, waiter: Waiter) -> Out {
        let mut out = Out::none();
        let Some(record) = &mut self.record else {
            self.answer_empty(waiter, &mut out);
            return out;
        };
        let parked = std::mem::take(&mut record.life.phase) == Phase::Parked;
        if parked {
            out.tell(Happening::Resumed);
        }
        if record.life.is_running() {
            self.flush_after_the_one_out(moment, waiter, &mut out);
        } else if record.claim.is_some() {
            self.waiting.push(waiter);
            self.retry_claimed(moment, &mut out);
        } else if self.open.event_count > 0 {
            record.asked_for = true;
            self.waiting_next.push(waiter);
            self.make_due(moment);
            if !self.flush_what_is_due(moment, &mut out) {
                self.save(moment, &mut out);
            }
        } else {
            if parked {
                self.save(moment, &mut out);
            }
            self.answer_empty(waiter, &mut out);
        }
        out
    }

    fn flush_after_the_one_out(&mut self, moment: Moment, waiter: Waiter, out: &mut Out) {
        let Some(record) = &mut self.record else {
            return;
        };
        if self.open.event_count == 0 {
            return self.waiting.push(waiter);
        }
        self.waiting_next.push(waiter);
        if !record.asked_for {
            record.asked_for = true;
            self.make_due(moment);
            self.save(moment, out);
        }
    }

    fn answer_empty(&self, waiter: Waiter, out: &mut Out) {
        let (flushed, event_count, reason) = (false, 0, FlushReason::Empty);
        out.reply(
            waiter,
            Answer::Flushed(Flushed {
                flushed,
                event_count,
                reason,
                retry_scheduled: None,
            }),
        );
    }

    /// Goes on after having been parked.
    pub(crate) fn resume(&mut self, moment: Moment, waiter: Waiter) -> Out {
        let mut out = Out::none();
        if self
            .record
            .as_ref()
            .is_some_and(|record| record.life.phase == Phase::Parked)
        {
            out.tell(Happening::Resumed);
            self.retry_claimed(moment, &mut out);
        }
        out.reply(waiter, Answer::Status(self.status()));
        out
    }

    /// Throws away every event that no flush has in hand now.
    pub(crate) fn clear(&mut self, moment: Moment, waiter: Waiter) -> Out {
        let mut out = Out::none();
        let mut discarded_events = self.open.event_count;
        if let Some(record) = &mut self.record {
            out.write(Write::DeleteEvents {
                generation: record.generation,
            });
            record.life.timers.clear(Wake::Flush);
            record.asked_for = false;
            let mut dismissed = std::mem::take(&mut self.waiting_next);
            if !record.life.is_running() {
                discarded_events += record.drop_claim(&mut out);
                record.life.phase = Phase::Active;
                dismissed.append(&mut self.waiting);
            }
            self.open = Tally::default();
            self.save(moment, &mut out);
            self.dismiss(dismissed, &mut out);
        }
        let cleared = self.record.is_some();
        out.reply(
            waiter,
            Answer::Cleared(Cleared {
                cleared,
                discarded_events,
            }),
        );
        out
    }

    pub(crate) fn terminate(&mut self, reason: String, waiter: Waiter) -> Out {
        let mut out = Out::none();
        let terminated = self.record.is_some();
        let reason = if terminated {
            reason
        } else {
            "not_found".to_owned()
        };
        if terminated {
            self.erase(&reason, &mut out);
        }
        out.reply(
            waiter,
            Answer::Terminated(Terminated { terminated, reason }),
        );
        out
    }

    /// Deletes everything; a flush that is out is fenced and dropped.
    pub(super) fn erase(&mut self, reason: &str, out: &mut Out) {
        let run_count = self
            .record
            .as_ref()
            .map_or(0, |record| record.life.runs_begun);
        out.tell(Happening::Terminated {
            reason: reason.to_owned(),
            run_count,
        });
        out.write(Write::Erase);
        out.list.push(Effect::Abandon);
        let waiting = self
            .waiting
            .drain(..)
            .chain(self.waiting_next.drain(..))
            .collect();
        self.dismiss(waiting, out);
        *self = Self::absent(self.spec, self.address.clone());
    }

    /// Answers all who wait for the attempt that has ended.
    pub(super) fn answer_waiting(&mut self, flushed: &Flushed, out: &mut Out) {
        for waiter in std::mem::take(&mut self.waiting) {
            out.reply(waiter, Answer::Flushed(flushed.clone()));
        }
    }

    /// Answers those whose batch is gone.
    fn dismiss(&self, waiting: Vec<Waiter>, out: &mut Out) {
        for waiter in waiting {
            self.answer_empty(waiter, out);
        }
    }

    pub(crate) fn answer_status(&self, waiter: Waiter) -> Out {
        let mut out = Out::none();
        let record = self.record.as_ref();
        let claimed = record
            .and_then(|record| record.claim.as_ref())
            .map(|claim| claim.tally);
        let batches: Vec<Tally> = claimed
            .into_iter()
            .chain(Some(self.open))
            .filter(|tally| tally.event_count > 0)
            .collect();
        out.reply(
            waiter,
            Answer::Debounce(DebounceStatus {
                status: self.status(),
                event_count: batches.iter().map(|tally| tally.event_count).sum(),
                started_at: batches.first().map(|tally| tally.first_event_at),
                last_event_at: batches.last().map(|tally| tally.last_event_at),
                will_flush_at: self.next_flush_at(),
                buffered_bytes: batches.iter().map(|tally| tally.bytes).sum(),
                attempt: record.map_or(0, |record| record.life.attempt()),
                last_error: record
                    .and_then(|record| record.life.last_error.as_deref().map(str::to_owned)),
                flush_count: record.map_or(0, |record| record.flush_count),
            }),
        );
        out
    }

    pub(crate) fn answer_state(&self, state: Option<Arc<str>>, waiter: Waiter) -> Out {
        let mut out = Out::none();
        let life: Option<&Life> = self.record.as_ref().map(|record| &record.life);
        let snapshot = life.zip(state).map(|(life, state)| StateSnapshot {
            state: Json(state),
            created_at: life.created_at,
            scheduled_at: self.next_flush_at(),
            revision: 0,
        });
        out.reply(waiter, Answer::State(snapshot));
        out
    }
}

/// What an `add` has brought.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AddCounts {
    pub(crate) appended: u64,
    pub(crate) duplicates: u64,
}

impl Record {
    fn drop_claim(&mut self, out: &mut Out) -> u64 {
        let Some(claim) = self.claim.take() else {
            return 0;
        };
        out.write(Write::DeleteEvents {
            generation: claim.generation,
        });
        self.life.end_run();
        claim.tally.event_count
    }
}
