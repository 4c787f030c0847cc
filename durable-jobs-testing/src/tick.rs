//! The smallest step of a test.

use durable_jobs_runtime::Timestamp;
use serde::Serialize;

use crate::Ran;

/// What [`tick`](crate::TestHost::tick) did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Tick {
    /// What the clock shows now.
    pub at: Timestamp,
    /// The readable name of the instance whose timer was due; `None` for a handler that waited for a time, such as
    /// its timeout, or that went on without one.
    pub woke: Option<String>,
    /// The attempts that ended.
    pub ran: Vec<Ran>,
}
