//! What every host must do with debounce jobs.

mod adds;
mod flushes;

use durable_jobs_runtime::debounce::FlushReason;

pub use self::{adds::*, flushes::*};
use super::{Facts, Harness, Seen, Stage};

/// The items of the batch that a run was given.
fn items(seen: &Seen) -> Vec<u64> {
    serde_json::from_value(seen.state["items"].clone()).unwrap()
}

/// The batches that runs of `id` were given.
fn batches<H: Harness>(stage: &Stage<H>, id: &str) -> Vec<Vec<u64>> {
    stage.world.runs(id).iter().map(items).collect()
}

fn reason(seen: &Seen) -> FlushReason {
    match seen.facts {
        Facts::Debounce { reason, .. } => reason,
        _ => panic!("not a debounce run: {seen:?}"),
    }
}
