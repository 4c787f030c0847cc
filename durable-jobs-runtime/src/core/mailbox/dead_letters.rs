//! Messages that cannot arrive.

use super::OutgoingMessage;
use crate::{
    Timestamp, json,
    storage::{Collection, ItemRow, Write},
};

/// How many are kept, the last ones.
const MOST_KEPT: u64 = 100;

/// The messages of one instance that could not be delivered, for people to look at.
#[derive(Debug, Default)]
pub(super) struct DeadLetters {
    first: u64,
    last: u64,
}

impl DeadLetters {
    pub(super) fn restore(items: &[ItemRow]) -> Self {
        let numbers = items
            .iter()
            .filter(|item| item.collection == Collection::Undeliverable)
            .map(|item| item.number);
        let (mut dead, mut any) = (Self::default(), false);
        for number in numbers {
            dead.first = if any { dead.first.min(number) } else { number };
            dead.last = dead.last.max(number);
            any = true;
        }
        dead
    }

    pub(super) fn add(
        &mut self,
        message: &OutgoingMessage,
        error: &str,
        now: Timestamp,
        writes: &mut Vec<Write>,
    ) {
        self.last += 1;
        self.first = self.first.max(1);
        let collection = Collection::Undeliverable;
        let dead = json::write_object(|object| {
            object.put(json::key!("to"), &message.address());
            object.put(json::key!("call"), &message.call);
            object.put(json::key!("error"), &error);
            object.put(json::key!("sent_at"), &message.sent_at);
            object.put(json::key!("failed_at"), &now);
        });
        writes.push(Write::PutItem(ItemRow {
            collection,
            number: self.last,
            value: dead.into(),
        }));
        if self.last - self.first >= MOST_KEPT {
            let number = self.first;
            writes.push(Write::DeleteItem { collection, number });
            self.first += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{super::Recipient, *};

    fn message() -> OutgoingMessage {
        OutgoingMessage {
            number: 1,
            to: Recipient {
                job: "Order".into(),
                id: "o-1".into(),
            },
            call: crate::wire::Json("{}".into()),
            sent_at: Timestamp::default(),
        }
    }

    /// What a store holds after so many have been added, each by `next`, which is given the last one and what is stored.
    fn stored(count: u64, next: impl Fn(DeadLetters, &[ItemRow]) -> DeadLetters) -> Vec<u64> {
        let other = ItemRow {
            collection: Collection::History,
            number: 1_000_000,
            value: "null".into(),
        };
        let (mut rows, mut dead) = (BTreeMap::new(), DeadLetters::default());
        for _ in 0..count {
            let items: Vec<ItemRow> = rows.values().chain([&other]).cloned().collect();
            dead = next(dead, &items);
            let mut writes = Vec::new();
            dead.add(&message(), "x", Timestamp::default(), &mut writes);
            for write in writes {
                match write {
                    Write::PutItem(row) => drop(rows.insert(row.number, row)),
                    Write::DeleteItem { number, .. } => drop(rows.remove(&number)),
                    _ => {}
                }
            }
        }
        rows.into_keys().collect()
    }

    #[test]
    fn the_last_hundred_are_kept() {
        let kept = |dead, _: &[ItemRow]| dead;
        assert_eq!(stored(100, kept), (1..=100).collect::<Vec<_>>());
        assert_eq!(stored(205, kept), (106..=205).collect::<Vec<_>>());
        let taken_up = |_, items: &[ItemRow]| DeadLetters::restore(items);
        assert_eq!(stored(205, taken_up), (106..=205).collect::<Vec<_>>());
    }
}
