//! What the driver needs of a kind: its machine joined with user code.

use std::sync::{Arc, atomic::AtomicUsize};

use crate::{
    Address, BoxFuture, ClientError, MaybeSend, MaybeSync, Timestamp,
    core::{Caller, Effects, Moment, Waiter},
    jobs::Target,
    storage::{Port, Stored},
    target::BoxAny,
    telemetry::LogLevel,
    wire::Call,
};

/// What an actor has around it.
pub(crate) struct ActorContext<E> {
    pub(crate) address: Address,
    pub(crate) env: Arc<E>,
    pub(crate) port: Arc<dyn Port>,
    /// What has cut off the attempt that the store may show as open.
    pub(crate) interrupted_by: Arc<str>,
    /// From which level on lines of handlers are told.
    pub(crate) log: Option<LogLevel>,
    /// How many messages of the instance wait to leave.
    pub(crate) waiting_messages: Arc<AtomicUsize>,
}

/// One instance in memory, of a kind and of a job.
pub(crate) trait Actor: Sized + MaybeSend + 'static {
    /// The services of the job.
    type Env: MaybeSend + MaybeSync + 'static;
    /// What a run needs to know.
    type Invocation: MaybeSend;
    /// What a run leaves behind.
    type Done: MaybeSend + 'static;

    /// From which level on lines of the job's handlers are told.
    const LOG: Option<LogLevel>;

    /// The jobs that it writes to.
    fn targets() -> &'static [Target];

    /// Reads the text of a call of this kind; `None` if it is one of another kind.
    fn read_call(text: &str) -> serde_json::Result<Option<Call>>;

    /// Takes the instance up from its stored rows, or as one that does not exist.
    fn restore(
        context: ActorContext<Self::Env>,
        stored: Option<Stored>,
        moment: Moment,
    ) -> Result<(Self, Effects<Self::Invocation>), ClientError>;

    /// Answers a call.
    fn call(&mut self, moment: Moment, call: Call, waiter: Waiter) -> Effects<Self::Invocation>;

    /// Does what is due.
    fn alarm(&mut self, moment: Moment) -> Effects<Self::Invocation>;

    /// Makes the future that calls the handlers. It is polled only after the mark of the attempt is kept.
    fn begin(&mut self, invocation: Self::Invocation) -> BoxFuture<'static, Self::Done>;

    /// Takes the result of that future.
    fn finish(&mut self, moment: Moment, done: Self::Done) -> Effects<Self::Invocation>;

    /// Puts back the runs that are out.
    fn release(&mut self, moment: Moment) -> Effects<Self::Invocation>;

    /// When something is due although runs are out: their row is due as long as they are, so that it is found after a
    /// crash, and no host wakes the instance for anything else.
    fn due_beside_runs(&self) -> Option<Timestamp> {
        None
    }

    /// Whether the instance exists. One that does not is not kept in memory.
    fn exists(&self) -> bool;

    /// When the instance wants to be woken.
    fn wakes_at(&self) -> Option<Timestamp>;

    /// What the job knows of a stored state: reads it and writes it again.
    fn rewrite(state: &str) -> Option<Arc<str>>;

    /// A text that changes when the job's schedule does.
    fn fingerprint() -> Option<String> {
        None
    }
}

/// A run that is out, whatever its job.
pub(super) type Run = BoxFuture<'static, BoxAny>;

/// One instance in memory, whatever its job. Everything that calls it is compiled once.
pub(super) trait AnyActor: MaybeSend {
    /// Answers a call.
    fn call(&mut self, moment: Moment, call: Call, caller: Caller) -> Effects<Run>;

    /// Notes that a caller no longer waits for its answer.
    fn left(&mut self, moment: Moment, waiter: Waiter) -> Effects<Run> {
        let _ = (moment, waiter);
        Effects::none()
    }

    /// Does what is due.
    fn alarm(&mut self, moment: Moment) -> Effects<Run>;

    /// Takes the result of a run.
    fn finish(&mut self, moment: Moment, done: BoxAny) -> Effects<Run>;

    /// Puts back the runs that are out.
    fn release(&mut self, moment: Moment) -> Effects<Run>;

    /// When something is due although runs are out.
    fn due_beside_runs(&self) -> Option<Timestamp> {
        None
    }

    /// Whether the instance exists. One that does not is not kept in memory.
    fn exists(&self) -> bool;

    /// When the instance wants to be woken.
    fn wakes_at(&self) -> Option<Timestamp>;

    /// What the job knows of a stored state: reads it and writes it again.
    fn rewrite(&self, state: &str) -> Option<Arc<str>>;
}

impl<A: Actor> AnyActor for A {
    fn call(&mut self, moment: Moment, call: Call, caller: Caller) -> Effects<Run> {
        Actor::call(self, moment, call, caller.waiter)
            .map_runs(|invocation| begin(self, invocation))
    }

    fn alarm(&mut self, moment: Moment) -> Effects<Run> {
        Actor::alarm(self, moment).map_runs(|invocation| begin(self, invocation))
    }

    fn finish(&mut self, moment: Moment, done: BoxAny) -> Effects<Run> {
        match done.downcast::<A::Done>() {
            Ok(done) => {
                Actor::finish(self, moment, *done).map_runs(|invocation| begin(self, invocation))
            }
            Err(_) => Effects::none(),
        }
    }

    fn release(&mut self, moment: Moment) -> Effects<Run> {
        Actor::release(self, moment).map_runs(|invocation| begin(self, invocation))
    }

    fn due_beside_runs(&self) -> Option<Timestamp> {
        Actor::due_beside_runs(self)
    }

    fn exists(&self) -> bool {
        Actor::exists(self)
    }

    fn wakes_at(&self) -> Option<Timestamp> {
        Actor::wakes_at(self)
    }

    fn rewrite(&self, state: &str) -> Option<Arc<str>> {
        A::rewrite(state)
    }
}

fn begin<A: Actor>(actor: &mut A, invocation: A::Invocation) -> Run {
    let handlers = actor.begin(invocation);
    Box::pin(async move { Box::new(handlers.await) as BoxAny })
}

/// Makes the instances of one job.
pub(super) trait ActorFactory: MaybeSend + MaybeSync {
    /// The jobs that it writes to.
    fn targets(&self) -> &'static [Target];

    /// Takes an instance up from its stored rows, or as one that does not exist.
    fn restore(
        &self,
        context: ActorContext<()>,
        stored: Option<Stored>,
        moment: Moment,
    ) -> Result<(Box<dyn AnyActor>, Effects<Run>), ClientError>;
}

/// The services of a job, of which its instances are made.
pub(super) struct FactoryOf<A: Actor>(pub(super) Arc<A::Env>);

impl<A: Actor> ActorFactory for FactoryOf<A> {
    fn targets(&self) -> &'static [Target] {
        A::targets()
    }

    fn restore(
        &self,
        context: ActorContext<()>,
        stored: Option<Stored>,
        moment: Moment,
    ) -> Result<(Box<dyn AnyActor>, Effects<Run>), ClientError> {
        let context = ActorContext {
            address: context.address,
            env: Arc::clone(&self.0),
            port: context.port,
            interrupted_by: context.interrupted_by,
            log: A::LOG,
            waiting_messages: context.waiting_messages,
        };
        let (mut actor, effects) = A::restore(context, stored, moment)?;
        let effects = effects.map_runs(|invocation| begin(&mut actor, invocation));
        Ok((Box::new(actor), effects))
    }
}
