//! How failed attempts are repeated.

use std::time::Duration;

use crate::time::millis;

/// What happens when the attempts of a run are used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnExhausted {
    /// Keep everything, run nothing until the instance is resumed.
    Park,
    /// Keep the state, give this run up, go on with the next one.
    SkipRun,
    /// Delete the instance with its state.
    Terminate,
}

/// How the delay grows from attempt to attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Backoff {
    /// `base * factor^(n-1)` before attempt n+1.
    Exponential {
        /// The first delay.
        base: Duration,
        /// What each later delay is multiplied by.
        factor: f64,
    },
    /// `base + increment * (n-1)` before attempt n+1.
    Linear {
        /// The first delay.
        base: Duration,
        /// What each later delay adds.
        increment: Duration,
    },
    /// The same delay before every attempt.
    Fixed {
        /// That delay.
        delay: Duration,
    },
}

/// The attempts of one run and the delays between them, in whole milliseconds.
///
/// ```
/// # use durable_jobs_runtime::RetryPolicy;
/// # use std::time::Duration;
/// let policy = RetryPolicy::exponential(5, Duration::from_secs(1), 2.0).max(Duration::from_secs(3));
/// assert_eq!(policy.delay(1, 0), Duration::from_secs(1));
/// assert_eq!(policy.delay(2, 0), Duration::from_secs(2));
/// assert_eq!(policy.delay(3, 0), Duration::from_secs(3), "capped");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetryPolicy {
    max_attempts: u32,
    backoff: Backoff,
    max: Option<Duration>,
    jitter: Jitter,
    max_elapsed: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Jitter {
    Off,
    On,
}

impl RetryPolicy {
    /// Exponential backoff; `max_attempts` counts the first try.
    pub const fn exponential(max_attempts: u32, base: Duration, factor: f64) -> Self {
        Self::new(max_attempts, Backoff::Exponential { base, factor })
    }

    /// Linear backoff; `max_attempts` counts the first try.
    pub const fn linear(max_attempts: u32, base: Duration, increment: Duration) -> Self {
        Self::new(max_attempts, Backoff::Linear { base, increment })
    }

    /// The same delay each time; `max_attempts` counts the first try.
    pub const fn fixed(max_attempts: u32, delay: Duration) -> Self {
        Self::new(max_attempts, Backoff::Fixed { delay })
    }

    /// 5 attempts, exponential from 1 s, capped at 30 s, with jitter: what debounce and task jobs get unasked.
    pub const fn standard() -> Self {
        Self::preset(Duration::from_secs(1), Duration::from_secs(30))
    }

    /// 5 attempts, exponential from 100 ms, capped at 5 s, with jitter.
    pub const fn aggressive() -> Self {
        Self::preset(Duration::from_millis(100), Duration::from_secs(5))
    }

    /// 5 attempts, exponential from 5 s, capped at 2 minutes, with jitter.
    pub const fn patient() -> Self {
        Self::preset(Duration::from_secs(5), Duration::from_secs(120))
    }

    const fn preset(base: Duration, max: Duration) -> Self {
        Self::exponential(5, base, 2.0).max(max).jitter()
    }

    const fn new(max_attempts: u32, backoff: Backoff) -> Self {
        Self {
            max_attempts,
            backoff,
            max: None,
            jitter: Jitter::Off,
            max_elapsed: None,
        }
    }

    /// Caps every delay, jitter included.
    #[must_use]
    pub const fn max(mut self, max: Duration) -> Self {
        self.max = Some(max);
        self
    }

    /// Multiplies every delay by a factor in [1.0, 1.2), so that a fleet does not retry in step.
    #[must_use]
    pub const fn jitter(mut self) -> Self {
        self.jitter = Jitter::On;
        self
    }

    /// Gives up when the next attempt would begin later than this after the first.
    #[must_use]
    pub const fn max_elapsed(mut self, max_elapsed: Duration) -> Self {
        self.max_elapsed = Some(max_elapsed);
        self
    }

    /// How many attempts a run has, the first included.
    pub const fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// How long after the first attempt began the last one may begin.
    pub const fn elapsed_limit(&self) -> Option<Duration> {
        self.max_elapsed
    }

    /// The pause after `failures` failed attempts, counted from the end of the last one.
    ///
    /// `entropy` is any random number; it decides the jitter.
    pub fn delay(&self, failures: u32, entropy: u64) -> Duration {
        let jittered = self.unjittered_millis(failures) * self.jitter_factor(entropy);
        let cap = self.max.map_or(i64::MAX, millis);
        Duration::from_millis((jittered as i64).clamp(0, cap).unsigned_abs())
    }

    fn unjittered_millis(&self, failures: u32) -> f64 {
        let steps = failures.saturating_sub(1);
        match self.backoff {
            Backoff::Exponential { base, factor } => {
                millis(base) as f64 * factor.powi(i32::try_from(steps).unwrap_or(i32::MAX))
            }
            Backoff::Linear { base, increment } => {
                millis(base) as f64 + millis(increment) as f64 * f64::from(steps)
            }
            Backoff::Fixed { delay } => millis(delay) as f64,
        }
    }

    fn jitter_factor(&self, entropy: u64) -> f64 {
        match self.jitter {
            Jitter::Off => 1.0,
            Jitter::On => 1.0 + 0.2 * ((entropy >> 11) as f64 / (1u64 << 53) as f64),
        }
    }
}
