//! What somebody who uses a semaphore knows of it.

use std::pin::Pin;

use durable_jobs::{Acquired, ClientError, Permit, RequestId, Timestamp};
use durable_jobs_testing::conformance::Begun;

pub(crate) type Answer = Result<Acquired, ClientError>;

pub(crate) type Calling = Pin<Box<dyn Future<Output = Answer>>>;

/// A permit that was granted once.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) permit: Permit,
    pub(crate) holds: Holds,
}

/// Whether a permit is held, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Holds {
    /// Until then.
    Until(Timestamp),
    /// No longer.
    No,
    /// The answer of a call about it was lost.
    Unknown,
}

/// A call that waits in the line, or whose answer was lost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    pub(crate) permits: u32,
    pub(crate) wait_ms: u64,
    /// Its time is over between these.
    pub(crate) until: (Timestamp, Timestamp),
    pub(crate) request: Option<RequestId>,
    /// Its place is between these: the first calls have the lowest numbers.
    pub(crate) place: (u64, u64),
    /// Until when its place is kept, once it is lost.
    pub(crate) kept_until: Timestamp,
    /// How often the clock had stepped back when it was made.
    pub(crate) era: u32,
    /// Whether it was made again: then its answer may be an old one.
    pub(crate) repeated: bool,
}

/// Whether a call that was lost had a place.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kept {
    Surely,
    Perhaps,
}

/// A call that is out.
pub(crate) struct Waiting {
    pub(crate) claim: Claim,
    pub(crate) call: Begun<Calling>,
}
