//! What can be told about a file from its first bytes, without opening it in SQLite.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use super::schema;
use crate::OpenError;

/// The header of a SQLite file; numbers in it are big-endian (<https://sqlite.org/fileformat.html>, 1.3).
const HEADER_BYTES: usize = 100;
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const USER_VERSION_AT: usize = 60;
const APPLICATION_ID_AT: usize = 68;

/// Refuses a path that cannot hold our file, without touching anything.
pub(super) fn check(path: &Path) -> Result<(), OpenError> {
    check_folder(path)?;
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(OpenError::Io {
            path: path.to_owned(),
            source,
        }),
        Ok(metadata) if metadata.is_dir() => Err(OpenError::NotOurs {
            path: path.to_owned(),
        }),
        Ok(metadata) if metadata.permissions().readonly() => Err(OpenError::ReadOnly {
            path: path.to_owned(),
        }),
        Ok(metadata) if metadata.len() == 0 => Ok(()),
        Ok(_) => check_header(path),
    }
}

fn check_folder(path: &Path) -> Result<(), OpenError> {
    let folder = path.parent().unwrap_or(path);
    match fs::metadata(folder) {
        Ok(metadata) if !metadata.is_dir() => Err(OpenError::FolderMissing {
            folder: folder.to_owned(),
        }),
        // On Windows the flag of a folder does not tell whether files can be made in it.
        Ok(metadata) if cfg!(unix) && metadata.permissions().readonly() => {
            Err(OpenError::ReadOnly {
                path: folder.to_owned(),
            })
        }
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(OpenError::FolderMissing {
            folder: folder.to_owned(),
        }),
        Err(source) => Err(OpenError::Io {
            path: folder.to_owned(),
            source,
        }),
    }
}

fn check_header(path: &Path) -> Result<(), OpenError> {
    let mut header = [0; HEADER_BYTES];
    match File::open(path).and_then(|mut file| file.read_exact(&mut header)) {
        Ok(()) if header.starts_with(MAGIC) => {
            let application = big_endian(&header, APPLICATION_ID_AT);
            schema::check_owner(path, application, big_endian(&header, USER_VERSION_AT))
        }
        Ok(()) => Err(OpenError::NotOurs {
            path: path.to_owned(),
        }),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(OpenError::NotOurs {
            path: path.to_owned(),
        }),
        Err(source) => Err(OpenError::Io {
            path: path.to_owned(),
            source,
        }),
    }
}

fn big_endian(header: &[u8; HEADER_BYTES], at: usize) -> i32 {
    header
        .get(at..)
        .and_then(|rest| rest.first_chunk())
        .map_or(0, |bytes| i32::from_be_bytes(*bytes))
}
