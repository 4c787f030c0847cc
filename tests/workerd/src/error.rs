//! What goes wrong, in sentences.

use std::{fmt, io};

/// Why workerd could not be started, stopped or asked.
///
/// Its `Debug` form is the sentence too: tests unwrap it.
pub struct WorkerdError(String);

impl WorkerdError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// Says what was tried when this happened.
    pub(crate) fn while_trying(what: impl fmt::Display, error: impl fmt::Display) -> Self {
        Self(format!("{what}: {error}"))
    }
}

impl fmt::Display for WorkerdError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for WorkerdError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for WorkerdError {}

impl From<io::Error> for WorkerdError {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}
