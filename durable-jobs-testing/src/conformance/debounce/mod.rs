//! What every host must do with debounce jobs.

mod adds;
mod dead_letters;
mod duplicates;
mod flushes;
mod history;
mod kept;
mod list;
mod overflows;
mod refusals;
mod told;
mod triggers;
mod versions;

use durable_jobs_runtime::debounce::FlushReason;

pub use self::{
    adds::*, dead_letters::*, duplicates::*, flushes::*, history::*, kept::*, overflows::*,
    refusals::*, told::*, triggers::*, versions::*,
};
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

/// What made the batches of the runs of `id` due.
fn reasons<H: Harness>(stage: &Stage<H>, id: &str) -> Vec<FlushReason> {
    stage.world.runs(id).iter().map(reason).collect()
}
