//! What the embedded host promises, seen from outside: through clients, through the file, through the clock.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "this is a test, also outside of its test functions"
)]

mod answers;
mod blocking;
mod callers;
mod calls_between;
mod file;
mod isolation;
mod jobs;
mod kill;
mod open;
mod overload;
mod schedules;
mod shutdown;
mod telemetry;
mod timers;
mod upgrade;
mod waiters;
