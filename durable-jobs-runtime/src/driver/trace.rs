//! A `tracing` span around every run, where the feature is on.

use super::Scope;
use crate::{BoxFuture, MaybeSend};

/// Runs handlers in a span that names the job, the instance, the run and the attempt.
#[cfg(feature = "tracing")]
pub(crate) fn traced<T: 'static>(
    scope: Scope,
    handlers: impl AsyncHandlers<T>,
) -> BoxFuture<'static, T> {
    let lag = scope.started_at.since(scope.scheduled_for).as_millis();
    let span = tracing::info_span!(
        "durable_job.run",
        job = scope.address.job,
        id = scope.address.id.as_str(),
        run = scope.run_count,
        attempt = scope.attempt,
        scheduled_for = %scope.scheduled_for,
        lag_ms = u64::try_from(lag).unwrap_or(u64::MAX),
    );
    let mut running = handlers(scope);
    if span.is_disabled() {
        return running;
    }
    Box::pin(std::future::poll_fn(move |cx| {
        let _entered = span.enter();
        running.as_mut().poll(cx)
    }))
}

/// Runs handlers as they are.
#[cfg(not(feature = "tracing"))]
pub(crate) fn traced<T: 'static>(
    scope: Scope,
    handlers: impl AsyncHandlers<T>,
) -> BoxFuture<'static, T> {
    handlers(scope)
}

/// Makes the future of the handlers from the scope of their run.
pub(crate) trait AsyncHandlers<T>:
    FnOnce(Scope) -> BoxFuture<'static, T> + MaybeSend
{
}

impl<T, F: FnOnce(Scope) -> BoxFuture<'static, T> + MaybeSend> AsyncHandlers<T> for F {}
