//! What every instance without runs keeps.

use std::sync::Arc;

use super::Moment;
use crate::{
    Address, ClientError, Incarnation, Timestamp,
    json::{self, ReadOwned, WriteJson},
    storage::InstanceRow,
    wire::Status,
};

/// One life of an id, of a kind whose instances run nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Existence {
    pub(crate) incarnation: Incarnation,
    pub(crate) created_at: Timestamp,
}

impl Existence {
    pub(crate) fn begin(moment: Moment) -> Self {
        Self {
            incarnation: Incarnation(moment.entropy),
            created_at: moment.now,
        }
    }

    /// The row of the instance. Its state is the record.
    pub(crate) fn row(
        &self,
        status: Status,
        wake_at: Option<Timestamp>,
        record: &dyn WriteJson,
        now: Timestamp,
    ) -> InstanceRow {
        InstanceRow {
            incarnation: self.incarnation,
            status,
            wake_at,
            run_count: 0,
            last_error: None,
            state_version: 1,
            record: json::write(record).into(),
            state: None,
            updated_at: now,
        }
    }
}

/// The error of a call that asks for a number that can never be had.
pub(crate) fn never_granted(address: &Address, asked: u32, most: u32) -> Option<ClientError> {
    let reason = match asked {
        0 => "nothing was asked for: ask for at least 1".to_owned(),
        _ if asked <= most => return None,
        _ => format!("{asked} can never be had: at most {most} are given at a time"),
    };
    Some(ClientError::Validation {
        job: address.job.to_owned(),
        id: address.id.as_str().to_owned(),
        field: Some("permits".to_owned()),
        reason,
    })
}

/// The answer of `terminate` about an instance: the reason, or that there is none.
pub(crate) fn terminated(exists: bool, reason: String) -> crate::wire::Terminated {
    crate::wire::Terminated {
        terminated: exists,
        reason: if exists {
            reason
        } else {
            "not_found".to_owned()
        },
    }
}

/// A record as it is stored, with what tells it from that of another version.
pub(crate) fn decode<R: ReadOwned>(address: &Address, record: &Arc<str>) -> Result<R, ClientError> {
    json::read(record).map_err(|error| ClientError::Storage {
        job: address.job.to_owned(),
        id: address.id.as_str().to_owned(),
        reason: format!("its record does not decode, so it is left untouched: {error}"),
    })
}
