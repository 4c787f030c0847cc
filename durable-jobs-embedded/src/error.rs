//! Why a host did not start.

use std::{error::Error, fmt, io, path::PathBuf};

use durable_jobs_runtime::RegistryError;

/// Why [`HostBuilder::start`](crate::HostBuilder::start) failed. Whatever was there is as it was.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// `start` was called outside of a tokio runtime.
    NoRuntime,
    /// The jobs do not go together.
    Jobs(RegistryError),
    /// The folder of the file does not exist.
    FolderMissing {
        /// That folder.
        folder: PathBuf,
    },
    /// The file or its folder cannot be written.
    ReadOnly {
        /// The file or folder that refuses.
        path: PathBuf,
    },
    /// Another host has the file open.
    Locked {
        /// The file.
        path: PathBuf,
        /// The process that holds it, if it could be read.
        process: Option<u32>,
    },
    /// The file is something else: not a SQLite database, or one of another program.
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a newer version of this library.
    NewerVersion {
        /// The file.
        path: PathBuf,
        /// The version of its tables.
        stored: i32,
        /// The newest version that this program knows.
        supported: i32,
    },
    /// The file is damaged.
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        reason: String,
    },
    /// SQLite cannot keep this file the way that durability needs.
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        reason: String,
    },
    /// The operating system refused a file or a thread.
    Io {
        /// The file that it was about.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRuntime => f.write_str(
                "the host needs a tokio runtime to run handlers on: call `start` inside of one, for example under `#[tokio::main]`",
            ),
            Self::Jobs(error) => error.fmt(f),
            Self::FolderMissing { folder } => {
                write!(f, "the folder {} does not exist: create it, or give another path", folder.display())
            }
            Self::ReadOnly { path } => write!(
                f,
                "{} cannot be written: give this process the right to write it and its folder",
                path.display()
            ),
            Self::Locked { path, process: Some(process) } => write!(
                f,
                "{} is open in process {process}: stop that process, or give this one a file of its own",
                path.display()
            ),
            Self::Locked { path, process: None } => write!(
                f,
                "{} is open in another host: stop that one, or give this one a file of its own",
                path.display()
            ),
            Self::NotOurs { path } => write!(
                f,
                "{} does not belong to durable-jobs and was left alone: give another path",
                path.display()
            ),
            Self::NewerVersion { path, stored, supported } => write!(
                f,
                "{} has tables of version {stored}, this program knows up to {supported}, and the file was left alone: run the newer program",
                path.display()
            ),
            Self::Corrupt { path, reason } => write!(
                f,
                "{} is damaged ({reason}): keep a copy, then restore a backup or save what is readable with `sqlite3 <file> .recover`",
                path.display()
            ),
            Self::Sqlite { path, reason } => write!(
                f,
                "{} cannot be opened as SQLite needs it ({reason}): keep it on a local disk with free space",
                path.display()
            ),
            Self::Io { path, source } => write!(
                f,
                "{}: the operating system refused ({source}): see to that, then start again",
                path.display()
            ),
        }
    }
}

impl Error for OpenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Jobs(error) => Some(error),
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl From<RegistryError> for OpenError {
    fn from(error: RegistryError) -> Self {
        Self::Jobs(error)
    }
}
