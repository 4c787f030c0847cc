//! What every handler's context knows about its run.

use std::{fmt, sync::Arc};

use serde::Serialize;

use super::ActorContext;
use crate::{
    Address, Incarnation, Timestamp,
    core::{Effect, Life, Run},
    jobs::Drafts,
    storage::Port,
    telemetry::{Happening, LogLevel},
};

/// The facts of one attempt, and what its handler has told so far.
pub(crate) struct Scope {
    pub(crate) address: Address,
    pub(crate) incarnation: Incarnation,
    /// Names the run within the life: the same for all its attempts.
    pub(crate) work: String,
    /// Names the attempt within the life.
    pub(crate) execution: String,
    pub(crate) run_count: u64,
    pub(crate) attempt: u32,
    pub(crate) scheduled_for: Timestamp,
    pub(crate) started_at: Timestamp,
    pub(crate) missed: u64,
    pub(crate) port: Arc<dyn Port>,
    /// From which level on lines are told.
    pub(crate) log: Option<LogLevel>,
    pub(crate) rng: fastrand::Rng,
    pub(crate) emitted: Vec<Happening>,
    pub(crate) drafts: Drafts,
}

impl Scope {
    /// The scope of the attempt of `run` that is out.
    pub(crate) fn of_run<E>(context: &ActorContext<E>, life: &Life, run: &Run) -> Self {
        let started_at = run.started_at().unwrap_or(run.scheduled_for);
        Self {
            run_count: run.number,
            attempt: run.attempt,
            scheduled_for: run.scheduled_for,
            missed: run.missed,
            ..Self::new(
                context,
                life.incarnation,
                run.name(),
                run.execution(),
                started_at,
            )
        }
    }

    /// The scope of a first attempt that is due now.
    pub(crate) fn new<E>(
        context: &ActorContext<E>,
        incarnation: Incarnation,
        work: String,
        execution: String,
        now: Timestamp,
    ) -> Self {
        Self {
            address: context.address.clone(),
            incarnation,
            work,
            execution,
            run_count: 1,
            attempt: 1,
            scheduled_for: now,
            started_at: now,
            missed: 0,
            port: Arc::clone(&context.port),
            log: context.log,
            rng: fastrand::Rng::with_seed(context.port.entropy()),
            emitted: Vec::new(),
            drafts: Drafts::new(Arc::clone(&context.waiting_messages)),
        }
    }

    /// The same for every attempt of one run, different for the next run and the next life.
    pub(crate) fn idempotency_key(&self) -> String {
        format!("{}:{}:{}", self.address, self.incarnation, self.work)
    }

    pub(crate) fn execution_id(&self) -> String {
        format!("{}:{}:{}", self.address, self.incarnation, self.execution)
    }

    pub(crate) fn emit(&mut self, name: &str, payload: &impl Serialize) {
        let payload = serde_json::to_value(payload)
            .unwrap_or_else(|error| serde_json::Value::String(error.to_string()));
        self.emitted.push(Happening::Custom {
            name: name.to_owned(),
            payload,
        });
    }

    pub(crate) fn metric(&mut self, name: &str, value: f64) {
        // JSON has no other numbers.
        if value.is_finite() {
            self.emitted.push(Happening::Metric {
                name: name.to_owned(),
                value,
            });
        }
    }

    /// What was told and sent so far, to leave with the commit.
    pub(crate) fn take_effects(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        effects.extend(
            std::mem::take(&mut self.emitted)
                .into_iter()
                .map(Effect::Tell),
        );
        effects.extend(self.drafts.take().into_iter().map(Effect::Send));
        effects
    }

    pub(crate) fn log(&self, level: LogLevel, message: impl fmt::Display) {
        if self.log.is_none_or(|least| level < least) {
            return;
        }
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
            self.scope.address.name()
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
            self.scope.execution_id()
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

        /// Messages to the instances of another job, such as `ctx.jobs::<Order>().send("o-1", event)?`. They leave with
        /// the commit of this handler, in order, and each takes effect once; a failed attempt sends none.
        ///
        /// The attribute has to name the job in its `jobs(..)`.
        pub fn jobs<Receiver>(&self) -> $crate::jobs::Messages<'_, Receiver>
        where
            J: $crate::jobs::SendsTo<Receiver>,
            Receiver: $crate::Job,
            Receiver::Kind: $crate::jobs::Reach<Receiver>,
        {
            let name = <Receiver as $crate::Job>::name();
            let writer = $crate::jobs::MessageWriter::new(&self.scope.drafts, name);
            <Receiver::Kind as $crate::jobs::Reach<Receiver>>::messages(writer)
        }

        /// Tells observers a line at once, whatever becomes of the run, if the attribute's `log` lets its
        /// level through: only errors unless set.
        pub fn log(&self, level: LogLevel, message: impl std::fmt::Display) {
            self.scope.log(level, message);
        }

        /// Tells observers something once the run has committed; a failed attempt tells nothing.
        pub fn emit(&mut self, name: &str, payload: impl Serialize) {
            self.scope.emit(name, &payload);
        }

        /// Tells observers a measured value once the run has committed; a failed attempt tells nothing. A value that
        /// is not finite is left out.
        pub fn metric(&mut self, name: &str, value: impl Into<f64>) {
            self.scope.metric(name, value.into());
        }
    };
}
pub(crate) use shared_context_methods;
