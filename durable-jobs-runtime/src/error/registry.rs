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
    /// A job writes to one that is not among them.
    MissingTarget {
        /// The type that writes.
        sender: &'static str,
        /// The type that it writes to.
        target: &'static str,
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
            Self::MissingTarget { sender, target } => write!(
                f,
                "`{sender}` writes to `{target}`, which this host does not run: add `.job::<{target}>()` to the host, or take it out of `jobs(..)` of `{sender}`"
            ),
        }
    }
}

impl std::error::Error for RegistryError {}
