//! What a debounce job tells about itself.

use std::sync::Arc;

use super::{Claim, Machine, Out, Phase, Tally, Wake};
use crate::{
    Timestamp,
    core::{Life, Moment, Run, Waiter},
    debounce::{DebounceStatus, FlushOutcome, FlushRecord},
    time::whole_millis,
    wire::{Answer, Json, StateSnapshot},
};

impl Machine {
    /// When the batch that collects will be flushed: not before the one that waits for another attempt, and not
    /// while the instance is parked.
    pub(super) fn will_flush_at(&self, now: Timestamp) -> Option<Timestamp> {
        let life = &self.record.as_ref()?.life;
        let (own, _) = self.deadline(now)?;
        let before = life.timers.get(Wake::Retry).unwrap_or(own);
        (life.phase == Phase::Active).then_some(own.max(before))
    }

    /// When the next flush or attempt is due.
    fn next_flush_at(&self, now: Timestamp) -> Option<Timestamp> {
        let retry = self.record.as_ref()?.life.timers.get(Wake::Retry);
        retry.or_else(|| self.will_flush_at(now))
    }

    pub(crate) fn answer_status(&self, moment: Moment, waiter: Waiter) -> Out {
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
            Answer::of(DebounceStatus {
                status: self.status(),
                event_count: batches.iter().map(|tally| tally.event_count).sum(),
                started_at: batches.first().map(|tally| tally.first_event_at),
                last_event_at: batches.last().map(|tally| tally.last_event_at),
                will_flush_at: self.next_flush_at(moment.now),
                buffered_bytes: batches.iter().map(|tally| tally.bytes).sum(),
                attempt: record.map_or(0, |record| record.life.attempt()),
                last_error: record
                    .and_then(|record| record.life.last_error.as_deref().map(str::to_owned)),
                flush_count: record.map_or(0, |record| record.flush_count),
                dead_letters: self.dead_letters.count(),
                dropped_events: record.map_or(0, |record| record.dropped_events),
            }),
        );
        out
    }

    pub(crate) fn answer_state(
        &self,
        state: Option<Arc<str>>,
        moment: Moment,
        waiter: Waiter,
    ) -> Out {
        let mut out = Out::none();
        let life: Option<&Life> = self.record.as_ref().map(|record| &record.life);
        let snapshot = life.zip(state).map(|(life, state)| StateSnapshot {
            state: Json(state),
            created_at: life.created_at,
            scheduled_at: self.next_flush_at(moment.now),
            revision: 0,
        });
        out.reply(waiter, Answer::of(snapshot));
        out
    }

    pub(crate) fn answer_history(&self, limit: u32, waiter: Waiter) -> Out {
        let mut out = Out::none();
        let entries = self.history.last(limit).into_iter().map(Json).collect();
        out.reply(waiter, Answer::of::<Vec<Json>>(entries));
        out
    }

    /// Notes how a flush ended, before its run is forgotten.
    pub(super) fn note_flush(&mut self, ended: Ended<'_>, now: Timestamp, out: &mut Out) {
        if self.spec.history == 0 && self.history.last(1).is_empty() {
            return;
        }
        let Ended {
            claim,
            run,
            outcome,
            error,
        } = ended;
        let begun = self
            .record
            .as_ref()
            .and_then(|record| record.life.last_run_at);
        let started_at = begun.unwrap_or(now);
        let entry = FlushRecord {
            flush_id: self.flush_id(run.number),
            reason: claim.reason,
            event_count: claim.tally.event_count,
            started_at,
            duration_ms: whole_millis(now.since(started_at)),
            attempts: run.attempt,
            outcome,
            error: error.map(str::to_owned),
        };
        self.history.push(&entry, |write| out.write(write));
    }

    /// Names a flush: the same for all its attempts.
    pub(super) fn flush_id(&self, run: u64) -> String {
        let work = Run::name_of(run);
        match &self.record {
            Some(record) => format!("{}:{}:{work}", self.address, record.life.incarnation),
            None => work,
        }
    }
}

/// A flush that has ended.
pub(super) struct Ended<'a> {
    pub(super) claim: &'a Claim,
    pub(super) run: &'a Run,
    pub(super) outcome: FlushOutcome,
    pub(super) error: Option<&'a str>,
}

impl<'a> Ended<'a> {
    pub(super) fn of(
        claim: &'a Claim,
        run: &'a Run,
        outcome: FlushOutcome,
        error: Option<&'a str>,
    ) -> Self {
        Self {
            claim,
            run,
            outcome,
            error,
        }
    }
}
