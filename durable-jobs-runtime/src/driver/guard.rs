//! Calls user code so that whatever it does is an answer: an error, a panic, a hang.

use std::{
    any::Any,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    task::Poll,
    time::Duration,
};

use crate::{BoxFuture, JobError, JobResult, storage::Port};

/// Runs a handler's future: a panic becomes an error, and so does a longer time than `timeout`. Boxed, so that it is
/// compiled once for all handlers.
pub(crate) fn guarded<'a, T: 'a>(
    port: &dyn Port,
    timeout: Option<Duration>,
    mut handler: BoxFuture<'a, JobResult<T>>,
) -> impl Future<Output = JobResult<T>> + use<'a, T> {
    let mut deadline = timeout.map(|timeout| (timeout, port.sleep(timeout)));
    poll_fn(move |cx| {
        match caught(|| handler.as_mut().poll(cx)) {
            Ok(Poll::Pending) => {}
            Ok(ready) => return ready,
            Err(error) => return Poll::Ready(Err(error)),
        }
        match &mut deadline {
            Some((timeout, sleep)) => sleep.as_mut().poll(cx).map(|()| Err(timed_out(*timeout))),
            None => Poll::Pending,
        }
    })
}

/// Calls a handler that is not async: a panic becomes an error.
pub(crate) fn caught<T>(handler: impl FnOnce() -> T) -> JobResult<T> {
    // A state that a panic has left half-changed is not looked at again: it is decoded anew.
    catch_unwind(AssertUnwindSafe(handler)).map_err(|panic| panicked(&*panic))
}

/// Not as `Duration` shows itself: what shows fractions of any length is a kilobyte of each Worker.
fn timed_out(timeout: Duration) -> JobError {
    let seconds = timeout.as_secs();
    JobError::from(match timeout.subsec_millis() {
        0 => format!("timed out after {seconds}s"),
        millis => format!("timed out after {seconds}.{millis:03}s"),
    })
}

fn panicked(panic: &(dyn Any + Send)) -> JobError {
    let message = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    JobError::from(format!("panicked: {message}"))
}
