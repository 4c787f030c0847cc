//! The rules of `#[task]`.

use std::time::Duration;

use super::failure::SkipRun;
use super::{Failure, duration, failure, report};
use crate::errors::Errors;
use crate::parse::Arguments;
use crate::parse::task::Own;

/// A task without a mistake.
pub(crate) struct Job {
    pub(crate) dedup_window: Option<Duration>,
    pub(crate) history: Option<u32>,
    pub(crate) failure: Failure,
}

/// Checks what the attribute says. No key is required, so nothing can be absent.
pub(crate) fn check(arguments: Arguments<Own>, errors: &mut Errors) -> Option<Job> {
    let Arguments {
        own: Own {
            timers,
            dedup_window,
            history,
        },
        failure,
        absent: _,
    } = arguments;
    // Whether it names timers is rustc's affair.
    timers.and_then(|timers| errors.keep(timers.value));
    Some(Job {
        dedup_window: duration::optional(dedup_window, errors),
        history: history.and_then(|most| report::history(most, errors)),
        failure: failure::check(failure, SkipRun::Allowed, errors),
    })
}
