//! What handlers are told to do, and what they see.

use std::time::Duration;

use durable_jobs_runtime::{Timestamp, continuous::Next, debounce::FlushReason};
use serde::{Deserialize, Serialize};

use crate::conformance::fixtures::{agenda::Bell, panics::When};

/// What a handler does when its turn comes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Act {
    /// Returns `Ok`.
    Succeed,
    /// Returns `Ok` and says when a continuous job runs next.
    Next(Next),
    /// Sets the timer of a task and returns `Ok`.
    Schedule(Duration),
    /// Sets one of several timers of a task and returns `Ok`.
    Ring(Bell, Duration),
    /// Tells a line of each level and a measured value, and returns `Ok`.
    Speak,
    /// Does the same and returns an error.
    SpeakAndFail,
    /// Terminates a task and returns `Ok`.
    Terminate,
    /// Returns an error.
    Fail,
    /// Returns an error that no further attempt can mend.
    FailTerminally,
    /// Returns an error that brings its own delay.
    FailWithRetryAfter(Duration),
    /// Panics.
    Panic,
    /// Makes the state panic at a time of its own, and returns `Ok`.
    PanicWhen(When),
    /// Makes a text of the state so many bytes long, and returns `Ok`.
    Grow(usize),
    /// Tells what the context knows, and returns `Ok`.
    Tell,
    /// Waits for [`World::release`](super::World::release), then does what comes next in the script.
    Wait,
}

/// Which handler was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Handler {
    /// `execute`.
    Execute,
    /// `on_event` of a task.
    Event,
    /// `on_idle`.
    Idle,
    /// `on_error`.
    Error,
    /// `on_start`.
    Start,
    /// `on_stop`.
    Stop,
    /// `on_dead_letter`.
    DeadLetter,
}

/// What one call of a handler saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// Which handler.
    pub handler: Handler,
    /// The state as the handler met it.
    pub state: serde_json::Value,
    /// `ctx.run_count()`.
    pub run_count: u64,
    /// `ctx.attempt()`.
    pub attempt: u32,
    /// `ctx.scheduled_for()`.
    pub scheduled_for: Timestamp,
    /// `ctx.started_at()`.
    pub started_at: Timestamp,
    /// `ctx.missed()`.
    pub missed: u64,
    /// `ctx.idempotency_key()`.
    pub idempotency_key: String,
    /// `ctx.execution_id()`.
    pub execution_id: String,
    /// What only one kind of job knows.
    pub facts: Facts,
}

/// What the contexts of the kinds differ in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Facts {
    /// Nothing more.
    Continuous,
    /// About a batch.
    Debounce {
        /// `ctx.event_count()`.
        event_count: u64,
        /// `ctx.flush_reason()`.
        reason: FlushReason,
        /// `ctx.first_event_at()`.
        first_event_at: Timestamp,
        /// `ctx.last_event_at()`.
        last_event_at: Timestamp,
        /// `ctx.total_events()`.
        total_events: u64,
        /// `ctx.flush_count()`.
        flush_count: u64,
        /// `ctx.buffered_bytes()`.
        buffered_bytes: u64,
        /// `ctx.buffered_for()`.
        buffered_for: Duration,
    },
    /// About a message of a queue.
    Queue {
        /// `ctx.event_id()`.
        event_id: Option<String>,
        /// `ctx.priority()`.
        priority: i32,
        /// `ctx.enqueued_at()`.
        enqueued_at: Timestamp,
        /// `ctx.partition()`.
        partition: u32,
    },
    /// About a task.
    Task {
        /// `ctx.event_count()`.
        event_count: u64,
        /// `ctx.execute_count()`.
        execute_count: u64,
        /// `ctx.scheduled_at()`.
        scheduled_at: Option<Timestamp>,
    },
    /// About a task with several timers.
    Agenda {
        /// `ctx.timer()`, by its stored name.
        timer: Option<String>,
        /// `ctx.timer_scheduled_at(..)` of those that are set.
        timers: Vec<(Bell, Timestamp)>,
    },
}
