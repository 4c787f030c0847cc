//! Instances in the order of their ids.

use durable_jobs_runtime::{ListQuery, Listed};
use rusqlite::{Connection, params};

use super::load::instance;

const LIST: &str = "
    SELECT id, incarnation, status, wake_at, run_count, state_version, updated_at, last_error,
           '' AS record, NULL AS state
    FROM instance
    WHERE job = ?1 AND id > ?2 AND status <> 'not_found' AND (?3 IS NULL OR status = ?3)
    ORDER BY id LIMIT ?4";

/// Lists instances of a job.
pub(crate) fn list(connection: &Connection, query: &ListQuery) -> rusqlite::Result<Vec<Listed>> {
    let after = query.after.as_deref().unwrap_or_default();
    let status = query.status.map(durable_jobs_runtime::wire::Status::as_str);
    connection
        .prepare_cached(LIST)?
        .query_map(params![query.job, after, status, query.limit], |row| {
            let id: String = row.get(0)?;
            Ok(Listed::new(&id, &instance(row)?))
        })?
        .collect()
}
