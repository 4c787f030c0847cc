//! Connections, with every setting that durability depends on set explicitly.

use std::{path::Path, time::Duration};

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig, limits::Limit};

use super::schema;
use crate::OpenError;

/// How long a statement waits for somebody who has the file open in another program.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);

/// Pages in the write-ahead log before it is copied back: rarely enough that a page written many
/// times is copied once, often enough that the copy (16 MB at most) delays few commits.
const CHECKPOINT_PAGES: u32 = 4_000;

/// What a log that had to grow is cut back to, in bytes.
const JOURNAL_SIZE_LIMIT: u32 = 64 << 20;

/// Memory for pages of the file, in KiB: an index of events is scattered, and its pages are wanted again.
const WRITER_CACHE_KIB: i32 = 32 * 1024;

/// More than the number of different statements that one connection uses.
const CACHED_STATEMENTS: usize = 64;

/// Limits that a user may set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits {
    pub(crate) max_file_bytes: Option<u64>,
    pub(crate) max_value_bytes: Option<u32>,
}

/// Opens the connection that writes, and creates the tables where there are none or too few.
pub(super) fn open_writer(path: &Path, limits: &Limits) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(refused(path))?;
    check_before_writing(&connection, path)?;
    configure(&connection, limits).map_err(refused(path))?;
    enter_wal(&connection, path)?;
    Ok(connection)
}

/// Opens a connection that only reads.
pub(super) fn open_reader(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    };
    open().map_err(refused(path))
}

/// Asks SQLite whose file it is, because its log may know more than its header; while it is not known, closing
/// the connection must not copy the log into the file.
fn check_before_writing(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let identify = || {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        let application =
            connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
        let version = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let tables: u32 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        Ok((application, version, tables))
    };
    let (application, version, tables) = identify().map_err(refused(path))?;
    schema::check_owner(path, application, version)?;
    match (version, tables) {
        (0, 0) => schema::create(connection).map_err(refused(path)),
        (0, _) => Err(OpenError::NotOurs {
            path: path.to_owned(),
        }),
        (stored, _) => schema::upgrade(connection, stored).map_err(refused(path)),
    }
}

fn configure(connection: &Connection, limits: &Limits) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    // The writer deletes an instance's rows itself; a check at every event would cost a lookup.
    connection.pragma_update(None, "foreign_keys", false)?;
    // SQLite takes a negative number as KiB.
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "journal_size_limit", JOURNAL_SIZE_LIMIT)?;
    if let Some(bytes) = limits.max_file_bytes {
        let page: u32 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let pages = u32::try_from(bytes / u64::from(page.max(1))).unwrap_or(u32::MAX);
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    if let Some(bytes) = limits.max_value_bytes {
        let bytes = i32::try_from(bytes).unwrap_or(i32::MAX);
        connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, bytes)?;
    }
    Ok(())
}

fn enter_wal(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let mode: String = connection
        .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))
        .map_err(refused(path))?;
    if mode != "wal" {
        let reason = format!("write-ahead logging is not available, only `{mode}`");
        return Err(OpenError::Sqlite {
            path: path.to_owned(),
            reason,
        });
    }
    connection
        .pragma_update(None, "synchronous", "full")
        .map_err(refused(path))
}

/// The error of a file that SQLite refuses.
pub(super) fn refused(path: &Path) -> impl Fn(rusqlite::Error) -> OpenError {
    move |error| {
        let (path, reason) = (path.to_owned(), error.to_string());
        match error.sqlite_error_code() {
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => OpenError::ReadOnly { path },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                OpenError::Corrupt { path, reason }
            }
            _ => OpenError::Sqlite { path, reason },
        }
    }
}
