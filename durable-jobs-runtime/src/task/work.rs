//! The handlers of a task, called one after another as one step demands.

use std::sync::Arc;

use super::{
    ErrorSource, PendingTimers, Task, TaskContext, TaskSpec, TaskTimer,
    actor::{Done, Ended},
    context::{TaskFacts, Wishes},
};
use crate::{
    BoxFuture, ErrorAction, JobError, JobEvent, JobResult, Timestamp,
    core::{
        Failure, Run, Token,
        task::{EventFinished, Finished, HandlerOutput},
    },
    driver::{Scope, guarded},
    state::{self, CodecError},
};

/// One handler with all that it needs.
pub(super) struct Work<J: Task> {
    /// The last committed state; none before the first event.
    pub(super) stored: Option<(Arc<str>, u32)>,
    pub(super) env: Arc<J::Env>,
    pub(super) timers: PendingTimers,
    /// The run whose attempt this is; none while an event is handled.
    pub(super) owed: Option<Run>,
    pub(super) facts: TaskFacts,
}

impl<J: Task> Work<J> {
    const SPEC: &'static TaskSpec = &J::SPEC;

    pub(super) async fn on_event(self, live: Option<J>, event: Arc<str>, scope: Scope) -> Done<J> {
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
        match handle(&mut ctx, &mut job, |job, ctx| {
            Box::pin(job.on_event(event, ctx))
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

    pub(super) async fn execute(self, live: Option<J>, token: Token, scope: Scope) -> Done<J> {
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
        match handle(&mut ctx, &mut job, |job, ctx| Box::pin(job.execute(ctx))).await {
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
        let Ok(action) = guarded(&*port, J::SPEC.timeout, Box::pin(handled)).await else {
            return (ErrorAction::Default, None);
        };
        let mut left = output(&job, ctx).ok();
        if ctx.wishes.are_none() && self.ends_with(error, &action, port.now()) {
            let idle = guarded(&*port, J::SPEC.timeout, Box::pin(job.on_idle(ctx))).await;
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
                run.would_be_skipped(&failure, retry, on_exhausted, now)
            }
        }
    }
}

/// Calls a handler, then `on_idle` if it leaves no timer.
async fn handle<J: Task>(
    ctx: &mut TaskContext<'_, J>,
    job: &mut J,
    handler: impl for<'a> FnOnce(&'a mut J, &'a mut TaskContext<'_, J>) -> BoxFuture<'a, JobResult>,
) -> JobResult<HandlerOutput> {
    let port = Arc::clone(&ctx.scope.port);
    guarded(&*port, J::SPEC.timeout, handler(job, ctx)).await?;
    if ctx.wishes.are_none() {
        guarded(&*port, J::SPEC.timeout, Box::pin(job.on_idle(ctx))).await?;
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
