//! What a configuration says about Durable Objects, whatever its format.

mod date;
mod read;
mod shape;

use std::fmt;

pub(crate) use date::Date;

use crate::{class::Class, document::At, lifecycle::Lifecycle};

/// The part of a configuration that Wrangler uses for one deployment.
#[derive(Debug)]
pub(crate) struct Configuration {
    pub(crate) scope: Scope,
    pub(crate) main: Option<String>,
    pub(crate) compatibility_date: Option<At<Date>>,
    pub(crate) bindings: Vec<At<Binding>>,
    pub(crate) lifecycle: Lifecycle,
}

/// Where in the file a key stands or is to stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// At the top level, which Wrangler uses when no environment is named.
    Top,
    /// In a named environment.
    Environment(String),
}

/// A name in the Worker's `env` for a class.
#[derive(Debug)]
pub(crate) struct Binding {
    pub(crate) name: String,
    pub(crate) class: Class,
    pub(crate) home: Home,
}

/// Whose class a binding names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// A class of this Worker.
    Here,
    /// A class of another Worker: `script_name` says so.
    Elsewhere,
}

impl Scope {
    /// The path to a key in this scope.
    pub(crate) fn path(&self, keys: &[&str]) -> Vec<String> {
        let environment = match self {
            Self::Top => vec![],
            Self::Environment(name) => vec!["env", name],
        };
        let keys = environment.iter().chain(keys);
        keys.map(|key| (*key).to_owned()).collect()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Top => Ok(()),
            Self::Environment(name) => write!(f, " [env.{name}]"),
        }
    }
}

impl Configuration {
    /// The bindings of a class of this Worker.
    pub(crate) fn bindings_of(&self, class: &Class) -> impl Iterator<Item = &At<Binding>> {
        self.bindings
            .iter()
            .filter(move |binding| binding.value.is_of(class))
    }
}

impl Binding {
    fn is_of(&self, class: &Class) -> bool {
        self.home == Home::Here && self.class == *class
    }
}
