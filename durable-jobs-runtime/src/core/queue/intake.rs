//! How messages come in.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use super::{
    Changed, Machine, Out, Record,
    lanes::{hashed, mixed},
    message::{Dead, Header, Message},
};
use crate::{
    ClientError, Timestamp,
    core::{Moment, Waiter},
    json::json_variants,
    queue::{Due, EnqueuedMany, NewMessage},
    storage::ItemRow,
    telemetry::Happening,
    wire::Answer,
};

/// When a full queue whose next room cannot be foretold is to be asked again.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// The soonest.
const ASK_AGAIN_SOON: Duration = Duration::from_millis(100);

/// Whether new messages are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Intake {
    Open,
    Draining,
}
json_variants!(Intake {
    "open" => Open,
    "draining" => Draining,
});

impl Machine {
    pub(super) fn enqueue(
        &mut self,
        moment: Moment,
        messages: Vec<NewMessage>,
        waiter: Waiter,
        out: &mut Out,
    ) {
        let (job, id) = self.names();
        if self.record.as_ref().map(|record| record.intake) == Some(Intake::Draining) {
            return out.refuse(waiter, ClientError::QueueDraining { job, id });
        }
        let offered = messages.len();
        let (new, repeated) = self.sort_out(messages, moment.now);
        let limit = self.spec.max_depth;
        if self.held().saturating_add(new.len() as u64) > limit {
            let retry_after = self.room_after(moment.now);
            out.tell(Happening::Overflow { limit, dropped: 0 });
            let error = ClientError::QueueFull {
                job,
                id,
                limit,
                retry_after,
            };
            return out.refuse(waiter, error);
        }
        let event_ids = new.iter().filter_map(|message| message.event_id.as_ref());
        if let Err(error) = self.event_ids.admit(event_ids, &self.address, moment.now) {
            return out.refuse(waiter, error);
        }
        let created = self.record.is_none() && !new.is_empty();
        if created {
            self.record = Some(Record::new(moment));
            self.changed = Changed::Yes;
            out.tell(Happening::Started);
        }
        out.tell_all(repeated);
        let enqueued = new.len();
        for message in new {
            self.accept(message, moment, out);
        }
        let answer = EnqueuedMany {
            created,
            enqueued: enqueued as u64,
            duplicates: (offered - enqueued) as u64,
            depth: self.messages.len() as u64,
        };
        out.reply(waiter, Answer::of(answer));
    }

    /// Leaves out repetitions, and tells of them.
    fn sort_out(
        &mut self,
        messages: Vec<NewMessage>,
        now: Timestamp,
    ) -> (Vec<NewMessage>, Vec<Happening>) {
        let (mut seen, mut repeated) = (BTreeSet::new(), Vec::new());
        let is_new = |message: &NewMessage| {
            let Some(event_id) = &message.event_id else {
                return true;
            };
            let known = self.by_event_id.contains_key(event_id)
                || self.event_ids.knows(event_id, now)
                || !seen.insert(Arc::clone(event_id));
            if known {
                let event_id = Arc::clone(event_id);
                repeated.push(Happening::Duplicate { event_id });
            }
            !known
        };
        let new = messages.into_iter().filter(is_new).collect();
        (new, repeated)
    }

    /// All that takes room.
    fn held(&self) -> u64 {
        (self.messages.len() + self.dead.len()) as u64
    }

    /// When a full queue may have room again, as far as it can be foretold: when its next message begins, if that has
    /// a time.
    fn room_after(&self, now: Timestamp) -> Duration {
        let delayed = self.delayed.first().map(|(at, _)| *at);
        let begins_at = match self.lanes.ready() {
            0 if self.in_flight_count() == 0 => delayed,
            0 => None,
            _ => self.paced_until(now),
        };
        begins_at.map_or(ASK_AGAIN, |at| at.since(now).max(ASK_AGAIN_SOON))
    }

    fn accept(&mut self, new: NewMessage, moment: Moment, out: &mut Out) {
        let Some(record) = &mut self.record else {
            return;
        };
        record.sequence = record.sequence.saturating_add(1);
        let (number, now) = (record.sequence, moment.now);
        self.last_enqueued_at = self.last_enqueued_at.max(now);
        let (delayed_until, at) = match new.due {
            Some(Due::AfterMillis(millis)) => (Some(now + Duration::from_millis(millis)), None),
            Some(Due::At(at)) => (None, Some(at)),
            None => (None, None),
        };
        let name = new.partition_key.as_ref().or(new.event_id.as_ref());
        let header = Header {
            enqueued_at: self.last_enqueued_at,
            version: self.spec.version,
            delayed_until: delayed_until.filter(|at| *at > now),
            at: at.filter(|at| *at > now),
            event_id: new.event_id.clone(),
            priority: new.priority,
            key: name.map_or_else(|| mixed(number), |name| hashed(name)),
            run: None,
            retry_at: None,
        };
        let lane = self.lanes.lane_of(header.key);
        let message = Message::new(number, header, new.message.0, lane);
        out.write(message.put());
        if let Some(event_id) = &new.event_id {
            let expires_at = now + self.spec.dedup_window;
            self.event_ids
                .remember(event_id, expires_at, now, |write| out.write(write));
        }
        self.keep(message);
    }

    /// Keeps a message that waits.
    pub(super) fn keep(&mut self, message: Message) {
        let number = message.number;
        if let Some(event_id) = &message.header.event_id {
            self.by_event_id.insert(Arc::clone(event_id), number);
        }
        match message.due_at() {
            Some(at) => {
                self.delayed.insert((at, number));
            }
            None => self.lanes.offer(&message),
        }
        self.messages.insert(number, message);
    }

    /// Keeps a message that the store has.
    pub(super) fn take_up(&mut self, number: u64, header: Header, json: Arc<str>) {
        if let Some(record) = &mut self.record {
            record.sequence = record.sequence.max(number);
        }
        self.last_enqueued_at = self.last_enqueued_at.max(header.enqueued_at);
        let lane = self.lanes.lane_of(header.key);
        let message = Message::new(number, header, json, lane);
        if message.run.attempt > 0 {
            self.lanes.keep_waiting_for(&message);
        }
        self.keep(message);
    }

    /// Keeps a dead letter that the store has. One that does not decode is of another kind.
    pub(super) fn take_up_dead(&mut self, item: &ItemRow) {
        let Some((header, json, death)) = Dead::read(item) else {
            return;
        };
        if let Some(event_id) = &header.event_id {
            self.by_event_id.insert(Arc::clone(event_id), item.number);
        }
        let lane = self.lanes.lane_of(header.key);
        let message = Message::new(item.number, header, json, lane);
        self.dead.insert(item.number, Dead { message, death });
    }
}
