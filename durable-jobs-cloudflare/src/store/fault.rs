//! What the platform's storage errors mean to a caller.

use durable_jobs_runtime::{StorageError, StorageFault};
use wasm_bindgen::JsValue;

use crate::platform::thrown;

/// The error for callers: what happened, and what to do.
pub(crate) fn storage_error(error: &JsValue) -> StorageError {
    let message = thrown(error);
    let fault = fault(&message);
    StorageError::new(fault, format!("{message}: {}", advice(fault)))
}

/// The platform's errors have no codes; SQLite's stand in their texts.
fn fault(message: &str) -> StorageFault {
    match message {
        _ if message.contains("SQLITE_TOOBIG") => StorageFault::TooLarge,
        _ if message.contains("SQLITE_FULL") => StorageFault::Full,
        _ if message.contains("does not decode") || message.contains("cannot have written") => {
            StorageFault::Corrupt
        }
        _ => StorageFault::Other,
    }
}

fn advice(fault: StorageFault) -> &'static str {
    match fault {
        StorageFault::TooLarge => {
            "a state or an event may have 2 MB: keep large values elsewhere and store where they are"
        }
        StorageFault::Full => "an object may hold 10 GB: spread over more ids",
        StorageFault::Corrupt => "nothing was changed: export the object before you repair it",
        _ => "nothing was written: repeat the call",
    }
}
