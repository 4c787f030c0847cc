//! The rows of collections.

use durable_jobs_runtime::storage::{Collection, ItemRow};
use js_sys::Array;
use wasm_bindgen::JsValue;

use super::{
    messages::{self, Messages},
    number,
    plan::Plan,
    schema::{Table, Tables},
};
use crate::platform::{self, Sql, statements};

statements! {
    PUT = "
    INSERT INTO item (collection, number, value) VALUES (?1, ?2, ?3)
    ON CONFLICT (collection, number) DO UPDATE SET value = excluded.value";
    DELETE = "DELETE FROM item WHERE collection = ?1 AND number = ?2";
    DELETE_ALL = "DELETE FROM item";
    LOAD = "
    SELECT collection, number, value, NULL FROM item
    WHERE collection <> 'message' OR substr(value, 1, 1) <> '{'
    UNION ALL
    SELECT item.collection, CAST(message.key AS INTEGER), message.value, item.number
    FROM item JOIN json_each(item.value) AS message
    WHERE item.collection = 'message' AND substr(item.value, 1, 1) = '{'
    ORDER BY 1, 2";
}

pub(super) fn put(item: &ItemRow, tables: &mut Tables, plan: &mut Plan) {
    plan.need(tables, Table::Item);
    let mut bindings = place(item.collection, item.number);
    bindings.push(JsValue::from_str(&item.value));
    plan.add(&PUT, bindings);
}

pub(super) fn delete(collection: Collection, place_in_it: u64, tables: &Tables, plan: &mut Plan) {
    if tables.has(Table::Item) {
        plan.add(&DELETE, place(collection, place_in_it));
    }
}

pub(super) fn delete_all(tables: &Tables, plan: &mut Plan) {
    if tables.has(Table::Item) {
        plan.add(&DELETE_ALL, Vec::new());
    }
}

#[inline(never)]
pub(super) fn load(sql: &Sql) -> Result<(Messages, Vec<ItemRow>), JsValue> {
    let mut messages = Messages::default();
    let rows = platform::rows(sql, &LOAD)?;
    let mut read = |row: JsValue| {
        let row = Array::from(&row);
        let item = read(&row)?;
        messages::note(&item, &row, &mut messages);
        Some(item)
    };
    let items: Option<Vec<ItemRow>> = rows.iter().map(&mut read).collect();
    let items = items
        .ok_or_else(|| JsValue::from_str("a row of a collection is of a kind that is not known"))?;
    Ok((messages, items))
}

fn read(row: &Array) -> Option<ItemRow> {
    Some(ItemRow {
        collection: Collection::from_name(&row.get(0).as_string()?)?,
        number: row.get(1).as_f64()? as u64,
        value: row.get(2).as_string()?.into(),
    })
}

fn place(collection: Collection, place_in_it: u64) -> Vec<JsValue> {
    vec![JsValue::from_str(collection.as_str()), number(place_in_it)]
}
