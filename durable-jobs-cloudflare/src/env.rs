//! Services from a Worker's environment.

use durable_jobs_runtime::JobResult;
use worker::Env;

/// Builds the services of jobs from a Worker's bindings, variables and secrets: once for each stay of an
/// instance in memory.
///
/// When it fails, calls of the instance are answered with the error and what is due is tried again a minute
/// later; nothing is lost.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be built from a Worker's environment",
    label = "the services of a job that runs as a Durable Object",
    note = "add `impl FromWorkerEnv for {Self}` beside the type, with `fn from_worker_env(env: &worker::Env) -> JobResult<Self>`"
)]
pub trait FromWorkerEnv: Sized {
    /// Builds the services.
    fn from_worker_env(env: &Env) -> JobResult<Self>;

    /// Where to send what the jobs tell; by default nowhere. Objects of one isolate whose trackers are the same send together.
    #[cfg(feature = "tracker")]
    fn tracker(env: &Env) -> Option<durable_jobs_runtime::Tracker> {
        let _ = env;
        None
    }
}

/// Jobs without services need nothing.
impl FromWorkerEnv for () {
    fn from_worker_env(_env: &Env) -> JobResult<Self> {
        Ok(())
    }
}
