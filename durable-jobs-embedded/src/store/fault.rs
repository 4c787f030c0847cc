//! What SQLite's errors mean to a caller.

use durable_jobs_runtime::{StorageError, StorageFault};
use rusqlite::ErrorCode;

/// The error for callers: what happened, and what to do.
pub(crate) fn storage_error(error: &rusqlite::Error) -> StorageError {
    let fault = fault(error);
    StorageError::new(fault, format!("{error}: {}", advice(fault)))
}

fn fault(error: &rusqlite::Error) -> StorageFault {
    if let rusqlite::Error::FromSqlConversionFailure(..)
    | rusqlite::Error::InvalidColumnType(..)
    | rusqlite::Error::IntegralValueOutOfRange(..) = error
    {
        return StorageFault::Corrupt;
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StorageFault::Full,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StorageFault::ReadOnly,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StorageFault::Corrupt,
        Some(ErrorCode::TooBig) => StorageFault::TooLarge,
        _ => StorageFault::Other,
    }
}

fn advice(fault: StorageFault) -> &'static str {
    match fault {
        StorageFault::Full => "free some space for the file, then repeat the call",
        StorageFault::ReadOnly => "give the process the right to write the file and its folder",
        StorageFault::Corrupt => {
            "stop the host, keep a copy of the file, then restore a backup or use `sqlite3 <file> .recover`"
        }
        StorageFault::TooLarge => "keep large values elsewhere and store where they are",
        _ => "look at the disk and at other programs that have the file open, then repeat the call",
    }
}
