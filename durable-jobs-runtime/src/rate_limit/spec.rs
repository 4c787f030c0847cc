//! What `#[rate_limit(..)]` declares, as data.

use std::time::Duration;

/// What `#[rate_limit(..)]` declares.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RateLimitSpec {
    /// The stored name of the job.
    pub name: &'static str,
    /// So many permits in a window.
    pub permits: u32,
    /// The window.
    pub window: Duration,
    /// How permits come back.
    pub algorithm: Algorithm,
    /// How many permits a full bucket holds; as many as `permits` unless set.
    pub burst: Option<u32>,
}

/// How permits come back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// One by one, evenly spread over the window.
    #[default]
    TokenBucket,
    /// Each one a window after it was taken.
    SlidingWindow,
    /// All at the beginning of each window.
    FixedWindow,
}

impl RateLimitSpec {
    /// So many permits in each window, from a bucket.
    pub const fn new(name: &'static str, permits: u32, window: Duration) -> Self {
        Self {
            name,
            permits,
            window,
            algorithm: Algorithm::TokenBucket,
            burst: None,
        }
    }

    /// Sets how permits come back.
    #[must_use]
    pub const fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Sets how many permits a full bucket holds.
    #[must_use]
    pub const fn burst(mut self, permits: u32) -> Self {
        self.burst = Some(permits);
        self
    }
}
