//! A continuous job in memory: its machine joined with user code.

use std::sync::Arc;

use super::{Continuous, ContinuousCall, ContinuousContext, ContinuousSpec};
use crate::{
    BoxFuture, ClientError, Incarnation, JobError, JobResult,
    core::{
        Effects, Failure, Moment, Token, Waiter,
        continuous::{Finished, Invocation, Machine},
    },
    driver::{Actor, Home, Scope, guarded, traced},
    state::{self, CodecError},
    storage::Stored,
    telemetry::LogLevel,
    wire::{Call, read_variant},
};

/// A continuous job in memory.
pub(crate) struct ContinuousActor<J: Continuous> {
    home: Home<J::Env>,
    machine: Machine,
    /// The state as the last run of a life left it, so that the next one need not decode it.
    live: Option<(Incarnation, J)>,
}

/// What a run leaves behind.
pub(crate) struct Done<J> {
    token: Token,
    finished: Finished,
    live: Option<(Incarnation, J)>,
}

impl<J: Continuous> ContinuousActor<J> {
    const SPEC: &'static ContinuousSpec = &J::SPEC;

    fn scope(&self) -> Option<Scope> {
        let life = self.machine.life()?;
        Some(Scope::of_run(&self.home, life, life.run.as_ref()?))
    }

    fn migrated(&self) -> Result<Option<Arc<str>>, CodecError> {
        state::migrated(self.machine.state(), Self::SPEC.version, J::migrate)
    }

    fn validation(&self, error: CodecError) -> ClientError {
        let address = &self.home.address;
        let (job, id) = (address.job.to_owned(), address.id.as_str().to_owned());
        ClientError::Validation {
            job,
            id,
            field: error.field,
            reason: error.reason,
        }
    }

    /// A state that does not decode is refused before anything is written.
    fn check(&self, call: &ContinuousCall) -> Result<(), ClientError> {
        match call {
            ContinuousCall::Start { state, .. } => J::CODEC
                .decode(&state.0)
                .map(drop)
                .map_err(|error| self.validation(error)),
            _ => Ok(()),
        }
    }
}

impl<J: Continuous> Actor for ContinuousActor<J> {
    type Env = J::Env;
    type Invocation = Invocation;
    type Done = Done<J>;

    const LOG: Option<LogLevel> = J::SPEC.log;

    fn read_call(text: &str) -> serde_json::Result<Option<Call>> {
        Ok(read_variant(text, "continuous")?.map(Call::Continuous))
    }

    fn restore(
        home: Home<J::Env>,
        stored: Option<Stored>,
        moment: Moment,
    ) -> Result<(Self, Effects<Invocation>), ClientError> {
        let address = home.address.clone();
        let (machine, effects) = match stored {
            Some(stored) => {
                Machine::restore(Self::SPEC, address, &stored, &home.interrupted_by, moment)?
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
        let checked = match call {
            Call::Continuous(call) => self.check(&call).map(|()| call),
            _ => Err(self.home.address.wrong_kind()),
        };
        match checked {
            Ok(ContinuousCall::State) => match self.migrated() {
                Ok(migrated) => {
                    let mut out = Effects::none();
                    self.machine.show_state(migrated, waiter, &mut out);
                    out
                }
                Err(error) => Effects::refusal(waiter, self.validation(error)),
            },
            Ok(call) => self.machine.call(moment, call, waiter),
            Err(error) => Effects::refusal(waiter, error),
        }
    }

    fn alarm(&mut self, moment: Moment) -> Effects<Invocation> {
        self.machine.alarm(moment)
    }

    fn begin(&mut self, Invocation { token }: Invocation) -> BoxFuture<'static, Done<J>> {
        let (Some(scope), Some((json, version))) = (self.scope(), self.machine.state()) else {
            return Box::pin(std::future::pending());
        };
        let committed = Committed {
            json: Arc::clone(json),
            version,
        };
        let live = self
            .live
            .take()
            .filter(|(life, _)| *life == scope.incarnation);
        let (live, env) = (live.map(|(_, job)| job), Arc::clone(&self.home.env));
        traced(scope, move |scope| {
            Box::pin(attempt(token, live, committed, env, scope))
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

/// One attempt.
async fn attempt<J: Continuous>(
    token: Token,
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
    let result = guarded(&*port, J::SPEC.timeout, job.execute(&mut ctx)).await;
    match result.and_then(|next| Ok((next, encode(&job)?))) {
        Ok((next, state)) => {
            let finished = Finished::Ok {
                next,
                state,
                emitted: ctx.scope.emitted,
            };
            Done {
                token,
                finished,
                live: Some((ctx.scope.incarnation, job)),
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

/// Lets `on_error` work on the last committed state.
async fn on_error<J: Continuous>(
    error: &JobError,
    committed: &Committed,
    ctx: &mut ContinuousContext<'_, J>,
) -> Finished {
    ctx.scope.emitted.clear();
    let mut job = match committed.decode::<J>() {
        Ok(job) => job,
        Err(error) => return undecodable(&error),
    };
    let port = Arc::clone(&ctx.scope.port);
    let handled = async { Ok(job.on_error(error, ctx).await) };
    let action = guarded(&*port, J::SPEC.timeout, handled).await;
    let state = action.is_ok().then(|| encode(&job).ok()).flatten();
    let failure = Failure::new(error, action.unwrap_or_default());
    Finished::Failed { failure, state }
}

fn encode<J: Continuous>(job: &J) -> JobResult<Arc<str>> {
    Ok(J::CODEC.encode(job)?)
}

fn undecodable(error: &CodecError) -> Finished {
    Finished::Undecodable {
        error: format!("the stored state does not decode: {error}").into(),
    }
}
