//! A task in memory: its machine joined with user code.

use std::sync::Arc;

use super::{Task, TaskCall, TaskSpec, context::TaskFacts, work::Work};
use crate::{
    BoxFuture, ClientError, Incarnation, Timestamp,
    core::{
        Effects, Moment, Token, Waiter,
        task::{EventFinished, Finished, Invocation, Machine, NewLife, Record},
    },
    driver::{Actor, ActorContext, Scope, traced},
    jobs::Target,
    state::{self, CodecError},
    storage::Stored,
    telemetry::LogLevel,
    wire::Call,
};

/// A task in memory.
pub(crate) struct TaskActor<J: Task> {
    context: ActorContext<J::Env>,
    machine: Machine,
    /// The state as the last handler of a life left it, so that the next one need not decode it.
    live: Option<(Incarnation, J)>,
}

/// What a handler leaves behind.
pub(crate) struct Done<J> {
    pub(super) ended: Ended,
    pub(super) live: Option<(Incarnation, J)>,
}

pub(super) enum Ended {
    Event(EventFinished),
    Execute(Token, Finished),
}

impl<J: Task> TaskActor<J> {
    const SPEC: &'static TaskSpec = &J::SPEC;

    fn migrated(&self) -> Result<Option<Arc<str>>, CodecError> {
        state::migrated(self.machine.state(), Self::SPEC.version, J::migrate)
    }

    fn show_state(&self, waiter: Waiter) -> Effects<Invocation> {
        match self.migrated() {
            Ok(migrated) => {
                let mut out = Effects::none();
                self.machine.show_state(migrated, waiter, &mut out);
                out
            }
            Err(CodecError { field, reason }) => {
                let address = &self.context.address;
                let (job, id) = (address.job.to_owned(), address.id.as_str().to_owned());
                Effects::refusal(
                    waiter,
                    ClientError::Validation {
                        job,
                        id,
                        field,
                        reason,
                    },
                )
            }
        }
    }

    fn take_live(&mut self, life: NewLife) -> Option<J> {
        let (incarnation, job) = self.live.take()?;
        (incarnation == life.incarnation).then_some(job)
    }

    fn work(&self, facts: TaskFacts) -> Work<J> {
        Work {
            stored: self
                .machine
                .state()
                .map(|(json, version)| (Arc::clone(json), version)),
            env: Arc::clone(&self.context.env),
            timers: self.machine.timers().cloned().unwrap_or_default(),
            owed: None,
            facts,
        }
    }

    /// An event is a piece of work of its own, numbered among the events.
    fn begin_event(
        &mut self,
        event: Arc<str>,
        name: String,
        life: NewLife,
    ) -> BoxFuture<'static, Done<J>> {
        let counts = |record: &Record| (record.event_count, record.execute_count);
        let (handled, executed) = self.machine.record().map_or((0, 0), counts);
        let facts = TaskFacts {
            handled_before: handled,
            event_count: handled.saturating_add(1),
            execute_count: executed,
            created_at: life.created_at,
            timer: None,
        };
        let now = self.context.port.now();
        let scope = Scope {
            run_count: facts.event_count,
            ..Scope::new(&self.context, life.incarnation, name.clone(), name, now)
        };
        let (live, work) = (self.take_live(life), self.work(facts));
        traced(scope, move |scope| {
            Box::pin(work.on_event(live, event, scope))
        })
    }

    fn begin_execute(&mut self, token: Token) -> BoxFuture<'static, Done<J>> {
        let run = |record| Some((record, Record::run(record)?));
        let Some((record, run)) = self.machine.record().and_then(run) else {
            return Box::pin(std::future::pending());
        };
        let life = NewLife {
            incarnation: record.life.incarnation,
            created_at: record.life.created_at,
        };
        let facts = TaskFacts {
            handled_before: record.event_count,
            event_count: record.event_count,
            execute_count: record.execute_count,
            created_at: life.created_at,
            timer: record.firing.clone(),
        };
        let scope = Scope::of_run(&self.context, &record.life, run);
        let owed = Some(run.clone());
        let (live, work) = (self.take_live(life), self.work(facts));
        let work = Work { owed, ..work };
        traced(scope, move |scope| {
            Box::pin(work.execute(live, token, scope))
        })
    }
}

impl<J: Task> Actor for TaskActor<J> {
    type Env = J::Env;
    type Invocation = Invocation;
    type Done = Done<J>;

    const LOG: Option<LogLevel> = J::SPEC.log;

    fn targets() -> &'static [Target] {
        J::TARGETS
    }

    fn read_call(text: &str) -> serde_json::Result<Option<Call>> {
        Call::read::<TaskCall>(text)
    }

    fn restore(
        context: ActorContext<J::Env>,
        stored: Option<Stored>,
        moment: Moment,
    ) -> Result<(Self, Effects<Invocation>), ClientError> {
        let address = context.address.clone();
        let (machine, effects) = match stored {
            Some(stored) => {
                Machine::restore(Self::SPEC, address, stored, &context.interrupted_by, moment)?
            }
            None => (Machine::absent(Self::SPEC, address), Effects::none()),
        };
        Ok((
            Self {
                context,
                machine,
                live: None,
            },
            effects,
        ))
    }

    fn call(&mut self, moment: Moment, call: Call, waiter: Waiter) -> Effects<Invocation> {
        match call.take() {
            Some(TaskCall::State) => self.show_state(waiter),
            Some(call) => self.machine.call(moment, call, waiter),
            None => Effects::refusal(waiter, self.context.address.wrong_kind()),
        }
    }

    fn alarm(&mut self, moment: Moment) -> Effects<Invocation> {
        self.machine.alarm(moment)
    }

    fn begin(&mut self, invocation: Invocation) -> BoxFuture<'static, Done<J>> {
        match invocation {
            Invocation::Event { event, name, life } => self.begin_event(event, name, life),
            Invocation::Execute { token } => self.begin_execute(token),
        }
    }

    fn finish(&mut self, moment: Moment, done: Done<J>) -> Effects<Invocation> {
        self.live = done.live;
        match done.ended {
            Ended::Event(finished) => self.machine.finish_event(moment, finished),
            Ended::Execute(token, finished) => self.machine.finish(moment, token, finished),
        }
    }

    fn release(&mut self, moment: Moment) -> Effects<Invocation> {
        self.machine.release(moment)
    }

    fn exists(&self) -> bool {
        self.machine.record().is_some()
    }

    fn wakes_at(&self) -> Option<Timestamp> {
        self.machine.wakes_at()
    }

    fn rewrite(state: &str) -> Option<Arc<str>> {
        J::CODEC.rewrite(state)
    }
}
