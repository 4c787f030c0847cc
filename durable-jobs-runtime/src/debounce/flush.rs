//! One attempt to flush a batch.

use std::sync::Arc;

use super::{Debounce, DebounceContext, batch::Batch, context::BatchFacts};
use crate::{
    JobError,
    core::{Failure, Token, debounce::Finished},
    driver::{Scope, guarded},
};

/// What a flush leaves behind.
pub(crate) struct Done<J> {
    pub(super) token: Token,
    pub(super) finished: Finished,
    pub(super) batch: Batch<J>,
}

/// One attempt to flush a batch.
pub(super) async fn flush<J: Debounce>(
    token: Token,
    mut batch: Batch<J>,
    env: Arc<J::Env>,
    scope: Scope,
    facts: BatchFacts,
) -> Done<J> {
    let mut ctx = DebounceContext {
        env: &*env,
        scope,
        batch: facts,
    };
    let port = Arc::clone(&ctx.scope.port);
    let result = match batch.fold() {
        Ok(job) => guarded(&*port, J::SPEC.timeout, job.execute(&mut ctx)).await,
        Err(error) => Err(JobError::terminal(error.describe())),
    };
    // What `execute` made of the fold is used up, whether it succeeded or not.
    batch.fold = None;
    let finished = match result {
        Ok(()) => Finished::Ok {
            emitted: ctx.scope.take_effects(),
        },
        Err(error) => {
            let failure = on_error(&mut batch, error, &mut ctx).await;
            let emitted = ctx.scope.take_effects();
            Finished::Failed { failure, emitted }
        }
    };
    batch.fold = None;
    Done {
        token,
        finished,
        batch,
    }
}

/// Lets `on_error` see the batch as it was before the attempt.
async fn on_error<J: Debounce>(
    batch: &mut Batch<J>,
    error: JobError,
    ctx: &mut DebounceContext<'_, J>,
) -> Failure {
    ctx.scope.take_effects();
    let port = Arc::clone(&ctx.scope.port);
    let action = match batch.fold() {
        Ok(job) => {
            let handled = async { Ok(job.on_error(&error, ctx).await) };
            let action = guarded(&*port, J::SPEC.timeout, handled).await;
            action.unwrap_or_else(|_| {
                ctx.scope.take_effects();
                Default::default()
            })
        }
        Err(_) => Default::default(),
    };
    Failure::new(&error, action)
}
