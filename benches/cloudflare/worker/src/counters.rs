//! How often handlers have run in this isolate.

use std::cell::Cell;

use serde::Serialize;

use crate::Failure;

thread_local! {
    static COUNTERS: Cell<Counters> = const { Cell::new(Counters { debounce_flush: 0, task_exec: 0, cont_exec: 0 }) };
}

/// Runs so far.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Counters {
    pub(crate) debounce_flush: u64,
    pub(crate) task_exec: u64,
    pub(crate) cont_exec: u64,
}

/// Changes the counters.
pub(crate) fn count(change: impl FnOnce(&mut Counters)) {
    let mut counters = COUNTERS.get();
    change(&mut counters);
    COUNTERS.set(counters);
}

pub(crate) fn as_json() -> Result<String, Failure> {
    Ok(serde_json::to_string(&COUNTERS.get())?)
}
