//! What the calls of a debounce job do.

use super::{Machine, Out, Record, Tally};
use crate::{
    Timestamp,
    core::{Effect, EventIds, Moment, Phase, Waiter, Wake},
    debounce::{Cleared, FlushReason, Flushed, Reset},
    storage::Write,
    telemetry::Happening,
    wire::{Answer, Terminated},
};

impl Machine {
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
            self.waiting_next.push(waiter);
            self.make_due(FlushReason::Manual, moment);
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
        if self.open.event_count == 0 {
            return self.waiting.push(waiter);
        }
        self.waiting_next.push(waiter);
        if self.make_due(FlushReason::Manual, moment) {
            self.save(moment, out);
        }
    }

    fn answer_empty(&self, waiter: Waiter, out: &mut Out) {
        let (flushed, event_count, reason) = (false, 0, FlushReason::Empty);
        out.reply(
            waiter,
            Answer::of(Flushed {
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
        out.reply(waiter, Answer::of(self.status()));
        out
    }

    /// Throws away every event that no flush has in hand now.
    pub(crate) fn clear(&mut self, moment: Moment, waiter: Waiter) -> Out {
        let mut out = Out::none();
        let discarded_events = self.discard(&mut out);
        let cleared = self.record.is_some();
        self.save(moment, &mut out);
        let answer = Cleared {
            cleared,
            discarded_events,
        };
        out.reply(waiter, Answer::of(answer));
        out
    }

    /// The same, and forgets what the next batch would begin with and which event ids have come.
    pub(crate) fn reset(&mut self, moment: Moment, waiter: Waiter) -> Out {
        let mut out = Out::none();
        let discarded_events = self.discard(&mut out);
        let reset = self.record.is_some();
        if let Some(record) = &mut self.record {
            record.last_event_at = Timestamp::default();
            if let Some(claim) = &mut record.claim {
                claim.leaves_nothing = true;
            }
            self.base = None;
            let now = Timestamp::from_millis(i64::MAX);
            self.event_ids = EventIds::default();
            out.write(Write::ForgetEventIds { now });
        }
        self.save(moment, &mut out);
        let answer = Reset {
            reset,
            discarded_events,
        };
        out.reply(waiter, Answer::of(answer));
        out
    }

    fn discard(&mut self, out: &mut Out) -> u64 {
        let mut discarded_events = self.open.event_count;
        let Some(record) = &mut self.record else {
            return 0;
        };
        out.write(Write::DeleteEvents {
            generation: record.generation,
        });
        record.life.timers.clear(Wake::Flush);
        record.owed = None;
        record.last_event_at = record.last_event_at.max(self.open.last_event_at);
        let mut dismissed = std::mem::take(&mut self.waiting_next);
        if !record.life.is_running() {
            discarded_events += record.drop_claim(out);
            record.life.phase = Phase::Active;
            dismissed.append(&mut self.waiting);
        }
        self.open = Tally::default();
        self.dismiss(dismissed, out);
        discarded_events
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
        out.reply(waiter, Answer::of(Terminated { terminated, reason }));
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
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.append(&mut self.waiting_next);
        self.dismiss(waiting, out);
        *self = Self::absent(self.spec, self.address.clone());
    }

    /// Answers all who wait for the attempt that has ended.
    pub(super) fn answer_waiting(&mut self, flushed: &Flushed, out: &mut Out) {
        for waiter in std::mem::take(&mut self.waiting) {
            out.reply(waiter, Answer::of(flushed.clone()));
        }
    }

    /// Answers those whose batch is gone.
    fn dismiss(&self, waiting: Vec<Waiter>, out: &mut Out) {
        for waiter in waiting {
            self.answer_empty(waiter, out);
        }
    }
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
