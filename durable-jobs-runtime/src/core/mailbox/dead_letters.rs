//! Messages that cannot arrive.

use serde::Serialize;

use super::{OutgoingMessage, text};
use crate::{
    Timestamp,
    storage::{Collection, ItemRow, Write},
    wire::Json,
};

/// How many are kept, the last ones.
const MOST_KEPT: u64 = 100;

/// The messages of one instance that could not be delivered, for people to look at.
#[derive(Debug, Default)]
pub(super) struct DeadLetters {
    first: u64,
    last: u64,
}

#[derive(Serialize)]
struct DeadLetter<'a> {
    to: &'a str,
    call: &'a Json,
    error: &'a str,
    sent_at: Timestamp,
    failed_at: Timestamp,
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
        let dead = DeadLetter {
            to: &message.address(),
            call: &message.call,
            error,
            sent_at: message.sent_at,
            failed_at: now,
        };
        writes.push(Write::PutItem(ItemRow {
            collection,
            number: self.last,
            value: text(&dead),
        }));
        if self.last - self.first >= MOST_KEPT {
            let number = self.first;
            writes.push(Write::DeleteItem { collection, number });
            self.first += 1;
        }
    }
}
