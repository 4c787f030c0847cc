//! For the code that the attributes generate.
//!
//! Nothing here is meant to be named by hand. It changes without notice, also in patch releases.

#![doc(hidden)]

pub use durable_jobs_runtime::{
    Declared, OnExhausted, RetryPolicy,
    continuous::{ContinuousSpec, DeclaredContinuous, FirstRun},
    debounce::{DebounceSpec, DeclaredDebounce},
    kind,
    task::{DeclaredTask, TaskSpec},
};
pub use durable_jobs_schedule as schedule;

use crate::{Continuous, Debounce, Task};

/// Fails to compile, on the job's name, unless the behaviour is there.
pub const fn assert_continuous<J: Continuous>() {}

/// Fails to compile, on the job's name, unless the behaviour is there.
pub const fn assert_debounce<J: Debounce>() {}

/// Fails to compile, on the job's name, unless the behaviour is there.
pub const fn assert_task<J: Task>() {}

/// Exports a job to the platform. Off Cloudflare there is none to export it to.
#[doc(hidden)]
#[macro_export]
macro_rules! __export_job {
    (job: $job:ty, class: $class:literal) => {};
}
pub use crate::__export_job as export_job;
