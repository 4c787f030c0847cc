//! Calls continuous jobs.

use super::{
    Continuous, ContinuousCall, ContinuousStatus, SetState, StartAnswer, Started, Stopped, Then,
    UpdateState,
};
use crate::{
    ClientError, JobState, MaybeSend, RunRecord, Timestamp,
    line::{Line, Reply, client_type},
    wire::{AnswerType, Call, Json, StateSnapshot, Status, Terminated, Triggered},
};

client_type! {
    /// Calls the instances of one continuous job. The attribute names it `{Job}Client`; clones are cheap.
    ContinuousClient: Continuous
}

impl<J: Continuous> ContinuousClient<J> {
    /// Creates an instance with this state. An existing one is left as it is: `created` is false.
    ///
    /// Answers once the instance is durable; its first run is a step of its own, due at once unless the
    /// attribute says otherwise.
    pub async fn start(&self, id: &str, state: J) -> Result<Started, ClientError> {
        self.start_answering(id, state, StartAnswer::Created)?.await
    }

    /// Like [`start`](Self::start), but answers a new instance after its first run, with the outcome.
    pub async fn start_and_wait(&self, id: &str, state: J) -> Result<Started, ClientError> {
        self.start_answering(id, state, StartAnswer::FirstRun)?
            .await
    }

    fn start_answering<'a>(
        &'a self,
        id: &'a str,
        state: J,
        answer: StartAnswer,
    ) -> Result<Reply<'a, Started>, ClientError> {
        let state = Json(self.line.encode(id, J::CODEC, &state)?);
        Ok(self.ask(id, ContinuousCall::Start { state, answer }))
    }

    /// Runs the job now and answers after the run, with its outcome. Moves no slot of the schedule.
    ///
    /// During a run it becomes one run after it, shared by all who ask meanwhile. A missing, paused or
    /// parked instance is not run: `triggered` is false.
    pub async fn trigger(&self, id: &str) -> Result<Triggered, ClientError> {
        self.ask(id, ContinuousCall::Trigger).await
    }

    /// Runs nothing until [`resume`](Self::resume). A run that is out ends as usual. Answers the status.
    pub async fn pause(&self, id: &str) -> Result<Status, ClientError> {
        self.ask(id, ContinuousCall::Pause { until: None }).await
    }

    /// Runs nothing until `time`, or until [`resume`](Self::resume). Answers the status.
    pub async fn pause_until(&self, id: &str, time: Timestamp) -> Result<Status, ClientError> {
        self.ask(id, ContinuousCall::Pause { until: Some(time) })
            .await
    }

    /// Goes on after a pause or after having been parked: at once with a run that is owed, else at the
    /// next slot counted from now. Answers the status.
    pub async fn resume(&self, id: &str) -> Result<Status, ClientError> {
        self.ask(id, ContinuousCall::Resume).await
    }

    /// Ends the instance: no run follows but that of `on_stop`, and a run that is out is dropped. Answers after
    /// `on_stop`, or after its first attempt if that has failed; called again, it tries `on_stop` again at once.
    ///
    /// What is kept of the instance is what `retain` says; without it the id can be used again at once.
    pub async fn stop(&self, id: &str, reason: &str) -> Result<Stopped, ClientError> {
        self.ask(
            id,
            ContinuousCall::Stop {
                reason: reason.to_owned(),
            },
        )
        .await
    }

    /// Deletes the instance with its state. A run that is out is dropped. The id can be used again at once.
    pub async fn terminate(&self, id: &str, reason: &str) -> Result<Terminated, ClientError> {
        self.ask(
            id,
            ContinuousCall::Terminate {
                reason: reason.to_owned(),
            },
        )
        .await
    }

    /// What the instance does now; also during a run.
    pub async fn status(&self, id: &str) -> Result<ContinuousStatus, ClientError> {
        self.ask(id, ContinuousCall::Status).await
    }

    /// The state of the last commit; `None` for an instance that does not exist.
    pub async fn state(&self, id: &str) -> Result<Option<J>, ClientError> {
        let snapshot: Option<StateSnapshot> = self.ask(id, ContinuousCall::State).await?;
        snapshot
            .map(|snapshot| self.line.decode(id, J::CODEC, &snapshot.state.0))
            .transpose()
    }

    /// Replaces the state. During a run it waits for the run's end. A missing or stopped instance takes none:
    /// `updated` is false.
    ///
    /// ```ignore
    /// tokens.set_state("user-123", tokens_of_the_new_sign_in).then_trigger().await?;
    /// ```
    pub fn set_state<'a>(&'a self, id: &'a str, state: J) -> SetState<'a, J> {
        SetState {
            client: self,
            id,
            state: self.line.encode(id, J::CODEC, &state).map(Json),
            then: Then::Wait,
        }
    }

    /// Changes the state: reads it, lets `change` work on it, and sets it if nobody has changed it meanwhile, else
    /// begins again. So `change` may be called several times. A missing or stopped instance is left alone:
    /// `updated` is false.
    ///
    /// ```ignore
    /// tokens.update_state("user-123", |token| token.revoked = true).then_trigger().await?;
    /// ```
    pub fn update_state<'a, F>(&'a self, id: &'a str, change: F) -> UpdateState<'a, J, F>
    where
        F: FnMut(&mut J) + MaybeSend + 'a,
    {
        UpdateState {
            client: self,
            id,
            change,
            then: Then::Wait,
        }
    }

    /// The runs that ended last, the newest first, at most `limit` of them and of those that `history` of the
    /// attribute keeps. None of an instance that does not exist.
    pub async fn history(&self, id: &str, limit: u32) -> Result<Vec<RunRecord>, ClientError> {
        let call = ContinuousCall::History { limit };
        let runs: Vec<Json> = self.ask(id, call).await?;
        let decode = |run: &Json| self.line.decode(id, RunRecord::CODEC, &run.0);
        runs.iter().map(decode).collect()
    }

    pub(super) fn line(&self) -> &Line {
        &self.line
    }

    pub(super) fn ask<'a, T: AnswerType>(
        &'a self,
        id: &'a str,
        call: ContinuousCall,
    ) -> Reply<'a, T> {
        self.line.ask(id, Call::of(call))
    }
}
