//! The row of the instance, and what is left of it for a while.

use durable_jobs_runtime::{Address, Timestamp, storage::InstanceRow, wire::Status};
use js_sys::Array;
use wasm_bindgen::JsValue;

use super::{number, schema::VERSION};
use crate::platform::{self, Sql, statements};

statements! {
    /// The condition keeps an activation that was replaced from writing late.
    pub(super) SAVE = "
    INSERT INTO instance (key, job, id, incarnation, status, wake_at, run_count, state_version,
                          updated_at, last_error, schema, revision, record, answers, state)
    VALUES (1, ?12, ?13, ?14, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?11, ?8, ?9, ?10)
    ON CONFLICT (key) DO UPDATE SET
      job = excluded.job, id = excluded.id, incarnation = excluded.incarnation,
      status = excluded.status, wake_at = excluded.wake_at, run_count = excluded.run_count,
      state_version = excluded.state_version, updated_at = excluded.updated_at,
      last_error = excluded.last_error, schema = excluded.schema, revision = excluded.revision,
      record = excluded.record, answers = excluded.answers,
      state = coalesce(excluded.state, instance.state)
    WHERE instance.revision = excluded.revision - 1";

    /// The same for an instance that is there already.
    pub(super) UPDATE = "
    UPDATE instance SET status = ?1, wake_at = ?2, run_count = ?3, state_version = ?4, updated_at = ?5,
      last_error = ?6, schema = ?7, record = ?8, answers = ?9, state = coalesce(?10, state),
      revision = ?11
    WHERE revision = ?11 - 1";

    /// What is left has no state and no record, only answers; whoever finds it finds no instance. One that was never
    /// stored leaves its answers, too.
    pub(super) BURY = "
    INSERT INTO instance (key, job, id, incarnation, status, wake_at, run_count, state_version,
                          updated_at, last_error, schema, revision, record, answers, state)
    VALUES (1, ?1, ?2, '', 'not_found', ?3, 0, 0, ?4, NULL, ?5, ?6, '', ?7, NULL)
    ON CONFLICT (key) DO UPDATE SET
      incarnation = '', status = 'not_found', wake_at = excluded.wake_at, run_count = 0,
      updated_at = excluded.updated_at, last_error = NULL, revision = excluded.revision,
      record = '', answers = excluded.answers, state = NULL
    WHERE instance.revision = excluded.revision - 1";

    pub(super) KEEP_ANSWERS = "
    UPDATE instance SET answers = ?1, revision = ?2 WHERE revision = ?2 - 1";

    LOAD = "
    SELECT job, id, incarnation, status, wake_at, run_count, state_version, updated_at, last_error,
           schema, revision, record, answers, state
    FROM instance";
}

/// The row as it was found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) job: String,
    pub(super) id: String,
    pub(super) revision: u64,
    pub(super) answers: String,
    pub(super) content: Content,
}

/// What the row stands for.
#[derive(Debug)]
pub(super) enum Content {
    /// An instance.
    Living(Box<InstanceRow>),
    /// One that has ended.
    Grave {
        /// When nothing of it is needed any more.
        until: Timestamp,
    },
}

/// The bindings of [`UPDATE`].
pub(super) fn bindings(row: &InstanceRow, revision: u64, answers: &str) -> Vec<JsValue> {
    let text_or_null = |text: Option<&str>| text.map_or(JsValue::NULL, JsValue::from_str);
    vec![
        JsValue::from_str(row.status.as_str()),
        row.wake_at.map_or(JsValue::NULL, moment),
        number(row.run_count),
        JsValue::from_f64(f64::from(row.state_version)),
        moment(row.updated_at),
        text_or_null(row.last_error.as_deref()),
        JsValue::from_f64(f64::from(VERSION)),
        JsValue::from_str(&row.record),
        JsValue::from_str(answers),
        text_or_null(row.state.as_deref()),
        number(revision),
    ]
}

/// What [`SAVE`] binds behind those of [`UPDATE`].
pub(super) fn identity_bindings(address: &Address, row: &InstanceRow) -> [JsValue; 3] {
    [
        JsValue::from_str(address.job),
        JsValue::from_str(address.id.as_str()),
        JsValue::from_str(&row.incarnation.to_string()),
    ]
}

/// The bindings of [`BURY`].
pub(super) fn grave_bindings(
    address: &Address,
    until: Timestamp,
    now: Timestamp,
    revision: u64,
    answers: &str,
) -> Vec<JsValue> {
    vec![
        JsValue::from_str(address.job),
        JsValue::from_str(address.id.as_str()),
        moment(until),
        moment(now),
        JsValue::from_f64(f64::from(VERSION)),
        number(revision),
        JsValue::from_str(answers),
    ]
}

/// A time as it is bound. Milliseconds since 1970 are exact in a JavaScript number.
pub(super) fn moment(time: Timestamp) -> JsValue {
    JsValue::from_f64(time.as_millis() as f64)
}

/// Reads the row, if there is one.
#[inline(never)]
pub(super) fn load(sql: &Sql) -> Result<Option<Found>, JsValue> {
    let rows = platform::rows(sql, &LOAD)?;
    if rows.length() == 0 {
        return Ok(None);
    }
    let row = Columns(Array::from(&rows.get(0)));
    let schema = row.count(9)?;
    if schema > u64::from(VERSION) {
        return Err(JsValue::from_str(&format!(
            "the object was written by a newer version of this library (tables {schema}, this one knows {VERSION}): deploy that version again"
        )));
    }
    let (job, id, revision, answers) = (row.text(0)?, row.text(1)?, row.count(10)?, row.text(12)?);
    let content = match row.text(2)?.as_str() {
        "" => Content::Grave {
            until: row.time(4)?.unwrap_or_default(),
        },
        incarnation => Content::Living(Box::new(row.instance(incarnation)?)),
    };
    Ok(Some(Found {
        job,
        id,
        revision,
        answers,
        content,
    }))
}

/// One row as the platform gives it.
struct Columns(Array);

impl Columns {
    fn instance(&self, incarnation: &str) -> Result<InstanceRow, JsValue> {
        let status = self.text(3)?;
        Ok(InstanceRow {
            incarnation: incarnation.parse().map_err(|_| unexpected(2))?,
            status: Status::from_name(&status).ok_or_else(|| unexpected(3))?,
            wake_at: self.time(4)?,
            run_count: self.count(5)?,
            state_version: u32::try_from(self.count(6)?).map_err(|_| unexpected(6))?,
            updated_at: self.time(7)?.ok_or_else(|| unexpected(7))?,
            last_error: self.value(8).as_string().map(Into::into),
            record: self.text(11)?.into(),
            state: self.value(13).as_string().map(Into::into),
        })
    }

    fn value(&self, column: u32) -> JsValue {
        self.0.get(column)
    }

    fn text(&self, column: u32) -> Result<String, JsValue> {
        self.value(column)
            .as_string()
            .ok_or_else(|| unexpected(column))
    }

    fn count(&self, column: u32) -> Result<u64, JsValue> {
        let value = self
            .value(column)
            .as_f64()
            .ok_or_else(|| unexpected(column))?;
        Ok(value as u64)
    }

    fn time(&self, column: u32) -> Result<Option<Timestamp>, JsValue> {
        let value = self.value(column);
        if value.is_null() {
            return Ok(None);
        }
        let millis = value.as_f64().ok_or_else(|| unexpected(column))?;
        Ok(Some(Timestamp::from_millis(millis as i64)))
    }
}

fn unexpected(column: u32) -> JsValue {
    JsValue::from_str(&format!(
        "column {column} of the instance's row holds what this version cannot have written"
    ))
}
