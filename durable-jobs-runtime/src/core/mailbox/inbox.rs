//! Which messages have been taken: of each sender those up to a number.

use std::{sync::Arc, time::Duration};

use super::{read, text};
use crate::{
    Incarnation, Timestamp,
    core::Waiter,
    json::json_fields,
    sorted::SortedMap,
    storage::{Collection, ItemRow, Write},
    wire::MessageId,
};

/// How long a sender is remembered after its last message. One that has been down for longer, with a message on its
/// way of which it does not know whether it has arrived, may have it taken twice.
const KEPT_FOR: Duration = Duration::from_secs(30 * 24 * 3600);

/// How many senders are remembered at most, those of the last messages: a bound for memory, and for what a host has
/// to load. The number of those who write at one time counts, not of those who ever have.
const MOST_KEPT: usize = 4096;

/// What is known of a message that has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It has had its effect.
    Already,
    /// It waits for its turn.
    Waiting(Waiter),
}

/// The senders that have written to one id.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    senders: SortedMap<Incarnation, Sender>,
    /// By when they are forgotten.
    by_age: SortedMap<(Timestamp, Incarnation), ()>,
    last_row: u64,
    /// Those whose rows are to be written.
    changed: SortedMap<Incarnation, ()>,
    deleted: Vec<u64>,
    /// Messages whose effect is still to come.
    asking: SortedMap<Waiter, Asking>,
}

#[derive(Debug)]
struct Sender {
    row: u64,
    from: Arc<str>,
    last: u64,
    until: Timestamp,
}

#[derive(Debug)]
struct Asking {
    message: MessageId,
    /// Whether its effect is stored even if the step of its answer stores nothing else.
    counts: Counts,
}

/// When a message that was answered has had an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counts {
    IfStored,
    Always,
}

/// How a sender is stored.
struct Mark {
    from: Arc<str>,
    incarnation: Incarnation,
    last: u64,
    until: Timestamp,
}
json_fields!(Mark {
    from,
    incarnation,
    last,
    until,
});

impl Inbox {
    pub(super) fn restore(items: &[ItemRow]) -> Self {
        let mut inbox = Self::default();
        for item in items
            .iter()
            .filter(|item| item.collection == Collection::Inbox)
        {
            inbox.last_row = inbox.last_row.max(item.number);
            let Some(mark) = read::<Mark>(item) else {
                continue;
            };
            inbox.by_age.insert((mark.until, mark.incarnation), ());
            let sender = Sender {
                row: item.number,
                from: mark.from,
                last: mark.last,
                until: mark.until,
            };
            inbox.senders.insert(mark.incarnation, sender);
        }
        inbox
    }

    pub(crate) fn look_up(&self, message: &MessageId) -> Option<Taken> {
        let sender = self.senders.get(&message.incarnation);
        if sender.is_some_and(|sender| message.number <= sender.last) {
            return Some(Taken::Already);
        }
        let mut asking = self.asking.iter();
        let waiting = asking.find(|(_, asking)| asking.message == *message);
        waiting.map(|(waiter, _)| Taken::Waiting(*waiter))
    }

    /// Notes a message that the machine is given.
    pub(crate) fn ask(&mut self, waiter: Waiter, message: MessageId) {
        let counts = Counts::IfStored;
        self.asking.insert(waiter, Asking { message, counts });
    }

    /// Notes that a message is not answered in the step that it was given in.
    pub(crate) fn defer(&mut self, waiter: Waiter) {
        if let Some(asking) = self.asking.get_mut(&waiter) {
            asking.counts = Counts::Always;
        }
    }

    /// Takes a message as done that is answered now. What is refused, and what changes nothing, has had no effect
    /// that could be repeated; `stores` says whether the step of the answer changes anything.
    pub(crate) fn settle(&mut self, waiter: Waiter, accepted: bool, stores: bool, now: Timestamp) {
        let Some(Asking { message, counts }) = self.asking.remove(&waiter) else {
            return;
        };
        if accepted && (stores || counts == Counts::Always) {
            self.take(message, now);
        }
    }

    /// Forgets who waits: none of them gets an answer.
    pub(crate) fn dismiss(&mut self) {
        self.asking.clear();
    }

    #[inline(never)]
    fn take(&mut self, message: MessageId, now: Timestamp) {
        let MessageId {
            from,
            incarnation,
            number,
        } = message;
        let until = now + KEPT_FOR;
        let last_row = &mut self.last_row;
        let sender = self.senders.or_insert_with(incarnation, || {
            *last_row += 1;
            Sender {
                row: *last_row,
                from,
                last: 0,
                until,
            }
        });
        self.by_age.remove(&(sender.until, incarnation));
        sender.last = sender.last.max(number);
        sender.until = until;
        self.by_age.insert((until, incarnation), ());
        self.changed.insert(incarnation, ());
        while self.senders.len() > MOST_KEPT {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some(&(oldest @ (_, incarnation), ())) = self.by_age.first() {
            self.by_age.remove(&oldest);
            let sender = self.senders.remove(&incarnation);
            self.deleted.extend(sender.map(|sender| sender.row));
            self.changed.remove(&incarnation);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.senders.is_empty()
    }

    /// When the last sender may be forgotten.
    pub(super) fn forgets_at(&self) -> Option<Timestamp> {
        self.by_age.last().map(|((until, _), ())| *until)
    }

    /// All rows are to be written: they were deleted with the instance.
    pub(super) fn write_all(&mut self) {
        self.deleted.clear();
        for (incarnation, _) in self.senders.iter() {
            self.changed.insert(*incarnation, ());
        }
    }

    /// Forgets whose time has passed.
    pub(crate) fn forget_expired(&mut self, now: Timestamp) {
        while self
            .by_age
            .first()
            .is_some_and(|((until, _), ())| *until <= now)
        {
            self.forget_oldest();
        }
    }

    /// Writes what has changed.
    pub(super) fn write_changes(&mut self, now: Timestamp, writes: &mut Vec<Write>) {
        if !(self.changed.is_empty() && self.deleted.is_empty()) {
            self.write_changed(now, writes);
        }
    }

    #[inline(never)]
    fn write_changed(&mut self, now: Timestamp, writes: &mut Vec<Write>) {
        let collection = Collection::Inbox;
        if !self.changed.is_empty() {
            self.forget_expired(now);
        }
        for (incarnation, ()) in std::mem::take(&mut self.changed).iter() {
            let Some(sender) = self.senders.get(incarnation) else {
                continue;
            };
            let mark = Mark {
                from: Arc::clone(&sender.from),
                incarnation: *incarnation,
                last: sender.last,
                until: sender.until,
            };
            writes.push(Write::PutItem(ItemRow {
                collection,
                number: sender.row,
                value: text(&mark),
            }));
        }
        let deleted = self.deleted.drain(..);
        writes.extend(deleted.map(|number| Write::DeleteItem { collection, number }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(sender: u64) -> MessageId {
        MessageId::new("task:Order:o-1".into(), Incarnation(sender), 1)
    }

    #[test]
    fn of_too_many_senders_the_one_that_was_heard_longest_ago_is_forgotten() {
        let (mut inbox, most) = (Inbox::default(), MOST_KEPT as u64);
        for sender in 0..=most {
            inbox.ask(Waiter(sender), message(sender));
            let now = Timestamp::default() + Duration::from_secs(sender);
            inbox.settle(Waiter(sender), true, true, now);
        }
        assert_eq!(inbox.senders.len(), MOST_KEPT);
        assert_eq!(inbox.look_up(&message(0)), None);
        assert_eq!(inbox.look_up(&message(1)), Some(Taken::Already));
    }

    const DAY: Duration = Duration::from_secs(24 * 3600);

    fn settled(inbox: &mut Inbox, accepted: bool, stores: bool) -> Option<Taken> {
        inbox.settle(Waiter(1), accepted, stores, Timestamp::default());
        inbox.look_up(&message(1))
    }

    #[test]
    fn what_has_an_effect_is_taken_once() {
        let mut inbox = Inbox::default();
        inbox.ask(Waiter(1), message(1));
        assert_eq!(inbox.look_up(&message(1)), Some(Taken::Waiting(Waiter(1))));
        assert_eq!(inbox.look_up(&message(2)), None);
        assert_eq!(settled(&mut inbox, true, false), None, "it changes nothing");
        inbox.ask(Waiter(1), message(1));
        assert_eq!(settled(&mut inbox, false, true), None, "it is refused");
        inbox.ask(Waiter(1), message(1));
        inbox.dismiss();
        assert_eq!(settled(&mut inbox, true, true), None, "nobody is answered");
        inbox.ask(Waiter(1), message(1));
        inbox.defer(Waiter(1));
        let taken = settled(&mut inbox, true, false);
        assert_eq!(taken, Some(Taken::Already), "it was stored before");
    }

    #[test]
    fn each_sender_has_a_row_until_it_is_forgotten() {
        let (mut inbox, mut writes) = (Inbox::default(), Vec::new());
        for (sender, days) in [(1, 0), (2, 20), (3, 31)] {
            inbox.ask(Waiter(sender), message(sender));
            let now = Timestamp::default() + DAY * days;
            inbox.settle(Waiter(sender), true, true, now);
            inbox.write_changes(now, &mut writes);
        }
        let number = |write: &Write| match write {
            Write::PutItem(row) => Some(row.number),
            Write::DeleteItem { .. } => None,
            other => panic!("{other:?}"),
        };
        let written: Vec<_> = writes.iter().map(number).collect();
        assert_eq!(written, [Some(1), Some(2), Some(3), None]);
        let collection = Collection::Inbox;
        assert_eq!(
            writes[3],
            Write::DeleteItem {
                collection,
                number: 1
            }
        );
    }
}
