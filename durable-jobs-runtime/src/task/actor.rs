//! A task in memory: its machine joined with user code.

use std::sync::Arc;

use super::{
    ErrorSource, PendingTimers, Task, TaskCall, TaskContext, TaskSpec, TaskTimer,
    context::{TaskFacts, Wishes},
};
use crate::{
    BoxFuture, ClientError, ErrorAction, Incarnation, JobError, JobEvent, JobResult, Timestamp,
    core::{
        Effects, Failure, Moment, Run, Token, Waiter,
        task::{EventFinished, Finished, HandlerOutput, Invocation, Machine, NewLife, Record},
    },
    driver::{Actor, Home, Scope, guarded, traced},
    jobs::Target,
    state::{self, CodecError},
    storage::Stored,
    telemetry::LogLevel,
    wire::{Call, read_variant},
};

/// A task in memory.
pub(crate) struct TaskActor<J: Task> {
    home: Home<J::Env>,
    machine: Machine,
    /// The state as the last handler of a life left it, so that the next one need not decode it.
    live: Option<(Incarnation, J)>,
}

/// What a handler leaves behind.
pub(crate) struct Done<J> {
    ended: Ended,
    live: Option<(Incarnation, J)>,
}

enum Ended {
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
                let address = &self.home.address;
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
            env: Arc::clone(&self.home.env),
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
        let now = self.home.port.now();
        let scope = Scope {
            run_count: facts.event_count,
            ..Scope::new(&self.home, life.incarnation, name.clone(), name, now)
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
        let scope = Scope::of_run(&self.home, &record.life, run);
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
        Ok(read_variant(text, "task")?.map(Call::Task))
    }

    fn restore(
        home: Home<J::Env>,
        stored: Option<Stored>,
        moment: Moment,
    ) -> Result<(Self, Effects<Invocation>), ClientError> {
        let address = home.address.clone();
        let (machine, effects) = match stored {
            Some(stored) => {
                Machine::restore(Self::SPEC, address, stored, &home.interrupted_by, moment)?
            }
            None => (Machine::absent(Self::SPEC, address), Effects::none()),
        };
        Ok((
            Self {
                home,
                machine,
                live: None,
            },
            effects,
        ))
    }

    fn call(&mut self, moment: Moment, call: Call, waiter: Waiter) -> Effects<Invocation> {
        match call {
            Call::Task(TaskCall::State) => self.show_state(waiter),
            Call::Task(call) => self.machine.call(moment, call, waiter),
            _ => Effects::refusal(waiter, self.home.address.wrong_kind()),
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
}

/// One handler with all that it needs.
struct Work<J: Task> {
    /// The last committed state; none before the first event.
    stored: Option<(Arc<str>, u32)>,
    env: Arc<J::Env>,
    timers: PendingTimers,
    /// The run whose attempt this is; none while an event is handled.
    owed: Option<Run>,
    facts: TaskFacts,
}

impl<J: Task> Work<J> {
    const SPEC: &'static TaskSpec = &J::SPEC;

    async fn on_event(self, live: Option<J>, event: Arc<str>, scope: Scope) -> Done<J> {
        let life = scope.incarnation;
        let done = |finished, live: Option<J>| Done {
            ended: Ended::Event(finished),
            live: live.map(|job| (life, job)),
        };
        let event = match J::Event::CODEC.decode(&event) {
            Ok(event) => event,
            Err(CodecError { field, reason }) => {
                return done(EventFinished::Invalid { field, reason }, live);
            }
        };
        let mut job = match live.map_or_else(|| self.committed_state(), Ok) {
            Ok(job) => job,
            Err(error) => return done(undecodable_event(error), None),
        };
        let env = Arc::clone(&self.env);
        let mut ctx = self.context(&env, scope);
        match handle(&mut ctx, &mut job, async |job, ctx| {
            job.on_event(event, ctx).await
        })
        .await
        {
            Ok(output) => done(EventFinished::Ok(output), Some(job)),
            Err(error) => {
                drop(job);
                let reason = error.to_string();
                let output = match &self.stored {
                    Some(_) => self.on_error(&error, ErrorSource::Event, &mut ctx).await.1,
                    None => None,
                };
                done(EventFinished::Refused { reason, output }, None)
            }
        }
    }

    async fn execute(self, live: Option<J>, token: Token, scope: Scope) -> Done<J> {
        let life = scope.incarnation;
        let done = |finished, live: Option<J>| Done {
            ended: Ended::Execute(token, finished),
            live: live.map(|job| (life, job)),
        };
        if let Some(timer) = self.unknown_timer() {
            let error = unknown_timer(timer);
            return done(Finished::Undecodable { error }, live);
        }
        let mut job = match live.map_or_else(|| self.committed_state(), Ok) {
            Ok(job) => job,
            Err(error) => {
                return done(
                    Finished::Undecodable {
                        error: undecodable(&error),
                    },
                    None,
                );
            }
        };
        let env = Arc::clone(&self.env);
        let mut ctx = self.context(&env, scope);
        match handle(&mut ctx, &mut job, async |job, ctx| job.execute(ctx).await).await {
            Ok(output) => done(Finished::Ok(output), Some(job)),
            Err(error) => {
                drop(job);
                let (action, output) = self.on_error(&error, ErrorSource::Execute, &mut ctx).await;
                done(
                    Finished::Failed {
                        failure: Failure::new(&error, action),
                        output,
                    },
                    None,
                )
            }
        }
    }

    /// The name of the timer that the run stands for, if no timer is called so any more.
    fn unknown_timer(&self) -> Option<&str> {
        let name = self.facts.timer.as_deref()?;
        J::Timer::from_name(name).is_none().then_some(name)
    }

    fn context<'run>(&self, env: &'run J::Env, scope: Scope) -> TaskContext<'run, J> {
        TaskContext {
            env,
            scope,
            facts: self.facts.clone(),
            wishes: self.wishes(),
        }
    }

    fn wishes(&self) -> Wishes {
        Wishes {
            timers: self.timers.clone(),
            terminate: None,
        }
    }

    fn committed_state(&self) -> Result<J, CodecError> {
        match &self.stored {
            Some((json, version)) => {
                state::decode_version(json, *version, J::SPEC.version, J::migrate)
            }
            None => Ok(J::default()),
        }
    }

    /// Lets `on_error` work on the last committed state and timers, then `on_idle` if nothing follows.
    async fn on_error(
        &self,
        error: &JobError,
        source: ErrorSource,
        ctx: &mut TaskContext<'_, J>,
    ) -> (ErrorAction, Option<HandlerOutput>) {
        ctx.scope.take_effects();
        ctx.wishes = self.wishes();
        let Ok(mut job) = self.committed_state() else {
            return (ErrorAction::Default, None);
        };
        let port = Arc::clone(&ctx.scope.port);
        let handled = async { Ok(job.on_error(error, source, ctx).await) };
        let Ok(action) = guarded(&*port, J::SPEC.timeout, handled).await else {
            return (ErrorAction::Default, None);
        };
        let mut left = output(&job, ctx).ok();
        if ctx.wishes.are_none() && self.ends_with(error, &action, port.now()) {
            let idle = guarded(&*port, J::SPEC.timeout, job.on_idle(ctx)).await;
            if let (Ok(()), Some(left), Ok(idle)) = (idle, &mut left, output(&job, ctx)) {
                left.follow(idle);
            }
        }
        (action, left)
    }

    /// Whether a handler that failed leaves nothing behind that would follow: the last timer was cleared by
    /// `on_error`, or the run is given up and skipped.
    fn ends_with(&self, error: &JobError, action: &ErrorAction, now: Timestamp) -> bool {
        match &self.owed {
            None => !self.timers.is_empty(),
            Some(run) => {
                let failure = Failure::new(error, action.clone());
                let (retry, on_exhausted) = (Self::SPEC.retry.as_ref(), Self::SPEC.on_exhausted);
                run.clone().is_skipped(&failure, retry, on_exhausted, now)
            }
        }
    }
}

/// Calls a handler, then `on_idle` if it leaves no timer.
async fn handle<J: Task>(
    ctx: &mut TaskContext<'_, J>,
    job: &mut J,
    handler: impl AsyncFnOnce(&mut J, &mut TaskContext<'_, J>) -> JobResult,
) -> JobResult<HandlerOutput> {
    let port = Arc::clone(&ctx.scope.port);
    guarded(&*port, J::SPEC.timeout, handler(job, ctx)).await?;
    if ctx.wishes.are_none() {
        guarded(&*port, J::SPEC.timeout, job.on_idle(ctx)).await?;
    }
    output(job, ctx)
}

fn output<J: Task>(job: &J, ctx: &mut TaskContext<'_, J>) -> JobResult<HandlerOutput> {
    let Wishes { timers, terminate } = ctx.wishes.clone();
    let state = J::CODEC.encode(job)?;
    let emitted = ctx.scope.take_effects();
    Ok(HandlerOutput {
        state,
        timers,
        terminate,
        emitted,
    })
}

fn undecodable(error: &CodecError) -> Arc<str> {
    format!("the stored state does not decode: {error}").into()
}

/// The run stays owed, so that the timer is not lost: once it is known again, `resume` runs it.
fn unknown_timer(name: &str) -> Arc<str> {
    let told = match name {
        "" => "a timer without a name is due, and the timers of this version have names: let `timers` out again".to_owned(),
        name => format!("the timer `{name}` is due, which this version does not name: give a variant of `timers` this name, as in `#[timer(name = \"{name}\")]`"),
    };
    format!("{told}, then resume the instance").into()
}

fn undecodable_event(error: CodecError) -> EventFinished {
    EventFinished::Undecodable {
        error: undecodable(&error),
        field: error.field,
    }
}
