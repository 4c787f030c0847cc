//! What a semaphore can be asked, and what it answers.

use serde::{Deserialize, Serialize};

use crate::{
    JobKind, Timestamp,
    json::{json_fields, json_variants},
    wire::{CallType, Status},
};

/// A call of a semaphore.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is the client method of its name")]
pub enum SemaphoreCall {
    Acquire { permits: u32, wait_ms: u64 },
    Renew { fence: u64, owner: String },
    Release { fence: u64, owner: String },
    Terminate { reason: String },
    Status,
}
json_variants!(SemaphoreCall {
    "acquire" => Acquire { permits, wait_ms },
    "renew" => Renew { fence, owner },
    "release" => Release { fence, owner },
    "terminate" => Terminate { reason },
    "status" => Status,
});

impl CallType for SemaphoreCall {
    const KIND: JobKind = JobKind::Semaphore;

    fn only_reads(&self) -> bool {
        matches!(self, Self::Status)
    }

    /// Its repetition finds the place in the line that it has.
    fn waits_in_memory(&self) -> bool {
        matches!(self, Self::Acquire { .. })
    }

    fn stands_in_line(&self) -> bool {
        matches!(self, Self::Acquire { wait_ms: 1.., .. })
    }
}

/// Permits that somebody holds. It can be stored and handed on: whoever has it may renew and release it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Permit {
    /// Grows with every grant of an instance, beyond `terminate` too: a system that refuses numbers below the highest
    /// it has seen refuses a holder who comes late.
    pub fence: u64,
    /// A random text that proves the holder.
    pub owner: String,
    /// How many permits it stands for.
    pub permits: u32,
    /// When they return by themselves unless they are renewed.
    pub expires_at: Timestamp,
}
json_fields!(Permit {
    fence,
    owner,
    permits,
    expires_at
});

/// The answer of `acquire` and `try_acquire`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Acquired {
    /// Whether this call made the instance.
    pub created: bool,
    /// What was acquired; `None` when the wait was over before.
    pub permit: Option<Permit>,
}
json_fields!(Acquired {
    created,
    permit: default
});

/// The answer of `renew`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Renewed {
    /// Whether the permit was still held, and is now held for another lease.
    pub renewed: bool,
    /// When it returns by itself unless it is renewed again.
    pub expires_at: Option<Timestamp>,
}
json_fields!(Renewed {
    renewed,
    expires_at: default
});

/// The answer of `release`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Released {
    /// Whether the permit was still held. If not, it was released before or its lease has ended.
    pub released: bool,
}
json_fields!(Released { released });

/// The answer of `status`: `active` while permits are held or waited for, `idle`, or `not_found`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SemaphoreStatus {
    /// What the instance does now.
    pub status: Status,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// How many permits there are.
    pub permits: u32,
    /// How many of them are held.
    pub held: u32,
    /// How many callers wait.
    pub waiting: u64,
}
json_fields!(SemaphoreStatus {
    status,
    created_at: default,
    permits,
    held,
    waiting
});
