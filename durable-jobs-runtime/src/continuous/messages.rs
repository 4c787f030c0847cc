//! What other jobs write to continuous jobs.

use super::{Continuous, ContinuousCall, StartAnswer};
use crate::{JobResult, jobs::messages_type, wire::Call};

messages_type! {
    /// Messages to the instances of one continuous job. Each leaves with the commit of the handler that has written
    /// it, and takes effect once; see [`ContinuousClient`](super::ContinuousClient) for what they do.
    ContinuousMessages: Continuous
}

impl<J: Continuous> ContinuousMessages<'_, J> {
    /// Creates an instance with this state; an existing one is left as it is.
    pub fn start(&self, id: &str, state: J) -> JobResult {
        let state = self.writer.encode(id, J::CODEC, &state)?;
        let answer = StartAnswer::Created;
        self.write(id, ContinuousCall::Start { state, answer })
    }

    /// Runs the job, once the message has arrived. A missing, paused or parked instance is not run.
    pub fn trigger(&self, id: &str) -> JobResult {
        self.write(id, ContinuousCall::Trigger)
    }

    /// Runs nothing until [`resume`](Self::resume).
    pub fn pause(&self, id: &str) -> JobResult {
        self.write(id, ContinuousCall::Pause { until: None })
    }

    /// Goes on after a pause or after having been parked.
    pub fn resume(&self, id: &str) -> JobResult {
        self.write(id, ContinuousCall::Resume)
    }

    /// Ends the instance.
    pub fn stop(&self, id: &str, reason: &str) -> JobResult {
        let reason = reason.to_owned();
        self.write(id, ContinuousCall::Stop { reason })
    }

    /// Deletes the instance with its state.
    pub fn terminate(&self, id: &str, reason: &str) -> JobResult {
        let reason = reason.to_owned();
        self.write(id, ContinuousCall::Terminate { reason })
    }

    fn write(&self, id: &str, call: ContinuousCall) -> JobResult {
        self.writer.write(id, &Call::of(call))
    }
}
