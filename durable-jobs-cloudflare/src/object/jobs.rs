//! Which jobs a class hosts.

#[cfg(feature = "tracker")]
use durable_jobs_runtime::Tracker;
use durable_jobs_runtime::{Entry, Job, JobResult};
use std::sync::Arc;
use worker::Env;

use crate::FromWorkerEnv;

/// One job of a class: its name, and how it is made with the services that it needs.
#[derive(Clone, Copy, Debug)]
pub struct Jobs(&'static [Offer]);

/// See [`Jobs`].
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    name: fn() -> &'static str,
    enter: fn(&Env) -> JobResult<Entry>,
    #[cfg(feature = "tracker")]
    tracker: fn(&Env) -> Option<Tracker>,
}

impl Offer {
    /// The job `J`.
    pub const fn of<J: Job<Env<()>: FromWorkerEnv>>() -> Self {
        Self {
            name: J::name,
            enter: enter::<J>,
            #[cfg(feature = "tracker")]
            tracker: J::Env::tracker,
        }
    }
}

fn enter<J: Job<Env<()>: FromWorkerEnv>>(env: &Env) -> JobResult<Entry> {
    Ok(J::entry::<()>(Arc::new(J::Env::from_worker_env(env)?)))
}

impl Jobs {
    /// The jobs of a class, mostly one.
    pub const fn new(offers: &'static [Offer]) -> Self {
        Self(offers)
    }

    /// Makes the job of a name with its services; `None` if it is not one of these.
    pub(super) fn enter(&self, job: &str, env: &Env) -> Option<JobResult<Entry>> {
        let offer = self.0.iter().find(|offer| (offer.name)() == job)?;
        Some((offer.enter)(env))
    }

    /// Where the job of a name wants to send what it tells.
    #[cfg(feature = "tracker")]
    pub(super) fn tracker(&self, job: &str, env: &Env) -> Option<Tracker> {
        let offer = self.0.iter().find(|offer| (offer.name)() == job)?;
        (offer.tracker)(env)
    }
}
