//! Services that fail.

use std::{fmt, sync::Arc};

use durable_jobs_runtime::{JobError, JobResult};

use super::{chaos::Chaos, fault::ServiceFault};

/// What a fake service asks whether it works, made by [`Simulation::unreliable`](super::Simulation::unreliable).
///
/// Asked before the effect of a call, it makes calls fail; asked after it, it loses their answers.
#[derive(Clone)]
pub struct Unreliable(Option<Arc<Chaos>>);

impl Unreliable {
    pub(super) fn new(chaos: Arc<Chaos>) -> Self {
        Self(Some(chaos))
    }

    /// One that works always, for tests of another kind.
    pub fn never() -> Self {
        Self(None)
    }

    /// Works, or takes some seconds of the host's time, or panics.
    ///
    /// # Errors
    ///
    /// The service fails. Once in a while the error is one that no further attempt can mend.
    pub async fn call(&self) -> JobResult {
        let Some(chaos) = &self.0 else {
            return Ok(());
        };
        match chaos.at_service() {
            None => Ok(()),
            Some(ServiceFault::Fails) => Err("the service failed".into()),
            Some(ServiceFault::FailsForGood) => {
                Err(JobError::terminal("the service failed for good"))
            }
            Some(ServiceFault::Panics) => panic!("the service panicked"),
            Some(ServiceFault::Slow(by)) => {
                if let Some(sleep) = chaos.sleep(by) {
                    sleep.await;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Debug for Unreliable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unreliable")
    }
}
