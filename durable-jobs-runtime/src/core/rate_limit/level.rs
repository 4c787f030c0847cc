//! How much of a limit is used, whatever its algorithm.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{fixed_window::FixedWindow, sliding_window::SlidingWindow, token_bucket::TokenBucket};
use crate::{
    Timestamp,
    json::json_by_serde,
    rate_limit::{Admission, Algorithm, RateLimitSpec},
    time::millis,
};

/// A limit in numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub(super) algorithm: Algorithm,
    /// So many permits in a window.
    pub(super) permits: u32,
    /// At most so many at one moment.
    pub(super) burst: u32,
    pub(super) window_ms: i64,
}

impl Limit {
    pub(super) fn of(spec: &RateLimitSpec) -> Self {
        Self {
            algorithm: spec.algorithm,
            permits: spec.permits.max(1),
            burst: spec.burst.unwrap_or(spec.permits).max(1),
            window_ms: millis(spec.window).max(1),
        }
    }
}

/// How much of a limit is used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Level {
    TokenBucket(TokenBucket),
    SlidingWindow(SlidingWindow),
    FixedWindow(FixedWindow),
}

json_by_serde!(Level);

impl Level {
    /// Nothing is used.
    pub(super) fn full(limit: &Limit) -> Self {
        match limit.algorithm {
            Algorithm::TokenBucket => Self::TokenBucket(TokenBucket::default()),
            Algorithm::SlidingWindow => Self::SlidingWindow(SlidingWindow::default()),
            Algorithm::FixedWindow => Self::FixedWindow(FixedWindow::default()),
        }
    }

    /// A stored level under a limit that may have changed since: another algorithm begins anew.
    pub(super) fn under(self, limit: &Limit) -> Self {
        let full = Self::full(limit);
        match std::mem::discriminant(&self) == std::mem::discriminant(&full) {
            true => self,
            false => full,
        }
    }

    /// Takes back what a clock that ran ahead has left in the future: nobody waits longer for that than for a
    /// limit that has just been used up. Says whether there was anything.
    pub(super) fn settle(&mut self, limit: &Limit, now: Timestamp) -> bool {
        let now = now.as_millis();
        match self {
            Self::TokenBucket(bucket) => bucket.settle(limit, now),
            Self::SlidingWindow(window) => window.settle(limit, now),
            Self::FixedWindow(window) => window.settle(limit, now),
        }
    }

    /// How many permits there are.
    pub(super) fn available(&self, limit: &Limit, now: Timestamp) -> u32 {
        let now = now.as_millis();
        match self {
            Self::TokenBucket(bucket) => bucket.available(limit, now),
            Self::SlidingWindow(window) => window.available(limit, now),
            Self::FixedWindow(window) => window.available(limit, now),
        }
    }

    /// How long it takes until there are so many permits, if nobody takes any: zero, if there are.
    pub(super) fn wait_for(&self, limit: &Limit, permits: u32, now: Timestamp) -> Duration {
        if permits <= self.available(limit, now) {
            return Duration::ZERO;
        }
        let now = now.as_millis();
        let at = match self {
            Self::TokenBucket(bucket) => bucket.has_at(limit, permits),
            Self::SlidingWindow(window) => window.has_at(limit, permits, now),
            Self::FixedWindow(window) => window.ends_at(limit),
        };
        let wait = at.saturating_sub(now).max(1);
        Duration::from_millis(wait.unsigned_abs())
    }

    /// Takes permits that are there.
    pub(super) fn take(&mut self, limit: &Limit, permits: u32, now: Timestamp) {
        let now = now.as_millis();
        match self {
            Self::TokenBucket(bucket) => bucket.take(limit, permits, now),
            Self::SlidingWindow(window) => window.take(limit, permits, now),
            Self::FixedWindow(window) => window.take(limit, permits, now),
        }
    }

    /// From when on nothing is used, if nobody takes any.
    pub(super) fn reset_at(&self, limit: &Limit, now: Timestamp) -> Timestamp {
        let at = match self {
            Self::TokenBucket(bucket) => bucket.full_at(limit),
            Self::SlidingWindow(window) => window.full_at(limit),
            Self::FixedWindow(window) => window.full_at(limit),
        };
        Timestamp::from_millis(at).max(now)
    }

    /// What is answered to somebody who has to wait so long.
    pub(super) fn admission(&self, limit: &Limit, wait: Duration, now: Timestamp) -> Admission {
        Admission {
            created: false,
            allowed: wait.is_zero(),
            remaining: self.available(limit, now),
            retry_after: (!wait.is_zero()).then_some(wait),
            reset_at: self.reset_at(limit, now),
        }
    }
}
