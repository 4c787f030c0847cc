//! What every handler's context knows about its run.

use std::{fmt, sync::Arc};

use serde::Serialize;

use crate::{
    Address, Incarnation, Timestamp,
    storage::Port,
    telemetry::{Happening, LogLevel},
};

/// What is numbered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sequence {
    Run,
    Event,
}

/// The facts of one attempt, and what its handler has told so far.
pub(crate) struct Scope {
    pub(crate) address: Address,
    pub(crate) incarnation: Incarnation,
    /// What numbers the run: runs and events of a task are counted apart.
    pub(crate) sequence: Sequence,
    pub(crate) run_count: u64,
    pub(crate) attempt: u32,
    pub(crate) scheduled_for: Timestamp,
    pub(crate) started_at: Timestamp,
    pub(crate) missed: u64,
    pub(crate) port: Arc<dyn Port>,
    pub(crate) rng: fastrand::Rng,
    pub(crate) emitted: Vec<Happening>,
}

impl Scope {
    /// The same for every attempt of one run, different for the next run and the next life.
    pub(crate) fn idempotency_key(&self) -> String {
        let counted = match self.sequence {
            Sequence::Run => "run",
            Sequence::Event => "event",
        };
        format!(
            "{}:{}:{counted}-{}",
            self.address, self.incarnation, self.run_count
        )
    }

    pub(crate) fn emit(&mut self, name: &str, payload: &impl Serialize) {
        let payload = serde_json::to_value(payload)
            .unwrap_or_else(|error| serde_json::Value::String(error.to_string()));
        self.emitted.push(Happening::Custom {
            name: name.to_owned(),
            payload,
        });
    }

    pub(crate) fn log(&self, level: LogLevel, message: impl fmt::Display) {
        let line = Happening::Log {
            level,
            message: message.to_string(),
        };
        super::observe(&*self.port, &self.address, line);
    }
}

/// Writes the methods that the contexts of all kinds share. The context has a field `scope` and a field `env`.
macro_rules! shared_context_methods {
    ($kind:ident) => {
        /// The services that the host was given.
        pub fn env(&self) -> &'run J::Env {
            self.env
        }

        /// The caller's id of the instance.
        pub fn id(&self) -> &str {
            self.scope.address.id.as_str()
        }

        /// The readable name of the instance, such as `continuous:TokenRefresher:user-123`.
        pub fn instance_id(&self) -> String {
            self.scope.address.to_string()
        }

        /// The stored name of the job.
        pub fn job_name(&self) -> &'static str {
            self.scope.address.job
        }

        /// Which run of this life it is, from 1. The attempts of one run share it.
        pub fn run_count(&self) -> u64 {
            self.scope.run_count
        }

        /// Which attempt of the run it is, from 1.
        pub fn attempt(&self) -> u32 {
            self.scope.attempt
        }

        /// Whether an attempt of this run came before.
        pub fn is_retry(&self) -> bool {
            self.scope.attempt > 1
        }

        /// Names this attempt, for logs: different for every attempt.
        pub fn execution_id(&self) -> String {
            format!("{}:{}", self.idempotency_key(), self.scope.attempt)
        }

        /// Names this run towards other services, so that they can tell a repetition: the same for all
        /// attempts of the run, also after a crash; different for the next run and for the next life of the id.
        pub fn idempotency_key(&self) -> String {
            self.scope.idempotency_key()
        }

        /// When the run was due.
        pub fn scheduled_for(&self) -> Timestamp {
            self.scope.scheduled_for
        }

        /// When this attempt began.
        pub fn started_at(&self) -> Timestamp {
            self.scope.started_at
        }

        /// The time now, by the host's clock.
        pub fn now(&self) -> Timestamp {
            self.scope.port.now()
        }

        /// Slots that passed without a run of their own and that this run stands for.
        pub fn missed(&self) -> u64 {
            self.scope.missed
        }

        /// Random numbers; under the test host the same in every run of the test.
        pub fn rng(&mut self) -> &mut fastrand::Rng {
            &mut self.scope.rng
        }

        /// Tells observers something at once, whatever becomes of the run.
        pub fn log(&self, level: LogLevel, message: impl std::fmt::Display) {
            self.scope.log(level, message);
        }

        /// Tells observers something once the run has committed; a failed attempt tells nothing.
        pub fn emit(&mut self, name: &str, payload: &impl Serialize) {
            self.scope.emit(name, payload);
        }
    };
}
pub(crate) use shared_context_methods;
