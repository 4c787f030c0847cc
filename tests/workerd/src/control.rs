//! Takes objects of a running workerd out of memory.

use serde_json::{Value, json};

use crate::{WorkerdError, http::post};

/// What came of an eviction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eviction {
    /// The object has left memory.
    Evicted,
    /// It was not in memory.
    NotRunning,
}

pub(crate) fn evict(url: &str, binding: &str, name: &str) -> Result<Eviction, WorkerdError> {
    match order(
        url,
        &json!({"action": "evict", "binding": binding, "name": name}),
    ) {
        Ok(()) => Ok(Eviction::Evicted),
        Err(error) if error.to_string().contains("not currently running") => {
            Ok(Eviction::NotRunning)
        }
        Err(error) => Err(error),
    }
}

pub(crate) fn evict_all(url: &str) -> Result<(), WorkerdError> {
    order(url, &json!({"action": "evictAll"}))
}

pub(crate) fn abort_all(url: &str) -> Result<(), WorkerdError> {
    order(url, &json!({"action": "abortAll"}))
}

fn order(url: &str, order: &Value) -> Result<(), WorkerdError> {
    let answer = post(url, &order.to_string())?;
    match answer.status {
        200 => Ok(()),
        _ => Err(WorkerdError::while_trying(order, answer.body)),
    }
}
