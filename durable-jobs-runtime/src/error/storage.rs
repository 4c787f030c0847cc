//! The error of a store.

use std::fmt;

/// What kind of failure a store met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StorageFault {
    /// No space is left: free some, then repeat the call.
    Full,
    /// The file or its folder cannot be written.
    ReadOnly,
    /// The file is not a database, or is damaged.
    Corrupt,
    /// A value is larger than the store takes.
    TooLarge,
    /// The host has stopped.
    Closed,
    /// An earlier step of the same instance failed, so this one, which builds on it, was not tried.
    Predecessor,
    /// Anything else, such as an I/O error.
    Other,
}

/// Why a store could not read or write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageError {
    fault: StorageFault,
    message: String,
}

impl StorageError {
    /// A failure of the given kind; `message` says what happened and what to do.
    pub fn new(fault: StorageFault, message: impl Into<String>) -> Self {
        Self {
            fault,
            message: message.into(),
        }
    }

    /// What kind of failure it is.
    pub fn fault(&self) -> StorageFault {
        self.fault
    }
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for StorageError {}
