//! Jobs that store any type, and a folder for their files.

use durable_jobs::prelude::*;
use durable_jobs_runtime::{
    Declared,
    continuous::{ContinuousSpec, DeclaredContinuous},
    kind,
};
use durable_jobs_testing::{Update, schema_lock};
use serde::de::DeserializeOwned;
use tempfile::TempDir;

/// What a state may be here.
pub(crate) trait Stored: Serialize + DeserializeOwned + Send + 'static {}

impl<T: Serialize + DeserializeOwned + Send + 'static> Stored for T {}

/// A job whose state is some type, always under the same name.
#[derive(Serialize, Deserialize)]
#[serde(transparent, bound = "T: Stored")]
pub(crate) struct Order<T, const VERSION: u32 = 1>(pub(crate) T);

impl<T: Stored, const VERSION: u32> Declared for Order<T, VERSION> {
    type Kind = kind::Continuous;
}

impl<T: Stored, const VERSION: u32> DeclaredContinuous for Order<T, VERSION> {
    const SPEC: ContinuousSpec =
        ContinuousSpec::every("Order", Duration::from_secs(60)).version(VERSION);
}

impl<T: Stored, const VERSION: u32> Continuous for Order<T, VERSION> {
    type Env = ();

    async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> {
        Ok(Next::Scheduled)
    }
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// What the lock says of a program that stores `After`, where one that stored `Before` had been released.
pub(crate) fn verdict<Before: Stored, After: Stored>() -> String {
    let folder = folder();
    let before = schema_lock(folder.path())
        .update(Update::Missing)
        .job::<Order<Before>>();
    before.outcome().unwrap();
    let after = schema_lock(folder.path())
        .update(Update::Nothing)
        .job::<Order<After>>();
    match after.outcome() {
        Ok(()) => "compatible".to_owned(),
        Err(report) => fields(&report),
    }
}

/// The lines of a report that speak of fields.
pub(crate) fn fields(report: &str) -> String {
    let lines = report.lines().filter(|line| line.starts_with("  `"));
    lines.map(str::trim_start).collect::<Vec<_>>().join("\n")
}
