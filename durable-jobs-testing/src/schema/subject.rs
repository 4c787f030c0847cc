//! One type that is stored: what the lock must know of it and do with it.

use std::fmt;

use durable_jobs_runtime::{
    Declared, continuous::Continuous, debounce::Debounce, kind, task::Task,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::probe::{Traced, trace};

/// What of a job a type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    State,
    Event,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::State => "state",
            Self::Event => "event",
        })
    }
}

/// Why a value was not read: where, as far as it is known, and what the type says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unread {
    pub(super) at: String,
    pub(super) reason: String,
}

/// How a stored value of an older version becomes one of the present.
pub(super) type Migrate = fn(u32, Value) -> Result<Value, String>;

/// One type that is stored.
#[derive(Debug)]
pub struct Subject {
    pub(super) job: &'static str,
    pub(super) attribute: &'static str,
    pub(super) role: Role,
    pub(super) version: u32,
    /// Reads a stored value and writes it again.
    pub(super) rewrite: fn(&Value) -> Result<Value, Unread>,
    /// `None` where values of older versions are never met.
    pub(super) migrate: Option<Migrate>,
    pub(super) trace: fn() -> Traced,
    /// Samples that the user or `Default` gives.
    pub(super) samples: Vec<Value>,
    /// Fields that migrations drop on purpose.
    pub(super) dropped: Vec<String>,
}

/// Reads a stored value and writes it again.
fn rewrite<T: Serialize + DeserializeOwned>(stored: &Value) -> Result<Value, Unread> {
    let value: T = serde_path_to_error::deserialize(stored).map_err(|error| {
        let at = error.path().to_string();
        let reason = error.into_inner().to_string();
        Unread { at, reason }
    })?;
    written(&value).map_err(|reason| Unread {
        at: String::new(),
        reason,
    })
}

fn written<T: Serialize>(value: &T) -> Result<Value, String> {
    serde_json::to_value(value).map_err(|error| error.to_string())
}

/// A job whose state, and event if it has one, can be locked. Implemented for all jobs whose types implement serde's
/// traits.
pub trait Lockable {
    /// What is sent to it; [`Nothing`] for continuous jobs.
    type Event;

    /// What is to be locked.
    #[doc(hidden)]
    fn subjects() -> Vec<Subject>;
}

impl<J: Declared> Lockable for J
where
    J::Kind: Lock<J>,
{
    type Event = <J::Kind as Lock<J>>::Event;

    fn subjects() -> Vec<Subject> {
        <J::Kind as Lock<J>>::subjects()
    }
}

/// The event of a job that has none.
#[derive(Clone, Copy, Debug, Serialize)]
pub enum Nothing {}

/// What is locked of a job of this kind.
#[doc(hidden)]
pub trait Lock<J> {
    type Event;

    fn subjects() -> Vec<Subject>;
}

impl<J: Continuous + Serialize + DeserializeOwned> Lock<J> for kind::Continuous {
    type Event = Nothing;

    fn subjects() -> Vec<Subject> {
        let migrate = |from, old| {
            let migrated = J::migrate(from, old).map_err(|error| error.to_string())?;
            written(&migrated)
        };
        vec![Subject {
            job: J::SPEC.name,
            attribute: "continuous",
            role: Role::State,
            version: J::SPEC.version,
            rewrite: rewrite::<J>,
            migrate: Some(migrate),
            trace: trace::<J>,
            samples: Vec::new(),
            dropped: Vec::new(),
        }]
    }
}

impl<J> Lock<J> for kind::Debounce
where
    J: Debounce<Event: Serialize + DeserializeOwned> + Serialize + DeserializeOwned,
{
    type Event = J::Event;

    fn subjects() -> Vec<Subject> {
        let of = |role, rewrite, trace, samples| Subject {
            job: J::SPEC.name,
            attribute: "debounce",
            role,
            version: J::SPEC.version,
            rewrite,
            migrate: None,
            trace,
            samples,
            dropped: Vec::new(),
        };
        let migrate = |from, old| {
            let migrated = J::migrate(from, old).map_err(|error| error.to_string())?;
            written(&migrated)
        };
        let migrate_event = |from, old| {
            let migrated = J::migrate_event(from, old).map_err(|error| error.to_string())?;
            written(&migrated)
        };
        let default = written(&J::default()).into_iter().collect();
        let (state, event) = (rewrite::<J>, rewrite::<J::Event>);
        vec![
            Subject {
                migrate: Some(migrate),
                ..of(Role::State, state, trace::<J>, default)
            },
            Subject {
                migrate: Some(migrate_event),
                ..of(Role::Event, event, trace::<J::Event>, Vec::new())
            },
        ]
    }
}

impl<J> Lock<J> for kind::Task
where
    J: Task<Event: Serialize + DeserializeOwned> + Serialize + DeserializeOwned,
{
    type Event = J::Event;

    fn subjects() -> Vec<Subject> {
        let of = |role, rewrite, trace, samples| Subject {
            job: J::SPEC.name,
            attribute: "task",
            role,
            version: J::SPEC.version,
            rewrite,
            migrate: None,
            trace,
            samples,
            dropped: Vec::new(),
        };
        let migrate = |from, old| {
            let migrated = J::migrate(from, old).map_err(|error| error.to_string())?;
            written(&migrated)
        };
        let default = written(&J::default()).into_iter().collect();
        vec![
            Subject {
                migrate: Some(migrate),
                ..of(Role::State, rewrite::<J>, trace::<J>, default)
            },
            of(
                Role::Event,
                rewrite::<J::Event>,
                trace::<J::Event>,
                Vec::new(),
            ),
        ]
    }
}
