//! A queue in memory: its machine joined with user code.

use std::sync::Arc;

use super::{Queue, QueueContext, QueueSpec, context::MessageFacts};
use crate::{
    BoxFuture, ClientError, ErrorAction, JobError, JobResult, RetryPolicy, Timestamp,
    core::{
        Attempts, Effects, Failure, Moment, Run, Waiter,
        queue::{Failed, Finished, Invocation, Machine},
    },
    driver::{Actor, ActorContext, Scope, guarded, traced},
    jobs::Target,
    state,
    storage::{Port, Stored},
    telemetry::LogLevel,
    wire::Call,
};

/// A queue in memory.
pub(crate) struct QueueActor<J: Queue> {
    context: ActorContext<J::Env>,
    machine: Machine,
}

/// What an attempt leaves behind.
pub(crate) struct Done {
    invocation: Invocation,
    finished: Finished,
}

/// One attempt with all that it needs.
struct Work {
    invocation: Invocation,
    json: Arc<str>,
    version: u32,
    run: Run,
    facts: MessageFacts,
}

impl<J: Queue> QueueActor<J> {
    const SPEC: &'static QueueSpec = &J::SPEC;
}

impl<J: Queue> Actor for QueueActor<J> {
    type Env = J::Env;
    type Invocation = Invocation;
    type Done = Done;
    const LOG: Option<LogLevel> = J::SPEC.log;

    fn targets() -> &'static [Target] {
        J::TARGETS
    }

    fn read_call(text: &str) -> serde_json::Result<Option<Call>> {
        Call::read::<super::QueueCall>(text)
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
        Ok((Self { context, machine }, effects))
    }

    fn call(&mut self, moment: Moment, call: Call, waiter: Waiter) -> Effects<Invocation> {
        match call.take() {
            Some(call) => self.machine.call(moment, call, waiter),
            None => Effects::refusal(waiter, self.context.address.wrong_kind()),
        }
    }

    fn alarm(&mut self, moment: Moment) -> Effects<Invocation> {
        self.machine.alarm(moment)
    }

    fn begin(&mut self, invocation: Invocation) -> BoxFuture<'static, Done> {
        let Some((life, message)) = self.machine.in_flight(invocation) else {
            return Box::pin(std::future::pending());
        };
        let scope = Scope {
            work: message.name(),
            ..Scope::of_run(&self.context, life, &message.run)
        };
        let work = Work {
            invocation,
            json: Arc::clone(&message.json),
            version: message.header.version,
            run: message.run.clone(),
            facts: MessageFacts {
                event_id: message.header.event_id.clone(),
                priority: message.header.priority,
                enqueued_at: message.header.enqueued_at,
                partition: message.lane,
            },
        };
        let env = Arc::clone(&self.context.env);
        traced(scope, move |scope| Box::pin(work.process::<J>(env, scope)))
    }

    fn finish(&mut self, moment: Moment, done: Done) -> Effects<Invocation> {
        self.machine.finish(moment, done.invocation, done.finished)
    }

    fn release(&mut self, moment: Moment) -> Effects<Invocation> {
        self.machine.release(moment)
    }

    fn due_beside_runs(&self) -> Option<Timestamp> {
        self.machine.due_beside_runs()
    }

    fn exists(&self) -> bool {
        self.machine.exists()
    }

    fn wakes_at(&self) -> Option<Timestamp> {
        self.machine.wakes_at()
    }

    /// There is no state: messages stay as they were enqueued.
    fn rewrite(_state: &str) -> Option<Arc<str>> {
        None
    }
}

impl Work {
    async fn process<J: Queue>(self, env: Arc<J::Env>, scope: Scope) -> Done {
        let mut ctx = QueueContext::<J> {
            env: &*env,
            scope,
            facts: self.facts.clone(),
        };
        let finished = match self.attempt(&mut ctx).await {
            Ok(()) => Finished::Ok {
                emitted: ctx.scope.take_effects(),
            },
            Err(error) => Finished::Failed(self.fail(&error, &mut ctx).await),
        };
        Done {
            invocation: self.invocation,
            finished,
        }
    }

    async fn attempt<J: Queue>(&self, ctx: &mut QueueContext<'_, J>) -> JobResult {
        let mut message = self.decode::<J>()?;
        let port = Arc::clone(&ctx.scope.port);
        let limit = Some(J::SPEC.attempt_limit());
        guarded(&*port, limit, Box::pin(message.process(ctx))).await
    }

    /// Decides what follows from an error, here so that `on_dead_letter` hears of it before it is committed.
    async fn fail<J: Queue>(&self, error: &JobError, ctx: &mut QueueContext<'_, J>) -> Failed {
        ctx.scope.take_effects();
        let port = Arc::clone(&ctx.scope.port);
        let mut failed = self.decide(error, J::SPEC.retry.as_ref(), &*port);
        if failed.is_given_up()
            && let Ok(message) = self.decode::<J>()
        {
            let limit = Some(J::SPEC.attempt_limit());
            let told = async {
                message.on_dead_letter(error, ctx).await;
                Ok(())
            };
            // Whatever it does, the message is given up.
            let _ = guarded(&*port, limit, Box::pin(told)).await;
            failed.emitted = ctx.scope.take_effects();
        }
        failed
    }

    fn decode<J: Queue>(&self) -> JobResult<J> {
        let decoded = state::decode_version(&self.json, self.version, J::SPEC.version, J::migrate);
        decoded.map_err(|error| {
            JobError::terminal(format!("the stored message does not decode: {error}"))
        })
    }

    fn decide(&self, error: &JobError, policy: Option<&RetryPolicy>, port: &dyn Port) -> Failed {
        let moment = Moment {
            now: port.now(),
            entropy: port.entropy(),
            attempts: Attempts::Now,
        };
        let failure = Failure::new(error, ErrorAction::Default);
        Failed::decide(self.run.clone(), &failure, policy, moment)
    }
}
