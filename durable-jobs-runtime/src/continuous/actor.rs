//! A continuous job in memory: its machine joined with user code.

use std::sync::Arc;

use super::{Continuous, ContinuousCall, ContinuousContext, ContinuousSpec, Next};
use crate::{
    BoxFuture, ClientError, Incarnation, JobError, JobResult, Timestamp,
    core::{
        Effect, Effects, Failure, Moment, Token, Waiter,
        continuous::{Finished, Invocation, Machine, Wishes, Work},
    },
    driver::{Actor, ActorContext, Scope, caught, guarded, traced},
    jobs::Target,
    state::{self, CodecError},
    storage::Stored,
    telemetry::LogLevel,
    wire::Call,
};

/// A continuous job in memory.
pub(crate) struct ContinuousActor<J: Continuous> {
    context: ActorContext<J::Env>,
    machine: Machine,
    /// The state as the last run has left it, so that the next one need not decode it.
    live: Option<Live<J>>,
}

/// A state that is decoded.
struct Live<J> {
    /// The life that it belongs to.
    incarnation: Incarnation,
    /// What it was committed as.
    json: Arc<str>,
    job: J,
}

/// What a run leaves behind.
pub(crate) struct Done<J> {
    token: Token,
    finished: Finished,
    live: Option<Live<J>>,
}

impl<J: Continuous> ContinuousActor<J> {
    const SPEC: &'static ContinuousSpec = &J::SPEC;

    fn scope(&self, work: &Work) -> Option<Scope> {
        let life = self.machine.life()?;
        let scope = Scope::of_run(&self.context, life, life.run.as_ref()?);
        Some(match work {
            // It has the number of the last run, and a key of its own.
            Work::Stop { .. } => Scope {
                work: "stop".to_owned(),
                ..scope
            },
            Work::FirstRun | Work::Run => scope,
        })
    }

    fn migrated(&self) -> Result<Option<Arc<str>>, CodecError> {
        state::migrated(self.machine.state(), Self::SPEC.version, J::migrate)
    }

    fn validation(&self, error: CodecError) -> ClientError {
        let address = &self.context.address;
        let (job, id) = (address.job.to_owned(), address.id.as_str().to_owned());
        ClientError::Validation {
            job,
            id,
            field: error.field,
            reason: error.reason,
        }
    }

    /// What the state that a call brings asks for. One that does not decode or is too large is refused before
    /// anything is written.
    fn check(&self, call: &ContinuousCall) -> Result<Wishes, ClientError> {
        let (ContinuousCall::Start { state, .. } | ContinuousCall::SetState { state, .. }) = call
        else {
            return Ok(Wishes::default());
        };
        let refused = |reason: String| {
            self.validation(CodecError {
                field: None,
                reason,
            })
        };
        let job = J::CODEC.decode(&state.0);
        let job = job.map_err(|error| self.validation(error))?;
        bounded(&state.0, Self::SPEC.max_state_bytes).map_err(refused)?;
        caught(|| wishes(&job)).map_err(|error| refused(error.to_string()))
    }
}

impl<J: Continuous> Actor for ContinuousActor<J> {
    type Env = J::Env;
    type Invocation = Invocation;
    type Done = Done<J>;

    const LOG: Option<LogLevel> = J::SPEC.log;

    fn targets() -> &'static [Target] {
        J::TARGETS
    }

    fn read_call(text: &str) -> serde_json::Result<Option<Call>> {
        Call::read::<ContinuousCall>(text)
    }

    fn restore(
        context: ActorContext<J::Env>,
        stored: Option<Stored>,
        moment: Moment,
    ) -> Result<(Self, Effects<Invocation>), ClientError> {
        let address = context.address.clone();
        let (machine, effects) = match stored {
            Some(stored) => Machine::restore(
                Self::SPEC,
                address,
                &stored,
                &context.interrupted_by,
                moment,
            )?,
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
        let checked = match call.take() {
            Some(call) => self.check(&call).map(|wishes| (call, wishes)),
            None => Err(self.context.address.wrong_kind()),
        };
        match checked {
            Ok((ContinuousCall::State, _)) => match self.migrated() {
                Ok(migrated) => {
                    let mut out = Effects::none();
                    self.machine.show_state(migrated, waiter, &mut out);
                    out
                }
                Err(error) => Effects::refusal(waiter, self.validation(error)),
            },
            Ok((call, wishes)) => self.machine.call(moment, call, wishes, waiter),
            Err(error) => Effects::refusal(waiter, error),
        }
    }

    fn alarm(&mut self, moment: Moment) -> Effects<Invocation> {
        self.machine.alarm(moment)
    }

    fn begin(&mut self, invocation: Invocation) -> BoxFuture<'static, Done<J>> {
        let (Some(scope), Some((json, version))) =
            (self.scope(&invocation.work), self.machine.state())
        else {
            return Box::pin(std::future::pending());
        };
        let committed = Committed {
            json: Arc::clone(json),
            version,
        };
        let live = self
            .live
            .take()
            .filter(|live| live.incarnation == scope.incarnation && live.json == committed.json);
        let (live, env) = (live.map(|live| live.job), Arc::clone(&self.context.env));
        traced(scope, move |scope| {
            Box::pin(attempt(invocation, live, committed, env, scope))
        })
    }

    fn finish(&mut self, moment: Moment, done: Done<J>) -> Effects<Invocation> {
        self.live = done.live;
        self.machine.finish(moment, done.token, done.finished)
    }

    fn release(&mut self, moment: Moment) -> Effects<Invocation> {
        self.machine.release(moment)
    }

    fn exists(&self) -> bool {
        self.machine.life().is_some()
    }

    fn wakes_at(&self) -> Option<Timestamp> {
        self.machine.wakes_at()
    }

    fn rewrite(state: &str) -> Option<Arc<str>> {
        J::CODEC.rewrite(state)
    }

    fn fingerprint() -> Option<String> {
        Some(Self::SPEC.schedule.fingerprint().into_owned())
    }
}

/// The state that a failed attempt goes back to.
struct Committed {
    json: Arc<str>,
    version: u32,
}

impl Committed {
    fn decode<J: Continuous>(&self) -> Result<J, CodecError> {
        state::decode_version(&self.json, self.version, J::SPEC.version, J::migrate)
    }
}

/// What the handlers of an attempt have done.
enum Did {
    Run { next: Next, wishes: Wishes },
    Stop,
}

/// One attempt.
async fn attempt<J: Continuous>(
    Invocation { token, work }: Invocation,
    live: Option<J>,
    committed: Committed,
    env: Arc<J::Env>,
    scope: Scope,
) -> Done<J> {
    let mut job = match live.map_or_else(|| committed.decode(), Ok) {
        Ok(job) => job,
        Err(error) => {
            return Done {
                token,
                finished: undecodable(&error),
                live: None,
            };
        }
    };
    let mut ctx = ContinuousContext { env: &*env, scope };
    let port = Arc::clone(&ctx.scope.port);
    let result = guarded(
        &*port,
        J::SPEC.timeout,
        Box::pin(perform(&mut job, &work, &mut ctx)),
    )
    .await;
    match result.and_then(|did| Ok((did, encode(&job)?))) {
        Ok((did, state)) => {
            let live = Live {
                incarnation: ctx.scope.incarnation,
                json: Arc::clone(&state),
                job,
            };
            Done {
                token,
                finished: did.finished(state, ctx.scope.take_effects()),
                live: Some(live),
            }
        }
        Err(error) => {
            drop(job);
            let finished = on_error(&error, &committed, &mut ctx).await;
            Done {
                token,
                finished,
                live: None,
            }
        }
    }
}

/// Calls the handlers that the work is made of.
async fn perform<J: Continuous>(
    job: &mut J,
    work: &Work,
    ctx: &mut ContinuousContext<'_, J>,
) -> JobResult<Did> {
    match work {
        Work::FirstRun => job.on_start(ctx).await?,
        Work::Run => {}
        Work::Stop { reason } => {
            job.on_stop(reason, ctx).await?;
            return Ok(Did::Stop);
        }
    }
    let next = job.execute(ctx).await?;
    Ok(Did::Run {
        next,
        wishes: wishes(job),
    })
}

impl Did {
    fn finished(self, state: Arc<str>, emitted: Vec<Effect>) -> Finished {
        match self {
            Self::Run { next, wishes } => Finished::Ran {
                next,
                state,
                wishes,
                emitted,
            },
            Self::Stop => Finished::Stopped { state, emitted },
        }
    }
}

/// Lets `on_error` work on the last committed state.
async fn on_error<J: Continuous>(
    error: &JobError,
    committed: &Committed,
    ctx: &mut ContinuousContext<'_, J>,
) -> Finished {
    ctx.scope.take_effects();
    let mut job = match committed.decode::<J>() {
        Ok(job) => job,
        Err(error) => return undecodable(&error),
    };
    let port = Arc::clone(&ctx.scope.port);
    let handled = async {
        let action = job.on_error(error, ctx).await;
        Ok((action, wishes(&job)))
    };
    let handled = guarded(&*port, J::SPEC.timeout, Box::pin(handled))
        .await
        .ok();
    let (action, wishes) = handled.unzip();
    let state = wishes.and_then(|wishes| Some((encode(&job).ok()?, wishes)));
    let emitted = ctx.scope.take_effects();
    Finished::Failed {
        // What a handler that has panicked has sent is dropped with what it has changed.
        emitted: if state.is_some() { emitted } else { Vec::new() },
        failure: Failure::new(error, action.unwrap_or_default()),
        state,
    }
}

/// What a state asks for.
fn wishes<J: Continuous>(job: &J) -> Wishes {
    Wishes {
        stop: job.should_stop(),
        interval: job.next_interval(),
    }
}

fn encode<J: Continuous>(job: &J) -> JobResult<Arc<str>> {
    let state = J::CODEC.encode(job)?;
    bounded(&state, J::SPEC.max_state_bytes)?;
    Ok(state)
}

/// Refuses a state that is larger than the attribute allows.
fn bounded(state: &str, most: Option<u64>) -> Result<(), String> {
    match most {
        Some(most) if state.len() as u64 > most => Err(format!(
            "the state has {} bytes as JSON, and `max_state_size` allows {most}: keep less in it, or allow more",
            state.len()
        )),
        _ => Ok(()),
    }
}

fn undecodable(error: &CodecError) -> Finished {
    Finished::Undecodable {
        error: format!("the stored state does not decode: {error}").into(),
    }
}
