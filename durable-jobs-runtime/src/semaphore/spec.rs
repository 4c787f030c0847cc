//! What `#[semaphore(..)]` declares, as data.

use std::time::Duration;

/// What `#[semaphore(..)]` declares.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SemaphoreSpec {
    /// The stored name of the job.
    pub name: &'static str,
    /// How many permits there are.
    pub permits: u32,
    /// How long a permit is held that is not renewed.
    pub lease: Duration,
}

impl SemaphoreSpec {
    /// So many permits, each held for 30 seconds unless it is renewed.
    pub const fn new(name: &'static str, permits: u32) -> Self {
        Self {
            name,
            permits,
            lease: Duration::from_secs(30),
        }
    }

    /// Sets how long a permit is held that is not renewed.
    #[must_use]
    pub const fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }
}
