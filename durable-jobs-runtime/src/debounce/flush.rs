//! One attempt to flush a batch.

use std::sync::Arc;

use super::{
    Debounce, DebounceContext,
    batch::{Batch, FoldError},
    context::BatchFacts,
};
use crate::{
    ErrorAction, JobError, JobResult,
    core::{
        Failure, Token,
        debounce::{Base, Finished},
    },
    driver::{Scope, caught, guarded},
};

/// What an attempt needs.
pub(super) struct Attempt<J: Debounce> {
    pub(super) token: Token,
    pub(super) batch: Batch<J>,
    pub(super) base: Option<Base>,
    pub(super) env: Arc<J::Env>,
    pub(super) facts: BatchFacts,
}

/// What a flush leaves behind.
pub(crate) struct Done<J> {
    pub(super) token: Token,
    pub(super) finished: Finished,
    pub(super) batch: Batch<J>,
}

/// One attempt to flush a batch.
pub(super) async fn flush<J: Debounce>(attempt: Attempt<J>, scope: Scope) -> Done<J> {
    let Attempt {
        token,
        mut batch,
        base,
        env,
        facts,
    } = attempt;
    let mut ctx = DebounceContext {
        env: &*env,
        scope,
        batch: facts,
    };
    let finished = match batch.take_fold(base.as_ref()) {
        Ok(job) => execute(job, &mut batch, base.as_ref(), &mut ctx).await,
        Err(error) => unreadable(&error),
    };
    // What `execute` made of the fold is used up, whether it succeeded or not.
    batch.fold = None;
    Done {
        token,
        finished,
        batch,
    }
}

/// Events that do not fold any more are kept until somebody has mended that.
fn unreadable(error: &FoldError) -> Finished {
    let error = JobError::terminal(error.describe());
    Finished::Failed {
        failure: Failure::new(&error, ErrorAction::Park),
        emitted: Vec::new(),
    }
}

async fn execute<J: Debounce>(
    mut job: J,
    batch: &mut Batch<J>,
    base: Option<&Base>,
    ctx: &mut DebounceContext<'_, J>,
) -> Finished {
    let port = Arc::clone(&ctx.scope.port);
    let result = guarded(&*port, J::SPEC.timeout, Box::pin(job.execute(ctx))).await;
    match result.and_then(|()| what_is_left(job)) {
        Ok(left) => Finished::Ok {
            emitted: ctx.scope.take_effects(),
            left,
        },
        Err(error) => {
            let failure = on_error(batch, base, error, ctx).await;
            let emitted = ctx.scope.take_effects();
            Finished::Failed { failure, emitted }
        }
    }
}

/// What the next batch begins with, unless it is the default.
fn what_is_left<J: Debounce>(job: J) -> JobResult<Option<Arc<str>>> {
    let left = caught(|| job.after_flush())?;
    let left = J::CODEC.encode(&left)?;
    let default = J::CODEC.encode(&J::default())?;
    Ok((left != default).then_some(left))
}

/// Lets `on_error` see the batch as it was before the attempt.
async fn on_error<J: Debounce>(
    batch: &mut Batch<J>,
    base: Option<&Base>,
    error: JobError,
    ctx: &mut DebounceContext<'_, J>,
) -> Failure {
    ctx.scope.take_effects();
    let port = Arc::clone(&ctx.scope.port);
    let action = match batch.fold(base) {
        Ok(job) => {
            let handled = async { Ok(job.on_error(&error, ctx).await) };
            let action = guarded(&*port, J::SPEC.timeout, Box::pin(handled)).await;
            action.unwrap_or_else(|_| {
                ctx.scope.take_effects();
                Default::default()
            })
        }
        Err(_) => Default::default(),
    };
    Failure::new(&error, action)
}
