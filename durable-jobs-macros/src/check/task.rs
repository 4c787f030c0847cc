//! The rules of `#[task]`.

use std::time::Duration;

use super::failure::SkipRun;
use super::{Failure, duration, failure};
use crate::errors::Errors;
use crate::parse::Arguments;
use crate::parse::task::Own;

/// A task without a mistake.
pub(crate) struct Job {
    pub(crate) dedup_window: Option<Duration>,
    pub(crate) failure: Failure,
}

/// Checks what the attribute says. No key is required, so nothing can be absent.
pub(crate) fn check(arguments: Arguments<Own>, errors: &mut Errors) -> Option<Job> {
    let Arguments {
        own: Own { dedup_window },
        failure,
        absent: _,
    } = arguments;
    let dedup_window = duration::optional(dedup_window, errors);
    Some(Job {
        dedup_window,
        failure: failure::check(failure, SkipRun::Allowed, errors),
    })
}
