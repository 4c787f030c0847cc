//! The ids of events that have been taken, for as long as their repetition is noticed.

use std::sync::Arc;

use durable_jobs_runtime::Timestamp;
use js_sys::Array;
use wasm_bindgen::JsValue;

use super::{
    instance::moment,
    plan::Plan,
    schema::{Table, Tables},
};
use crate::platform::{self, Sql, statements};

statements! {
    REMEMBER = "
    INSERT INTO event_id (event_id, expires_at) VALUES (?1, ?2)
    ON CONFLICT (event_id) DO UPDATE SET expires_at = excluded.expires_at";
    FORGET_EXPIRED = "DELETE FROM event_id WHERE expires_at <= ?";
    FORGET_ALL = "DELETE FROM event_id";
    LOAD = "SELECT event_id, expires_at FROM event_id ORDER BY expires_at";
}

pub(super) fn remember(
    event_id: &str,
    expires_at: Timestamp,
    tables: &mut Tables,
    plan: &mut Plan,
) {
    plan.need(tables, Table::EventId);
    let bindings = vec![JsValue::from_str(event_id), moment(expires_at)];
    plan.add(&REMEMBER, bindings);
}

pub(super) fn forget_expired(now: Timestamp, tables: &Tables, plan: &mut Plan) {
    if tables.has(Table::EventId) {
        plan.add(&FORGET_EXPIRED, vec![moment(now)]);
    }
}

pub(super) fn forget_all(tables: &Tables, plan: &mut Plan) {
    if tables.has(Table::EventId) {
        plan.add(&FORGET_ALL, Vec::new());
    }
}

#[inline(never)]
pub(super) fn load(sql: &Sql) -> Result<Vec<(Arc<str>, Timestamp)>, JsValue> {
    let rows = platform::rows(sql, &LOAD)?;
    let ids = rows.iter().filter_map(|row| {
        let row = Array::from(&row);
        let expires_at = Timestamp::from_millis(row.get(1).as_f64()? as i64);
        Some((row.get(0).as_string()?.into(), expires_at))
    });
    Ok(ids.collect())
}
