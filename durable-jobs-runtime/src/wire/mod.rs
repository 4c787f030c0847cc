//! What clients and hosts say to each other: one request, one answer.

mod answer;
mod call;
mod envelope;
mod fault;
mod message;
mod variant;

use std::{fmt, sync::Arc, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::{
    BoxFuture, ClientError, InstanceId, ListQuery, MaybeSend, MaybeSync, Page, Timestamp,
    hex::shown_in_hex,
    json::{ReadJson, WriteJson, json_fields, json_names, json_variants},
};

pub use self::{
    answer::Answer,
    call::{Call, CallType},
    envelope::{Received, encode_answer},
    message::MessageId,
};
pub(crate) use self::{answer::AnswerType, call::call_kind, envelope::unreadable};

/// JSON text that is passed on without being looked into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Json(pub Arc<str>);

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self(raw.get().into()))
    }
}

impl WriteJson for Json {
    fn write_json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }
}

impl<'de> ReadJson<'de> for Json {
    fn read_json(text: &'de RawValue) -> serde_json::Result<Self> {
        Ok(Self(text.get().into()))
    }
}

/// A call of one instance of one job.
#[derive(Clone, Debug)]
pub struct Request {
    /// The stored name of the job.
    pub job: &'static str,
    /// The name of its Durable Object class.
    pub class: &'static str,
    /// The instance.
    pub id: InstanceId,
    /// What it shall do.
    pub call: Call,
    /// How long the caller waits for the answer; for ever unless set.
    pub timeout: Option<Duration>,
    /// Names the call among all others, so that its repetition has no second effect.
    pub request: Option<RequestId>,
    /// Names the message that the call is, if an instance has sent it.
    pub message: Option<MessageId>,
}

/// A random number that names one call, shown as sixteen hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(u64);

impl RequestId {
    /// The id of this number, which should be random: all callers draw from the same ids.
    pub const fn new(random: u64) -> Self {
        Self(random)
    }

    /// The number that it was made of.
    pub(crate) const fn number(self) -> u64 {
        self.0
    }
}
shown_in_hex!(RequestId);

/// What an instance does now. Each kind has some of these; the kind's status answer says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// There is no such instance.
    NotFound,
    /// Waits for its next slot.
    Waiting,
    /// Has a timer set; is in use.
    Active,
    /// Has nothing to wait for.
    Idle,
    /// Collects events.
    Debouncing,
    /// Processes a batch.
    Flushing,
    /// A run is out.
    Running,
    /// Waits for another attempt of a failed run.
    Retrying,
    /// Was paused; keeps its state.
    Paused,
    /// Needs attention; keeps its state and its batch, and goes on after `resume`.
    Parked,
    /// Has ended; keeps its state for a while.
    Stopped,
    /// Takes nothing new, and finishes what there is.
    Draining,
}
json_names!(Status {
    "not_found" => NotFound,
    "waiting" => Waiting,
    "active" => Active,
    "idle" => Idle,
    "debouncing" => Debouncing,
    "flushing" => Flushing,
    "running" => Running,
    "retrying" => Retrying,
    "paused" => Paused,
    "parked" => Parked,
    "stopped" => Stopped,
    "draining" => Draining,
});

impl Status {
    /// The status as it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Waiting => "waiting",
            Self::Active => "active",
            Self::Idle => "idle",
            Self::Debouncing => "debouncing",
            Self::Flushing => "flushing",
            Self::Running => "running",
            Self::Retrying => "retrying",
            Self::Paused => "paused",
            Self::Parked => "parked",
            Self::Stopped => "stopped",
            Self::Draining => "draining",
        }
    }

    /// The status of this name, as a host reads it back.
    pub fn from_name(name: &str) -> Option<Self> {
        const ALL: [Status; 12] = [
            Status::NotFound,
            Status::Waiting,
            Status::Active,
            Status::Idle,
            Status::Debouncing,
            Status::Flushing,
            Status::Running,
            Status::Retrying,
            Status::Paused,
            Status::Parked,
            Status::Stopped,
            Status::Draining,
        ];
        ALL.into_iter().find(|status| status.as_str() == name)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a run that a caller waited for ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RunOutcome {
    /// It succeeded.
    Completed,
    /// The attempt failed; another one is due.
    Retrying {
        /// When.
        at: Timestamp,
    },
    /// It failed for good and was given up; the instance goes on.
    Failed,
    /// It failed for good; the instance keeps everything and waits for `resume`.
    Parked,
    /// It succeeded and paused the instance.
    Paused,
    /// It succeeded and stopped the instance.
    Stopped {
        /// The reason it gave.
        reason: String,
    },
    /// The instance was deleted.
    Terminated {
        /// Why.
        reason: String,
    },
}

json_variants!(RunOutcome {
    "completed" => Completed,
    "retrying" => Retrying { at },
    "failed" => Failed,
    "parked" => Parked,
    "paused" => Paused,
    "stopped" => Stopped { reason },
    "terminated" => Terminated { reason },
});

/// The answer of `trigger`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Triggered {
    /// Whether a run was made for this call.
    pub triggered: bool,
    /// How that run ended; `None` when none was made.
    pub outcome: Option<RunOutcome>,
    /// What the instance does now.
    pub status: Status,
}
json_fields!(Triggered {
    triggered,
    outcome: default,
    status,
});

/// The answer of `terminate`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Terminated {
    /// Whether there was something to delete.
    pub terminated: bool,
    /// The reason given by the caller, or `not_found`.
    pub reason: String,
}
json_fields!(Terminated { terminated, reason });

/// An instance's stored state with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StateSnapshot {
    /// The state as JSON.
    pub state: Json,
    /// When the instance was created.
    pub created_at: Timestamp,
    /// When its next run is due.
    pub scheduled_at: Option<Timestamp>,
    /// Changes when the state does; of continuous jobs.
    #[serde(default)]
    pub revision: u64,
}
json_fields!(StateSnapshot {
    state,
    created_at,
    scheduled_at: default,
    revision: default,
});

/// Carries requests to a host.
pub trait Transport: MaybeSend + MaybeSync + 'static {
    /// Sends one request and waits for its answer.
    fn call(&self, request: Request) -> BoxFuture<'static, Result<Answer, ClientError>>;

    /// Lists instances of a job.
    fn list(&self, query: ListQuery) -> BoxFuture<'static, Result<Page, ClientError>>;
}

/// Something that clients can be made from: a host, or a handle to one.
pub trait Connect {
    /// The way to the host.
    fn transport(&self) -> Arc<dyn Transport>;
}
