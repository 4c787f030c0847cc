//! Which schedules the instances in the file follow.

use durable_jobs_runtime::Registry;
use rusqlite::{Connection, OptionalExtension, params};

const KNOWN: &str = "SELECT value FROM meta WHERE name = 'schedule:' || ?1";
const REMEMBER: &str = "
    INSERT INTO meta (name, value) VALUES ('schedule:' || ?1, ?2)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value";
const INSTANCES: &str = "
    SELECT id FROM instance WHERE job = ?1 AND id > ?2 ORDER BY id LIMIT ?3";

/// A job whose schedule is not the one that its instances last saw. Each of them must look at the new one, because
/// its timer still follows the old one.
#[derive(Clone, Debug)]
pub(crate) struct ChangedJob {
    pub(crate) name: &'static str,
    pub(crate) fingerprint: String,
}

/// The jobs of a program whose schedules have changed since the file was last used.
pub(crate) fn changed_jobs(
    connection: &Connection,
    registry: &Registry,
) -> rusqlite::Result<Vec<ChangedJob>> {
    let mut changed = Vec::new();
    for (name, fingerprint) in registry.fingerprints() {
        let known: Option<String> = connection
            .query_row(KNOWN, [name], |row| row.get(0))
            .optional()?;
        if let Some(fingerprint) = fingerprint
            && known.as_deref() != Some(fingerprint)
        {
            changed.push(ChangedJob {
                name,
                fingerprint: fingerprint.to_owned(),
            });
        }
    }
    Ok(changed)
}

/// Notes that all instances of a job have seen its schedule.
pub(crate) fn remember_schedule(connection: &Connection, job: &ChangedJob) -> rusqlite::Result<()> {
    connection
        .prepare_cached(REMEMBER)?
        .execute(params![job.name, job.fingerprint])
        .map(drop)
}

/// The ids of some instances of a job, those behind `after`, at most `limit`.
pub(crate) fn instances_of(
    connection: &Connection,
    job: &str,
    after: &str,
    limit: u32,
) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare_cached(INSTANCES)?
        .query_map(params![job, after, limit], |row| row.get(0))?
        .collect()
}
