//! What every host must do with the repetitions of a call: one of them takes effect, and all get its answer.

mod crashes;
mod refusals;
mod repetitions;

use durable_jobs_runtime::{
    ClientError,
    wire::{RequestId, RunOutcome, Triggered},
};

pub use self::{crashes::*, refusals::*, repetitions::*};
use super::{Handler, Harness, Seen, Stage};

/// The request that most cases repeat.
const REQUEST: RequestId = RequestId::new(0x00c0_ffee);

/// Another one.
const OTHER: RequestId = RequestId::new(u64::MAX);

fn assert_completed(triggered: &Triggered) {
    assert!(triggered.triggered, "{triggered:?}");
    assert_eq!(triggered.outcome, Some(RunOutcome::Completed));
}

/// The error tells that the outcome is unknown, and of which request.
fn assert_unknown(error: ClientError, asked: RequestId) {
    let told = match &error {
        ClientError::OutcomeUnknown { request, .. } => *request,
        _ => None,
    };
    assert_eq!(told, Some(asked), "{error}");
}

/// How many events of `id` were handled.
fn handled<H: Harness>(stage: &Stage<H>, id: &str) -> usize {
    stage.world.calls(id, Handler::Event).len()
}

/// The number of the run and of the attempt that each call of `execute` was.
fn attempts<H: Harness>(stage: &Stage<H>, id: &str) -> Vec<(u64, u32)> {
    let attempt = |run: &Seen| (run.run_count, run.attempt);
    stage.world.runs(id).iter().map(attempt).collect()
}
