//! Changes of a state from outside.

use std::{fmt, future::IntoFuture};

use super::{Continuous, ContinuousCall, ContinuousClient, StateSet, Then};
use crate::{
    BoxFuture, ClientError, MaybeSend,
    wire::{Json, StateSnapshot, Status},
};

/// A state that is to be set, by [`ContinuousClient::set_state`]. It is sent when it is awaited.
#[must_use = "nothing is sent before it is awaited"]
pub struct SetState<'a, J: Continuous> {
    pub(super) client: &'a ContinuousClient<J>,
    pub(super) id: &'a str,
    pub(super) state: Result<Json, ClientError>,
    pub(super) then: Then,
}

impl<J: Continuous> SetState<'_, J> {
    /// Runs the job at once with the new state. The answer comes after that run, with its outcome.
    pub fn then_trigger(mut self) -> Self {
        self.then = Then::Trigger;
        self
    }
}

impl<'a, J: Continuous> IntoFuture for SetState<'a, J> {
    type Output = Result<StateSet, ClientError>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let call = ContinuousCall::SetState {
                state: self.state?,
                expected: None,
                then: self.then,
            };
            self.client.ask(self.id, call).await
        })
    }
}

/// A change that is to be made, by [`ContinuousClient::update_state`]. It is sent when it is awaited.
#[must_use = "nothing is sent before it is awaited"]
pub struct UpdateState<'a, J: Continuous, F> {
    pub(super) client: &'a ContinuousClient<J>,
    pub(super) id: &'a str,
    pub(super) change: F,
    pub(super) then: Then,
}

impl<J: Continuous, F> UpdateState<'_, J, F> {
    /// Runs the job at once with the new state. The answer comes after that run, with its outcome.
    pub fn then_trigger(mut self) -> Self {
        self.then = Then::Trigger;
        self
    }
}

impl<'a, J: Continuous, F> IntoFuture for UpdateState<'a, J, F>
where
    F: FnMut(&mut J) + MaybeSend + 'a,
{
    type Output = Result<StateSet, ClientError>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            loop {
                let snapshot: Option<StateSnapshot> =
                    self.client.ask(self.id, ContinuousCall::State).await?;
                let Some(snapshot) = snapshot else {
                    return Ok(StateSet {
                        updated: false,
                        status: Status::NotFound,
                        outcome: None,
                    });
                };
                match self.client.ask(self.id, self.changed(&snapshot)?).await {
                    // Whoever was faster has changed something: this comes to an end.
                    Err(ClientError::StateChanged { .. }) => {}
                    answer => return answer,
                }
            }
        })
    }
}

impl<J: Continuous, F: FnMut(&mut J)> UpdateState<'_, J, F> {
    /// Makes the change in the state as it was read.
    fn changed(&mut self, snapshot: &StateSnapshot) -> Result<ContinuousCall, ClientError> {
        let line = self.client.line();
        let mut state = line.decode(self.id, J::CODEC, &snapshot.state.0)?;
        (self.change)(&mut state);
        Ok(ContinuousCall::SetState {
            state: Json(line.encode(self.id, J::CODEC, &state)?),
            expected: Some(snapshot.revision),
            then: self.then,
        })
    }
}

impl<J: Continuous> fmt::Debug for SetState<'_, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetState")
            .field("id", &self.id)
            .field("then", &self.then)
            .finish_non_exhaustive()
    }
}

impl<J: Continuous, F> fmt::Debug for UpdateState<'_, J, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateState")
            .field("id", &self.id)
            .field("then", &self.then)
            .finish_non_exhaustive()
    }
}
