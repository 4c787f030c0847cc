//! What jobs tell about themselves.

use std::{borrow::Cow, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{JobKind, MaybeSend, MaybeSync, Timestamp};

/// One thing that happened to one instance. It is sent only after the step that it tells of is durable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Telemetry {
    /// Different for every event.
    pub event_id: String,
    /// When it was told, once its step was durable.
    pub timestamp: Timestamp,
    /// The kind of the job.
    pub job_type: JobKind,
    /// The stored name of the job.
    pub job_name: Cow<'static, str>,
    /// The caller's id of the instance.
    pub id: String,
    /// The readable name of the instance, such as `continuous:TokenRefresher:user-123`.
    pub instance_id: String,
    /// What happened.
    #[serde(flatten)]
    pub happening: Happening,
}

/// What happened to an instance. Serialised, `type` is the name given with each variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[non_exhaustive]
pub enum Happening {
    /// The instance was created.
    #[serde(rename = "job.started")]
    Started,
    /// A run succeeded.
    #[serde(rename = "job.executed")]
    Executed {
        /// Which run of this life, from 1.
        run_count: u64,
        /// Which attempt of it, from 1.
        attempt: u32,
        /// How long the attempt took.
        duration_ms: u64,
        /// How long after its due time it began.
        lateness_ms: u64,
    },
    /// An attempt failed.
    #[serde(rename = "job.failed")]
    Failed {
        /// The error's text.
        error: Arc<str>,
        /// Whether another attempt of this run will follow.
        will_retry: WillRetry,
        /// Which attempt it was, from 1.
        attempt: u32,
    },
    /// Another attempt is scheduled.
    #[serde(rename = "job.retrying")]
    Retrying {
        /// When it is due.
        at: Timestamp,
        /// Which attempt it will be.
        attempt: u32,
    },
    /// The attempts of a run are used up.
    #[serde(rename = "job.retryExhausted")]
    RetryExhausted {
        /// How many there were.
        attempts: u32,
        /// The last error's text.
        error: Arc<str>,
    },
    /// The instance was deleted.
    #[serde(rename = "job.terminated")]
    Terminated {
        /// Why.
        reason: String,
        /// Runs begun in its life.
        run_count: u64,
    },
    /// The job stopped itself or was stopped.
    #[serde(rename = "job.stopped")]
    Stopped {
        /// Why.
        reason: String,
    },
    /// The instance keeps its state and runs nothing until it is resumed.
    #[serde(rename = "job.paused")]
    Paused,
    /// A paused or parked instance goes on.
    #[serde(rename = "job.resumed")]
    Resumed,
    /// The instance needs somebody's attention: it keeps everything and runs nothing until it is resumed.
    #[serde(rename = "job.parked")]
    Parked {
        /// Why.
        error: Arc<str>,
    },
    /// The next slot is set.
    #[serde(rename = "job.scheduled")]
    Scheduled {
        /// When it is due.
        at: Timestamp,
    },
    /// The schedule begins anew at the present: it was changed, or the clock was far ahead once.
    #[serde(rename = "job.reanchored")]
    Reanchored {
        /// Why.
        reason: Cow<'static, str>,
    },
    /// A state that an older version of the job had stored was stored in the present version.
    #[serde(rename = "job.migrated")]
    Migrated {
        /// The older version.
        from: u32,
        /// The present one.
        to: u32,
    },
    /// The first event of a batch arrived.
    #[serde(rename = "debounce.started")]
    DebounceStarted {
        /// When the batch is due.
        will_flush_at: Option<Timestamp>,
    },
    /// A batch was processed.
    #[serde(rename = "debounce.flushed")]
    DebounceFlushed {
        /// How many events it held.
        event_count: u64,
        /// What made it due.
        reason: crate::debounce::FlushReason,
        /// How long the successful attempt took.
        duration_ms: u64,
    },
    /// An event was a repetition and was left out.
    #[serde(rename = "job.duplicate")]
    Duplicate {
        /// The caller's id of the event. Serialised as `duplicate_of`: every event has an `event_id` of its own.
        #[serde(rename = "duplicate_of")]
        event_id: Arc<str>,
    },
    /// The instance holds as much as it may: a call was refused, or events were dropped, or the batch is flushed.
    #[serde(rename = "job.overflow")]
    Overflow {
        /// The limit that was reached.
        limit: u64,
        /// How many events were dropped: none, where the call was refused or the batch is flushed.
        #[serde(default)]
        dropped: u64,
    },
    /// A batch holds as many events as `warn_at` says. Told once for each batch.
    #[serde(rename = "debounce.nearlyFull")]
    NearlyFull {
        /// How many it holds.
        event_count: u64,
        /// How many it may hold.
        limit: u64,
    },
    /// An event did not fold and was left out, because `on_reducer_error` said so.
    #[serde(rename = "debounce.skipped")]
    Skipped {
        /// Why it did not fold.
        error: Arc<str>,
    },
    /// A batch failed and was dropped, because `on_error` said so.
    #[serde(rename = "debounce.dropped")]
    BatchDropped {
        /// How many events it held.
        event_count: u64,
        /// The last error's text.
        error: Arc<str>,
    },
    /// A batch failed for good and was set aside.
    #[serde(rename = "job.deadLettered")]
    DeadLettered {
        /// The number of the dead letter.
        number: u64,
        /// How many events it holds.
        event_count: u64,
        /// The last error's text.
        error: Arc<str>,
    },
    /// A task set a timer.
    #[serde(rename = "task.scheduled")]
    TaskScheduled {
        /// When it is due.
        at: Timestamp,
        /// The stored name of the timer, if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        timer: Option<Arc<str>>,
    },
    /// A handler kept its thread for long without waiting for anything: it should leave what blocks to
    /// `spawn_blocking`. Told when it has let go.
    #[serde(rename = "job.blocked")]
    Blocked {
        /// For how long.
        blocked_ms: u64,
    },
    /// A message to another job has not arrived; it is tried again.
    #[serde(rename = "job.messageDelayed")]
    MessageDelayed {
        /// Whom it is for, such as `task:Order:o-1`.
        to: String,
        /// Why it has not arrived.
        error: Arc<str>,
        /// When it is tried again.
        at: Timestamp,
    },
    /// A message to another job cannot arrive; it was put to the dead letters of the instance.
    #[serde(rename = "job.messageUndeliverable")]
    MessageUndeliverable {
        /// Whom it was for, such as `task:Order:o-1`.
        to: String,
        /// Why it cannot arrive.
        error: Arc<str>,
    },
    /// A message of a queue was given up and kept as a dead letter.
    #[serde(rename = "queue.deadLettered")]
    MessageDeadLettered {
        /// The caller's id of the message.
        message: Option<Arc<str>>,
        /// Attempts made.
        attempts: u32,
        /// The last error's text.
        error: Arc<str>,
    },
    /// A handler's own event, by `ctx.emit`.
    #[serde(rename = "custom")]
    Custom {
        /// The name that the handler gave it.
        name: String,
        /// Its payload as JSON.
        payload: serde_json::Value,
    },
    /// A value that a handler has measured, by `ctx.metric`.
    #[serde(rename = "metric")]
    Metric {
        /// The name that the handler gave it.
        name: String,
        /// The value.
        value: f64,
    },
    /// A handler's own line, by `ctx.log`.
    #[serde(rename = "log")]
    Log {
        /// How much it matters.
        level: LogLevel,
        /// The line.
        message: String,
    },
}

/// Whether another attempt of a run will follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WillRetry {
    /// It will.
    Yes,
    /// It will not.
    No,
}

/// How much a line of a handler matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// For whoever debugs the job.
    Debug,
    /// Worth knowing.
    Info,
    /// Somebody should look at it some time.
    Warn,
    /// Somebody should look at it now.
    Error,
}

/// Receives what jobs tell. It must not block.
pub trait Observer: MaybeSend + MaybeSync + 'static {
    /// Takes one event.
    fn observe(&self, event: &Telemetry);
}

/// A shared observer is one.
impl<T: Observer + ?Sized> Observer for Arc<T> {
    fn observe(&self, event: &Telemetry) {
        (**self).observe(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_reads_as_it_was_written() {
        let told = Telemetry {
            event_id: "1".to_owned(),
            timestamp: Timestamp::from_millis(2),
            job_type: JobKind::Task,
            job_name: "Order".into(),
            id: "7".to_owned(),
            instance_id: "task:Order:7".to_owned(),
            happening: Happening::Duplicate {
                event_id: "delivery-1".into(),
            },
        };
        let written = serde_json::to_string(&told).unwrap();
        let read: Telemetry = serde_json::from_str(&written).unwrap();
        assert_eq!(read, told, "{written}");
    }
}
