//! Messages between instances: those that wait to leave, and which ones have been taken.
//!
//! Both outlive the instance itself. A sender that has ended stays as a row without state until its last message
//! has arrived; a receiver that has ended, until no repetition of what it has taken can come any more.

mod dead_letters;
mod inbox;
mod outbox;
mod outgoing;
mod rows;

use std::sync::Arc;

use self::{dead_letters::DeadLetters, outbox::Failure};
pub(crate) use self::{
    inbox::{Inbox, Taken},
    outbox::{DeliveryReport, MessageBatch, Outbox},
    outgoing::{OutgoingMessage, Recipient},
};
use crate::{
    ClientError, Incarnation, Timestamp,
    jobs::Draft,
    json,
    storage::{InstanceRow, ItemRow, Stored, Write},
    telemetry::Happening,
    wire::Status,
};

/// What one id keeps of messages, whatever becomes of its instance.
#[derive(Debug, Default)]
pub(crate) struct Mailbox {
    pub(crate) outbox: Outbox,
    pub(crate) inbox: Inbox,
    dead_letters: DeadLetters,
    row: Row,
}

/// The row of the id, as it is stored.
#[derive(Debug, Default)]
enum Row {
    #[default]
    None,
    /// Only messages are left; the row waits for this time.
    MessagesOnly(Option<Timestamp>),
    /// An instance; its row is known while messages wait to leave, because it also says when to look after them.
    Instance(Option<Box<InstanceRow>>),
}

impl Mailbox {
    /// Takes what belongs to messages out of the rows of an id. What is left is that of an instance, if there is one.
    /// `look_at` is when somebody has to look after messages that leave, unless somebody does in any case.
    pub(crate) fn restore(
        stored: Option<Stored>,
        look_at: Option<Timestamp>,
    ) -> (Self, Option<Stored>) {
        let Some(stored) = stored else {
            return (Self::default(), None);
        };
        let mut mailbox = match stored.items.is_empty() {
            true => Self::default(),
            false => Self::of_items(&stored.items, look_at),
        };
        if stored.row.status == Status::NotFound {
            mailbox.row = Row::MessagesOnly(stored.row.wake_at);
            return (mailbox, None);
        }
        mailbox.keep_row(&stored.row);
        (mailbox, Some(stored))
    }

    #[inline(never)]
    fn of_items(items: &[ItemRow], look_at: Option<Timestamp>) -> Self {
        Self {
            outbox: Outbox::restore(items, look_at),
            inbox: Inbox::restore(items),
            dead_letters: DeadLetters::restore(items),
            row: Row::None,
        }
    }

    /// Keeps what a handler has written, and says the number of the last message.
    #[inline(never)]
    pub(crate) fn send(
        &mut self,
        drafts: Vec<Draft>,
        now: Timestamp,
        look_at: Option<Timestamp>,
        entropy: u64,
    ) -> Option<u64> {
        self.outbox.send(drafts, now, look_at, entropy)
    }

    /// Takes in what became of messages that were on their way.
    pub(crate) fn take_report(
        &mut self,
        report: DeliveryReport,
        now: Timestamp,
        look_at: Option<Timestamp>,
        writes: &mut Vec<Write>,
    ) -> Option<Happening> {
        let failure = self.outbox.take_report(report, now, look_at)?;
        let Failure {
            message,
            error,
            again_at,
        } = failure;
        let (to, error): (_, Arc<str>) = (message.address(), error.to_string().into());
        if let Some(at) = again_at {
            return Some(Happening::MessageDelayed { to, error, at });
        }
        if matches!(self.row, Row::Instance(_)) {
            self.dead_letters.add(&message, &error, now, writes);
        }
        Some(Happening::MessageUndeliverable { to, error })
    }

    /// Completes the writes of a step by those of messages. `own` is when the instance itself wants to be woken.
    pub(crate) fn seal(&mut self, writes: &mut Vec<Write>, own: Option<Timestamp>, now: Timestamp) {
        let erased = self.follow(writes);
        if erased && self.is_empty() {
            // Whatever there was is deleted with the instance.
            self.begin_anew();
            return;
        }
        if matches!(self.row, Row::MessagesOnly(_)) && self.is_empty() {
            writes.push(Write::Erase);
            self.begin_anew();
            return;
        }
        self.outbox.write_changes(writes);
        self.inbox.write_changes(now, writes);
        match &self.row {
            Row::Instance(_) => self.save_wake(own, now, writes),
            Row::None if self.is_empty() => {}
            Row::None => self.save_messages_only(now, writes),
            Row::MessagesOnly(wake_at) if *wake_at != self.wakes_at() => {
                self.save_messages_only(now, writes);
            }
            Row::MessagesOnly(_) => {}
        }
    }

    fn begin_anew(&mut self) {
        let outbox = self.outbox.emptied();
        *self = Self {
            outbox,
            ..Self::default()
        };
    }

    /// Whether no message waits, and none is remembered.
    fn is_empty(&self) -> bool {
        self.outbox.is_empty() && self.inbox.is_empty()
    }

    /// Follows the writes to what they make of the row. Says whether they delete everything.
    fn follow(&mut self, writes: &mut [Write]) -> bool {
        let mut erased = false;
        for write in writes {
            match write {
                Write::Save(row) => {
                    self.keep_row(row);
                    row.wake_at = earliest(row.wake_at, self.outbox.wakes_at());
                    self.note_wake(row.wake_at);
                    erased = false;
                }
                Write::Erase => {
                    erased = true;
                    self.row = Row::None;
                    self.outbox.write_all();
                    self.inbox.write_all();
                    self.dead_letters = DeadLetters::default();
                }
                _ => {}
            }
        }
        erased
    }

    fn keep_row(&mut self, row: &InstanceRow) {
        let kept = (!self.outbox.is_empty()).then(|| {
            Box::new(InstanceRow {
                state: None,
                ..row.clone()
            })
        });
        self.row = Row::Instance(kept);
    }

    fn note_wake(&mut self, wake_at: Option<Timestamp>) {
        if let Row::Instance(Some(row)) = &mut self.row {
            row.wake_at = wake_at;
        }
    }

    /// Saves the row of the instance, if it has to be woken at another time because of its messages.
    fn save_wake(&mut self, own: Option<Timestamp>, now: Timestamp, writes: &mut Vec<Write>) {
        let wake_at = earliest(own, self.outbox.wakes_at());
        let Row::Instance(Some(row)) = &mut self.row else {
            return;
        };
        if row.wake_at != wake_at {
            row.wake_at = wake_at;
            row.updated_at = now;
            writes.insert(0, Write::Save((**row).clone()));
        }
        if self.outbox.is_empty() {
            self.row = Row::Instance(None);
        }
    }

    fn save_messages_only(&mut self, now: Timestamp, writes: &mut Vec<Write>) {
        let wake_at = self.wakes_at();
        // Behind what deletes the instance, before what belongs to this row.
        let erased = writes
            .iter()
            .rposition(|write| matches!(write, Write::Erase));
        let place = erased.map_or(0, |place| place + 1);
        writes.insert(place, Write::Save(row_of_messages(wake_at, now)));
        self.row = Row::MessagesOnly(wake_at);
    }

    fn wakes_at(&self) -> Option<Timestamp> {
        earliest(self.outbox.wakes_at(), self.inbox.forgets_at())
    }
}

/// The row of an id that has messages and no instance.
fn row_of_messages(wake_at: Option<Timestamp>, now: Timestamp) -> InstanceRow {
    InstanceRow {
        incarnation: Incarnation(0),
        status: Status::NotFound,
        wake_at,
        run_count: 0,
        last_error: None,
        state_version: 0,
        record: "null".into(),
        state: Some("null".into()),
        updated_at: now,
    }
}

fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}

/// Whether the message can arrive another time: everything else can not.
fn may_arrive_later(error: &ClientError) -> bool {
    !matches!(
        error,
        ClientError::JobNotFound { .. }
            | ClientError::InvalidId { .. }
            | ClientError::Validation { .. }
            | ClientError::Rejected { .. }
            | ClientError::Unsupported { .. }
    )
}

/// What is stored of an item, as far as this version can read it.
fn read<T: json::ReadOwned>(item: &ItemRow) -> Option<T> {
    json::read(&item.value).ok()
}

/// An item's text.
fn text(item: &dyn json::WriteJson) -> Arc<str> {
    json::write(item).into()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::*;
    use crate::{InstanceId, wire::Json};

    #[test]
    fn handlers_go_on_to_see_how_many_wait_when_everything_begins_anew() {
        let mut mailbox = Mailbox::default();
        let waiting = mailbox.outbox.waiting();
        let send = |mailbox: &mut Mailbox| {
            let draft = Draft {
                job: "Order",
                id: InstanceId::new("o-1").expect("a valid id"),
                call: Json("{}".into()),
            };
            mailbox.send(vec![draft], Timestamp::default(), None, 1);
            waiting.load(Ordering::Relaxed)
        };
        assert_eq!((send(&mut mailbox), send(&mut mailbox)), (1, 2));
        mailbox.begin_anew();
        assert!(mailbox.is_empty());
        assert_eq!(send(&mut mailbox), 1);
    }
}
