//! One message on its way.

use std::sync::Arc;

use crate::{
    Timestamp,
    json::json_fields,
    wire::{Json, call_kind},
};

/// Whom a message is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Recipient {
    /// The stored name of the job.
    pub(crate) job: Arc<str>,
    pub(crate) id: Arc<str>,
}
json_fields!(Recipient { job, id });

/// A message that has not arrived yet, as far as is known here.
#[derive(Clone, Debug)]
pub(crate) struct OutgoingMessage {
    /// Its place among all messages of its sender.
    pub(crate) number: u64,
    pub(crate) to: Recipient,
    /// The call that it is, as text: only its job reads it.
    pub(crate) call: Json,
    pub(crate) sent_at: Timestamp,
}
json_fields!(OutgoingMessage {
    number,
    to,
    call,
    sent_at,
});

impl OutgoingMessage {
    /// The readable name of whom it is for.
    pub(crate) fn address(&self) -> String {
        let Recipient { job, id } = &self.to;
        let kind = call_kind(&self.call);
        format!("{kind}:{job}:{id}")
    }
}
