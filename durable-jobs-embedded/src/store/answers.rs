//! Answers of requests: they belong to an id, and outlive its instance.

use std::sync::Arc;

use durable_jobs_runtime::{Address, Timestamp, storage::AnswerRow, wire::RequestId};
use rusqlite::{Connection, Row, params, types::Type};

use super::statements::Statements;

const KEEP: &str = "
    INSERT INTO answer (job, id, request, expires_at, answer) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (job, id, request)
    DO UPDATE SET expires_at = excluded.expires_at, answer = excluded.answer";
// SQLite compiles a statement anew each time that its `LIMIT` is bound, so the limits stand in the texts.
const LAST: &str = "
    SELECT request, expires_at, answer FROM answer
    WHERE job = ?1 AND id = ?2 ORDER BY expires_at DESC LIMIT 1024";
const _: () = assert!(AnswerRow::MOST_REMEMBERED == 1_024);
const FORGET_ALL: &str = "DELETE FROM answer WHERE expires_at <= ?1";
const FORGET_SOME: &str = "
    DELETE FROM answer WHERE (job, id, request) IN (
      SELECT job, id, request FROM answer WHERE expires_at <= ?1 ORDER BY expires_at LIMIT 2048)";

/// Keeps an answer, in place of what was kept of its request.
pub(super) fn keep(
    statements: &mut Statements<'_>,
    Address { job, id, .. }: &Address,
    answer: &AnswerRow,
) -> rusqlite::Result<()> {
    let request = answer.request.to_string();
    let expires_at = answer.expires_at.as_millis();
    statements.run(
        KEEP,
        params![job, id.as_str(), request, expires_at, answer.answer],
    )
}

/// Deletes expired answers, whoever they are of, inside of a transaction that goes on: more than a group can bring, so
/// that they do not pile up, and few enough that no group waits long.
pub(super) fn forget_some(statements: &mut Statements<'_>, now: Timestamp) -> rusqlite::Result<()> {
    statements.run(FORGET_SOME, [now.as_millis()])
}

/// Deletes every expired answer.
pub(crate) fn forget_expired(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    connection.execute(FORGET_ALL, [now.as_millis()]).map(drop)
}

/// The last answers of an id, the oldest first.
pub(super) fn last(
    statements: &mut Statements<'_>,
    Address { job, id, .. }: &Address,
) -> rusqlite::Result<Vec<AnswerRow>> {
    let mut answers = statements
        .get(LAST)?
        .query_map(params![job, id.as_str()], answer)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    answers.reverse();
    Ok(answers)
}

fn answer(row: &Row<'_>) -> rusqlite::Result<AnswerRow> {
    let request: Arc<str> = row.get(0)?;
    let request: RequestId = request.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error))
    })?;
    Ok(AnswerRow {
        request,
        answer: row.get(2)?,
        expires_at: Timestamp::from_millis(row.get(1)?),
    })
}
