//! What a test asks of the Worker itself.

use durable_jobs_cloudflare::testing::{self, Status};
use durable_jobs_runtime::Timestamp;
use durable_jobs_testing::conformance::{FoldKey, over_fetch};
use serde::Serialize;
use worker::js_sys::Math;

/// Numbers are drawn from so many, all of which JavaScript can tell from each other.
const NUMBERS: f64 = 9_007_199_254_740_992.0;

thread_local! {
    static MODULE: u64 = (Math::random() * NUMBERS) as u64;
}

/// All that a test needs to know to see whether anything still happens.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    host: Status,
    asked: Vec<u64>,
    /// Another number after each panic, which ends the instance of the wasm module.
    module: u64,
}

pub(crate) fn status() -> serde_json::Result<String> {
    serde_json::to_string(&Report {
        host: testing::status(),
        asked: over_fetch::asked().into_iter().collect(),
        module: MODULE.with(|module| *module),
    })
}

pub(crate) fn set_clock(time: &str) -> serde_json::Result<String> {
    let time: Option<Timestamp> = serde_json::from_str(time)?;
    testing::set_clock(time);
    done()
}

pub(crate) fn break_store() -> serde_json::Result<String> {
    testing::break_store();
    done()
}

pub(crate) fn mend_store() -> serde_json::Result<String> {
    testing::mend_store();
    done()
}

/// What jobs have told since this was asked last, as a list.
pub(crate) fn telemetry() -> serde_json::Result<String> {
    Ok(format!("[{}]", testing::drain_telemetry().join(",")))
}

pub(crate) fn folds(key: &str) -> serde_json::Result<String> {
    let key: FoldKey = serde_json::from_str(key)?;
    serde_json::to_string(&key.folds())
}

fn done() -> serde_json::Result<String> {
    Ok(String::new())
}
