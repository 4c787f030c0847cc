//! What a rate limiter can be asked, and what it answers.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    JobKind, Timestamp,
    json::{json_by_serde, json_fields, json_variants},
    wire::{CallType, Status},
};

/// A call of a rate limiter.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is the client method of its name")]
pub enum RateLimitCall {
    Acquire { permits: u32 },
    Peek,
    Reset,
    Terminate { reason: String },
    Status,
}
json_variants!(RateLimitCall {
    "acquire" => Acquire { permits },
    "peek" => Peek,
    "reset" => Reset,
    "terminate" => Terminate { reason },
    "status" => Status,
});

impl CallType for RateLimitCall {
    const KIND: JobKind = JobKind::RateLimit;

    fn only_reads(&self) -> bool {
        matches!(self, Self::Peek | Self::Status)
    }
}

/// The answer of `acquire` and `peek`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Admission {
    /// Whether this call made the instance.
    pub created: bool,
    /// Whether the permits were given: all of them, or none.
    pub allowed: bool,
    /// Permits that are left.
    pub remaining: u32,
    /// If they were not given: after exactly this time they are, if nobody takes any meanwhile.
    #[serde(rename = "retry_after_ms", with = "milliseconds")]
    pub retry_after: Option<Duration>,
    /// When all permits are there again, if nobody takes any: now, if they are.
    pub reset_at: Timestamp,
}

json_by_serde!(Admission);

/// The answer of `reset`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LimitReset {
    /// Whether there was an instance.
    pub reset: bool,
}
json_fields!(LimitReset { reset });

/// The answer of `status`: `active` or `not_found`. An instance that does not exist has all of its permits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RateLimitStatus {
    /// Whether there is an instance.
    pub status: Status,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// The most permits that can be had at one moment.
    pub permits: u32,
    /// Permits that are left.
    pub remaining: u32,
    /// When all of them are there again, if nobody takes any.
    pub reset_at: Timestamp,
}
json_fields!(RateLimitStatus {
    status,
    created_at: default,
    permits,
    remaining,
    reset_at,
});

/// A duration in whole milliseconds: a number is shorter and cheaper to read than seconds and nanoseconds.
mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        duration: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        duration
            .map(crate::time::whole_millis)
            .serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        let millis = Option::<u64>::deserialize(deserializer)?;
        Ok(millis.map(Duration::from_millis))
    }
}
