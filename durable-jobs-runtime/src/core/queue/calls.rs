//! What the calls of a queue do.

use super::{Changed, Intake, Machine, Out, message::Dead};
use crate::{
    core::{Effect, Moment, Phase, Waiter},
    queue::{Cancelled, Purged, QueueCall, QueueStatus, Revived, ShownMessage, Whereabouts},
    storage::Write,
    telemetry::Happening,
    wire::{Answer, Terminated},
};

impl Machine {
    /// Answers a call that changes nothing.
    pub(super) fn read(&mut self, moment: Moment, call: &QueueCall, waiter: Waiter, out: &mut Out) {
        self.promote(moment.now);
        let answer = match call {
            QueueCall::Peek { limit } => Answer::of::<Vec<_>>(self.peek(*limit as usize)),
            QueueCall::DeadLetters { limit } => {
                let newest = self.dead.values().rev().take(*limit as usize);
                Answer::of::<Vec<_>>(newest.map(Dead::show).collect())
            }
            _ => Answer::of(self.describe(moment)),
        };
        out.reply(waiter, answer);
    }

    fn describe(&self, moment: Moment) -> QueueStatus {
        let record = self.record.as_ref();
        let next_at = match self.in_flight_count() {
            0 => self.wake_at(moment.now),
            _ => self.due_beside_runs(),
        };
        let last_error = self.life().and_then(|life| life.last_error.as_deref());
        QueueStatus {
            status: self.status(),
            pending: self.lanes.ready() as u64,
            in_flight: self.in_flight_count() as u64,
            delayed: self.delayed.len() as u64,
            processed: record.map_or(0, |record| record.processed),
            dead: self.dead.len() as u64,
            next_at: next_at.filter(|at| *at > moment.now),
            last_error: last_error.map(str::to_owned),
        }
    }

    fn peek(&self, limit: usize) -> Vec<ShownMessage> {
        let ready = self.lanes.first(limit).into_iter();
        let ready = ready.map(|(_, _, number)| number);
        let delayed = self.delayed.iter().map(|(_, number)| *number);
        ready
            .chain(delayed)
            .take(limit)
            .filter_map(|number| Some(self.messages.get(&number)?.show()))
            .collect()
    }

    pub(super) fn pause(&mut self, waiter: Waiter, out: &mut Out) {
        if let Some(record) = &mut self.record
            && record.life.phase == Phase::Active
        {
            record.life.phase = Phase::Paused;
            self.changed = Changed::Yes;
            out.tell(Happening::Paused);
        }
        out.reply(waiter, Answer::of(self.status()));
    }

    pub(super) fn resume(&mut self, waiter: Waiter, out: &mut Out) {
        if let Some(record) = &mut self.record
            && (record.life.phase, record.intake) != (Phase::Active, Intake::Open)
        {
            (record.life.phase, record.intake) = (Phase::Active, Intake::Open);
            self.changed = Changed::Yes;
            out.tell(Happening::Resumed);
        }
        out.reply(waiter, Answer::of(self.status()));
    }

    pub(super) fn drain(&mut self, waiter: Waiter, out: &mut Out) {
        if let Some(record) = &mut self.record
            && record.intake == Intake::Open
        {
            record.intake = Intake::Draining;
            self.changed = Changed::Yes;
        }
        out.reply(waiter, Answer::of(self.status()));
    }

    pub(super) fn cancel(&mut self, event_id: &str, waiter: Waiter, out: &mut Out) {
        let was = self.whereabouts(event_id);
        let cancelled = was == Whereabouts::Waiting;
        if let (true, Some(number)) = (cancelled, self.by_event_id.get(event_id).copied()) {
            self.discard(number, out);
        }
        out.reply(waiter, Answer::of(Cancelled { cancelled, was }));
    }

    fn whereabouts(&self, event_id: &str) -> Whereabouts {
        let number = self.by_event_id.get(event_id);
        match number.map(|number| self.messages.get(number)) {
            None => Whereabouts::NotFound,
            Some(None) => Whereabouts::Dead,
            Some(Some(message)) if message.run.is_open() => Whereabouts::InFlight,
            Some(Some(_)) => Whereabouts::Waiting,
        }
    }

    /// Deletes a message that waits.
    fn discard(&mut self, number: u64, out: &mut Out) {
        if let Some(message) = self.messages.remove(&number) {
            self.stop_waiting(&message);
            self.forget_event_id(&message);
            out.write(message.delete());
            // Its number is not given again.
            self.changed = Changed::Yes;
        }
    }

    pub(super) fn purge(&mut self, waiter: Waiter, out: &mut Out) {
        let waiting = self.messages.values();
        let waiting: Vec<u64> = waiting
            .filter(|message| !message.run.is_open())
            .map(|message| message.number)
            .collect();
        for number in &waiting {
            self.discard(*number, out);
        }
        let discarded = waiting.len() as u64;
        out.reply(waiter, Answer::of(Purged { discarded }));
    }

    pub(super) fn purge_dead(&mut self, waiter: Waiter, out: &mut Out) {
        let dead = std::mem::take(&mut self.dead);
        for letter in dead.values() {
            self.forget_event_id(&letter.message);
            out.write(letter.delete());
            self.changed = Changed::Yes;
        }
        let discarded = dead.len() as u64;
        out.reply(waiter, Answer::of(Purged { discarded }));
    }

    /// Makes messages of dead letters: of one, or of all.
    pub(super) fn retry_dead(&mut self, event_id: Option<&str>, waiter: Waiter, out: &mut Out) {
        let letters: Vec<u64> = match event_id {
            Some(event_id) => self
                .by_event_id
                .get(event_id)
                .copied()
                .into_iter()
                .collect(),
            None => self.dead.keys().copied().collect(),
        };
        let mut revived = 0;
        for number in letters {
            if let Some(letter) = self.dead.remove(&number) {
                out.write(letter.delete());
                let Dead { mut message, .. } = letter;
                message.run.reset();
                message.header.delayed_until = None;
                message.header.at = None;
                out.write(message.put());
                self.keep(message);
                self.changed = Changed::Yes;
                revived += 1;
            }
        }
        out.reply(waiter, Answer::of(Revived { revived }));
    }

    pub(super) fn terminate(&mut self, reason: String, waiter: Waiter, out: &mut Out) {
        let run_count = self.life().map(|life| life.runs_begun);
        let terminated = run_count.is_some();
        let reason = if terminated {
            reason
        } else {
            "not_found".to_owned()
        };
        if let Some(run_count) = run_count {
            let reason = reason.clone();
            out.tell(Happening::Terminated { reason, run_count });
            out.write(Write::Erase);
            out.list.push(Effect::Abandon);
            *self = Self::absent(self.spec, self.address.clone());
        }
        out.reply(waiter, Answer::of(Terminated { terminated, reason }));
    }
}
