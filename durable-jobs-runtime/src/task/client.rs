//! Calls tasks.

use serde::Serialize;

use super::{Sent, Task, TaskCall, TaskStatus};
use crate::{
    ClientError, JobEvent, JobState, RunRecord, Timestamp,
    debounce::NewEvent,
    line::{Reply, client_type},
    wire::{AnswerType, Call, Json, StateSnapshot, Status, Terminated, Triggered},
};

client_type! {
    /// Calls the instances of one task. The attribute names it `{Job}Client`; clones are cheap.
    TaskClient: Task
}

/// The answer of `state`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TaskState<J> {
    /// The state of the last commit.
    pub state: J,
    /// When `execute` is due.
    pub scheduled_at: Option<Timestamp>,
    /// When the instance was created.
    pub created_at: Timestamp,
}

impl<J: Task> TaskClient<J> {
    /// Sends an event to an instance, which is created by its first accepted one.
    ///
    /// Events are handled one at a time in order of arrival. When this answers the event has been
    /// handled and what it changed is durable; if the handler refused it, the error is
    /// [`ClientError::Rejected`]: the event is neither stored nor counted, and only what
    /// [`Task::on_error`] has changed is kept.
    pub async fn send(&self, id: &str, event: J::Event) -> Result<Sent, ClientError> {
        self.send_event(id, None, event)?.await
    }

    /// Like [`send`](Self::send), for an event that has an id of its own: its repetition within the
    /// `dedup_window` is answered `duplicate` and not handled. Safe to repeat when the outcome is unknown.
    pub async fn send_once(
        &self,
        id: &str,
        event_id: &str,
        event: J::Event,
    ) -> Result<Sent, ClientError> {
        self.send_event(id, Some(event_id), event)?.await
    }

    fn send_event<'a>(
        &'a self,
        id: &'a str,
        event_id: Option<&str>,
        event: J::Event,
    ) -> Result<Reply<'a, Sent>, ClientError> {
        let event = Json(self.line.encode(id, J::Event::CODEC, &event)?);
        let event = NewEvent {
            event,
            event_id: event_id.map(Into::into),
        };
        Ok(self.ask(id, TaskCall::Send { event }))
    }

    /// Runs `execute` now and answers after it, with the outcome. The timer stays.
    ///
    /// While a handler is out it becomes one run after it, shared by all who ask meanwhile. A missing
    /// or parked instance is not run: `triggered` is false.
    pub async fn trigger(&self, id: &str) -> Result<Triggered, ClientError> {
        self.ask(id, TaskCall::Trigger).await
    }

    /// Goes on after having been parked: the failed run is tried again at once. Answers the status.
    pub async fn resume(&self, id: &str) -> Result<Status, ClientError> {
        self.ask(id, TaskCall::Resume).await
    }

    /// Deletes the instance with its state. A handler that is out is dropped. The id can be used again at once.
    pub async fn terminate(&self, id: &str, reason: &str) -> Result<Terminated, ClientError> {
        self.ask(
            id,
            TaskCall::Terminate {
                reason: reason.to_owned(),
            },
        )
        .await
    }

    /// What the instance does now; also during a run.
    pub async fn status(&self, id: &str) -> Result<TaskStatus, ClientError> {
        self.ask(id, TaskCall::Status).await
    }

    /// The state of the last commit with its times; `None` for an instance that does not exist.
    pub async fn state(&self, id: &str) -> Result<Option<TaskState<J>>, ClientError> {
        let snapshot: Option<StateSnapshot> = self.ask(id, TaskCall::State).await?;
        let Some(StateSnapshot {
            state,
            created_at,
            scheduled_at,
            ..
        }) = snapshot
        else {
            return Ok(None);
        };
        let state = self.line.decode(id, J::CODEC, &state.0)?;
        Ok(Some(TaskState {
            state,
            scheduled_at,
            created_at,
        }))
    }

    /// The last attempts of [`execute`](Task::execute) that have ended, at most `limit` of them and of those
    /// that the attribute's `history` keeps, the newest first. None for an instance that does not exist.
    pub async fn history(&self, id: &str, limit: u32) -> Result<Vec<RunRecord>, ClientError> {
        let records: Vec<Json> = self.ask(id, TaskCall::History { limit }).await?;
        let decode = |record: &Json| {
            self.line
                .decode(id, <RunRecord as JobState>::CODEC, &record.0)
        };
        records.iter().map(decode).collect()
    }

    fn ask<'a, T: AnswerType>(&'a self, id: &'a str, call: TaskCall) -> Reply<'a, T> {
        self.line.ask(id, Call::of(call))
    }
}
