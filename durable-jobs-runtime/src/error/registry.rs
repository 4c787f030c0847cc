//! The error of putting jobs together.

use std::fmt;

/// Why a set of jobs cannot run together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistryError {
    /// Two types store under one name.
    DuplicateName {
        /// The stored name.
        name: &'static str,
        /// The type registered first.
        first: &'static str,
        /// The type registered second.
        second: &'static str,
    },
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateName {
                name,
                first,
                second,
            } => write!(
                f,
                "`{first}` and `{second}` both store under the name `{name}`: give one of them another `name = \"..\"`"
            ),
        }
    }
}

impl std::error::Error for RegistryError {}
