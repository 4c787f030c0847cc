//! Rate limiters and semaphores beside what is simply true of them, over long random lives.

#![expect(clippy::unwrap_used, reason = "a test that fails shall panic")]

mod naive;
mod rate_limit;
mod semaphore;
mod steps;
