//! Batches that were set aside, as clients see them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::FlushReason;
use crate::{
    Timestamp,
    json::{Object, ReadJson, Variant, WriteJson, json_fields, key},
    wire::Json,
};

/// A batch that was set aside, as `dead_letters` tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeadLetter {
    /// Its number, for `retry_dead` and `purge_dead`.
    pub number: u64,
    /// Names its flush: what `ctx.flush_id()` said, and will say again.
    pub flush_id: String,
    /// What made the batch due.
    pub reason: FlushReason,
    /// How many events it holds.
    pub event_count: u64,
    /// When the first of them arrived.
    pub first_event_at: Timestamp,
    /// When the last of them arrived.
    pub last_event_at: Timestamp,
    /// How many attempts there were.
    pub attempts: u32,
    /// The error of the last one.
    pub error: String,
    /// When the batch was set aside.
    pub died_at: Timestamp,
    /// Its events, in the order of their arrival.
    pub events: Vec<DeadEvent>,
}
json_fields!(DeadLetter {
    number,
    flush_id,
    reason,
    event_count,
    first_event_at,
    last_event_at,
    attempts,
    error,
    died_at,
    events
});

/// An event of a [`DeadLetter`], as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeadEvent {
    /// The event as JSON.
    pub event: Json,
    /// Its id, if it has one.
    pub event_id: Option<Arc<str>>,
    /// When it arrived.
    pub arrived_at: Timestamp,
    /// The `version` of the job that has stored it.
    pub version: u32,
}
json_fields!(DeadEvent {
    event,
    event_id: default,
    arrived_at,
    version
});

/// Which dead letters are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All there are.
    All,
    /// The one of this [`DeadLetter::number`].
    Number(u64),
}

impl WriteJson for Which {
    fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Self::All => "all".write_json(out),
            Self::Number(number) => {
                let mut object = Object::begin(out);
                object.put(key!("number"), number);
                object.end();
            }
        }
    }
}

impl<'de> ReadJson<'de> for Which {
    fn read_json(text: &'de RawValue) -> serde_json::Result<Self> {
        let which = Variant::of(text.get())?;
        match (which.name, which.take("number")?) {
            ("all", _) => Ok(Self::All),
            (_, Some(number)) => Ok(Self::Number(number)),
            (_, None) => Err(which.unknown(&["all", "number"])),
        }
    }
}

impl From<u64> for Which {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

/// The answer of `retry_dead` and `purge_dead`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeadBatches {
    /// How many dead letters were meant.
    pub batches: u64,
    /// How many events they hold.
    pub event_count: u64,
}
json_fields!(DeadBatches {
    batches,
    event_count
});
