//! The rules. What comes out has passed all of them, and is all that `expand` accepts.

mod choice;
pub(crate) mod continuous;
mod cron;
pub(crate) mod debounce;
mod duration;
mod failure;
mod names;
pub(crate) mod policy;
pub(crate) mod queue;
pub(crate) mod rate;
pub(crate) mod rate_limit;
pub(crate) mod report;
pub(crate) mod retry;
pub(crate) mod semaphore;
mod size;
mod targets;
pub(crate) mod task;

pub(crate) use self::failure::{Failure, OnExhausted};
pub(crate) use self::names::{Names, crate_path, names};
