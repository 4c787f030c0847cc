//! Jobs that do not come to rest.

use std::{error::Error, fmt};

use durable_jobs_runtime::Timestamp;

use crate::Ran;

/// The answer of [`run_until_idle`](crate::TestHost::run_until_idle) where an instance is due again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NeverIdle {
    /// The readable name of the instance, such as `continuous:TokenRefresher:user-123`.
    pub instance: String,
    /// How often it was woken.
    pub wakes: u32,
    /// What the clock shows now.
    pub at: Timestamp,
    /// What ran, of all instances.
    pub ran: Vec<Ran>,
}

impl fmt::Display for NeverIdle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            instance,
            wakes,
            at,
            ..
        } = self;
        write!(
            f,
            "{instance} is never idle: it was woken {wakes} times until {at} and is due again. \
             A job that recurs needs a span of time: `advance(\"1d\")`"
        )
    }
}

impl Error for NeverIdle {}
