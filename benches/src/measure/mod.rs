//! What is measured.

mod batch;
mod burst;
mod calls;
mod lateness;
mod memory;
mod overload;
mod pending;
mod permits;
mod process;

use durable_jobs::Host;
use tempfile::TempDir;

use crate::{
    Failure,
    jobs::{Account, Delivery, Quota, Slots, Tally, Token},
    options::Options,
    report::Report,
};

/// Measures everything that is asked for. Lateness comes first, while the disk has nothing to catch up with, then
/// memory, while the process is small.
pub(crate) async fn all(options: &Options, report: &mut Report) -> Result<(), Failure> {
    lateness::measure(options, report).await?;
    memory::measure(options, report).await?;
    calls::measure(options, report).await?;
    batch::measure(options, report).await?;
    burst::measure(options, report).await?;
    permits::measure(options, report).await?;
    process::measure(options, report).await?;
    pending::measure(options, report).await?;
    overload::measure(options, report).await
}

fn folder(options: &Options) -> Result<TempDir, Failure> {
    Ok(TempDir::with_prefix_in(
        "durable-jobs-bench-",
        &options.folder,
    )?)
}

/// A host with every job that needs no services, on a new file in `folder`.
async fn host(folder: &TempDir, file: &str) -> Result<Host, Failure> {
    let host = Host::open(folder.path().join(file))
        .job::<Tally>()
        .job::<Token>()
        .job::<Account>()
        .job::<Quota>()
        .job::<Slots>()
        .job::<Delivery>()
        .start()
        .await?;
    Ok(host)
}
