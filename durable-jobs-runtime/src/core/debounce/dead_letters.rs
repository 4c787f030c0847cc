//! Batches that were set aside.
//!
//! The events of a dead letter stay where they are, under the number of their batch; one row beside them tells what
//! has become of it. So a batch of any size costs one row to set aside, and is flushed again as it was.

use std::sync::Arc;

use super::{Claim, Machine, Out, Tally};
use crate::{
    Timestamp,
    core::{Moment, Run, Waiter},
    debounce::{DeadBatches, DeadEvent, DeadLetter, FlushOutcome, FlushReason, Which},
    json::{self, json_fields},
    storage::{Collection, ItemRow, Write},
    telemetry::Happening,
    wire::Answer,
};

/// From so many events on that are kept in dead letters, there is no room for another one.
const MOST_EVENTS: u64 = 10_000;

/// What is stored of a batch that was set aside.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Letter {
    reason: FlushReason,
    tally: Tally,
    /// The run that has failed, which keeps its name when it is made again.
    run: u64,
    attempts: u32,
    error: Arc<str>,
    died_at: Timestamp,
}
json_fields!(Letter {
    reason,
    tally,
    run,
    attempts,
    error,
    died_at,
});

/// The dead letters of an instance, in the order of the numbers of their batches: few at a time.
#[derive(Debug, Default)]
pub(super) struct DeadLetters(Vec<(u64, Letter)>);

impl DeadLetters {
    pub(super) fn restore(items: &[ItemRow]) -> Self {
        let rows = items
            .iter()
            .filter(|item| item.collection == Collection::DeadLetter);
        let letters = rows.filter_map(|row| Some((row.number, json::read(&row.value).ok()?)));
        Self(letters.collect())
    }

    pub(super) fn count(&self) -> u64 {
        self.0.len() as u64
    }

    fn event_count(&self) -> u64 {
        let of_each = self.0.iter().map(|(_, letter)| letter.tally.event_count);
        of_each.sum()
    }

    fn get(&self, number: u64) -> Option<&Letter> {
        let mut letters = self.0.iter();
        let found = letters.find(|(other, _)| *other == number);
        found.map(|(_, letter)| letter)
    }

    fn put(&mut self, number: u64, letter: Letter) {
        let place = self.0.partition_point(|(other, _)| *other < number);
        self.0.insert(place, (number, letter));
    }

    fn take(&mut self, number: u64) -> Option<Letter> {
        let place = self.0.iter().position(|(other, _)| *other == number)?;
        Some(self.0.remove(place).1)
    }

    fn chosen(&self, which: Which) -> Vec<u64> {
        let chosen = |number: &&u64| match which {
            Which::All => true,
            Which::Number(wanted) => **number == wanted,
        };
        let numbers = self.0.iter().map(|(number, _)| number);
        numbers.filter(chosen).copied().collect()
    }
}

impl Machine {
    /// Whether a batch is a dead letter.
    pub(crate) fn is_dead(&self, generation: u64) -> bool {
        self.dead_letters.get(generation).is_some()
    }

    /// Whether there is room for another one.
    pub(super) fn has_room_for_a_letter(&self) -> bool {
        self.dead_letters.count() < self.spec.max_dead_letters
            && self.dead_letters.event_count() < MOST_EVENTS
    }

    /// Sets the claimed batch aside with its error, and goes on with the next one.
    pub(super) fn bury(&mut self, error: &Arc<str>, moment: Moment, out: &mut Out) {
        let Some((claim, run)) = self.take_failed(moment) else {
            return;
        };
        let Claim {
            generation, reason, ..
        } = claim;
        let letter = Letter {
            reason,
            tally: claim.tally,
            run: run.number,
            attempts: run.attempt,
            error: Arc::clone(error),
            died_at: moment.now,
        };
        out.write(Write::PutItem(ItemRow {
            collection: Collection::DeadLetter,
            number: generation,
            // It holds numbers and texts only, which always encode.
            value: json::write(&letter).into(),
        }));
        self.dead_letters.put(generation, letter);
        out.tell(Happening::DeadLettered {
            number: generation,
            event_count: claim.tally.event_count,
            error: Arc::clone(error),
        });
        let outcome = FlushOutcome::DeadLettered;
        self.go_on_after(&claim, &run, outcome, error, moment, out);
    }

    /// Takes the oldest dead letter that somebody wants flushed again. Says whether there is one.
    pub(super) fn claim_revived(&mut self, moment: Moment, out: &mut Out) -> bool {
        let Some(record) = self.record.as_mut().filter(|record| record.claim.is_none()) else {
            return false;
        };
        while !record.revived.is_empty() {
            let number = record.revived.remove(0);
            let Some(letter) = self.dead_letters.take(number) else {
                continue;
            };
            out.write(delete(number));
            record.claim = Some(Claim {
                generation: number,
                reason: FlushReason::Manual,
                tally: letter.tally,
                leaves_nothing: false,
            });
            record.life.run = Some(Run::new(letter.run, moment.now, 0));
            return true;
        }
        false
    }

    /// Has dead letters flushed again, each as a batch of its own, before the batch that collects.
    pub(crate) fn retry_dead(&mut self, which: Which, moment: Moment, waiter: Waiter) -> Out {
        let mut out = Out::none();
        let chosen = self.dead_letters.chosen(which);
        let answer = self.dead_batches(&chosen);
        if let Some(record) = self.record.as_mut().filter(|_| !chosen.is_empty()) {
            record.revived.retain(|number| !chosen.contains(number));
            record.revived.extend(&chosen);
            if !self.flush_what_is_due(moment, &mut out) {
                self.save(moment, &mut out);
            }
        }
        out.reply(waiter, Answer::of(answer));
        out
    }

    /// Deletes dead letters with their events.
    pub(crate) fn purge_dead(&mut self, which: Which, moment: Moment, waiter: Waiter) -> Out {
        let mut out = Out::none();
        let chosen = self.dead_letters.chosen(which);
        let answer = self.dead_batches(&chosen);
        for number in &chosen {
            self.dead_letters.take(*number);
            out.write(delete(*number));
            out.write(Write::DeleteEvents {
                generation: *number,
            });
        }
        if let Some(record) = self.record.as_mut().filter(|_| !chosen.is_empty()) {
            record.revived.retain(|number| !chosen.contains(number));
            self.save(moment, &mut out);
        }
        out.reply(waiter, Answer::of(answer));
        out
    }

    fn dead_batches(&self, chosen: &[u64]) -> DeadBatches {
        let letters = chosen
            .iter()
            .filter_map(|number| self.dead_letters.get(*number));
        DeadBatches {
            batches: chosen.len() as u64,
            event_count: letters.map(|letter| letter.tally.event_count).sum(),
        }
    }

    /// Tells of dead letters, the oldest first, with the events that `events` knows of each.
    pub(crate) fn answer_dead_letters(
        &self,
        limit: u32,
        events: impl Fn(u64) -> Vec<DeadEvent>,
        waiter: Waiter,
    ) -> Out {
        let mut out = Out::none();
        let first = self.dead_letters.0.iter().take(limit as usize);
        let letters = first.map(|(number, letter)| DeadLetter {
            number: *number,
            flush_id: self.flush_id(letter.run),
            reason: letter.reason,
            event_count: letter.tally.event_count,
            first_event_at: letter.tally.first_event_at,
            last_event_at: letter.tally.last_event_at,
            attempts: letter.attempts,
            error: letter.error.as_ref().to_owned(),
            died_at: letter.died_at,
            events: events(*number),
        });
        out.reply(waiter, Answer::of::<Vec<_>>(letters.collect()));
        out
    }

    /// Ends the run of the claimed batch for good; hands both out.
    pub(super) fn take_failed(&mut self, moment: Moment) -> Option<(Claim, Run)> {
        let record = self.record.as_mut()?;
        let claim = record.claim.take()?;
        let run = record.life.run.clone();
        record.life.end_run();
        let unknown = || Run::new(record.life.runs_begun, moment.now, 0);
        Some((claim, run.unwrap_or_else(unknown)))
    }
}

fn delete(number: u64) -> Write {
    Write::DeleteItem {
        collection: Collection::DeadLetter,
        number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Address, InstanceId, JobKind, debounce::DebounceSpec};

    #[test]
    fn so_many_events_are_kept_in_dead_letters() {
        static SPEC: DebounceSpec = DebounceSpec::new("Webhooks").dead_letter();
        let address = Address {
            kind: JobKind::Debounce,
            job: SPEC.name,
            id: InstanceId::new("a").expect("a valid id"),
        };
        let mut machine = Machine::absent(&SPEC, address);
        let letter = |event_count| Letter {
            reason: FlushReason::FlushAfter,
            tally: Tally {
                event_count,
                ..Tally::default()
            },
            run: 1,
            attempts: 1,
            error: "x".into(),
            died_at: Timestamp::default(),
        };
        machine.dead_letters.put(1, letter(MOST_EVENTS - 1));
        assert!(machine.has_room_for_a_letter(), "n - 1");
        machine.dead_letters.put(2, letter(1));
        assert!(!machine.has_room_for_a_letter(), "n");
    }
}
