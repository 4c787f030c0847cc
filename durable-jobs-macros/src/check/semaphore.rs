//! The rules of `#[semaphore]`.

use std::time::Duration;

use super::duration;
use super::failure::at_least_one;
use crate::errors::Errors;
use crate::parse::Arguments;
use crate::parse::semaphore::Own;

/// A semaphore without a mistake.
pub(crate) struct Job {
    pub(crate) permits: u32,
    pub(crate) lease: Option<Duration>,
}

/// Checks what the attribute says.
pub(crate) fn check(arguments: Arguments<Own>, errors: &mut Errors) -> Option<Job> {
    let Arguments {
        own: Own { permits, lease },
        absent,
        ..
    } = arguments;
    if permits.is_none() {
        absent.report(
            errors,
            "a semaphore needs `permits`",
            "add `permits = 10`: so many may be held at a time",
        );
    }
    let permits = permits.and_then(|count| at_least_one(count, errors));
    let lease = duration::optional(lease, errors);
    Some(Job {
        permits: permits?,
        lease,
    })
}
