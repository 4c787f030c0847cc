//! What tells one message between instances from all others.

use std::sync::Arc;

use crate::{Incarnation, json::json_fields};

/// Names a message among all others: those of one sender have growing numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageId {
    /// The readable name of the sender.
    pub from: Arc<str>,
    /// The life of its outbox, by which a name that is used again differs.
    pub incarnation: Incarnation,
    /// Its place among all messages of that life.
    pub number: u64,
}
json_fields!(MessageId {
    from,
    incarnation,
    number,
});

impl MessageId {
    pub(crate) fn new(from: Arc<str>, incarnation: Incarnation, number: u64) -> Self {
        Self {
            from,
            incarnation,
            number,
        }
    }
}
