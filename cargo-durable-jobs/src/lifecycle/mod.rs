//! Which classes have storage, as a configuration tells it: step by step in `migrations`, or as it is to be in
//! `exports`.

mod replay;
mod tag;

use crate::{class::Class, configuration::Scope, document::At};

pub(crate) use replay::{Fault, History};

/// How a configuration tells of the storage of classes. Wrangler takes one way, not both.
#[derive(Debug)]
pub(crate) enum Lifecycle {
    Migrations {
        home: Scope,
        steps: Vec<At<Migration>>,
    },
    Exports {
        home: Scope,
        entries: Vec<At<Export>>,
    },
    /// Both, with a line of each.
    Both { migrations: usize, exports: usize },
}

/// One entry of `migrations`, in the order in which Wrangler applies its parts.
#[derive(Debug)]
pub(crate) struct Migration {
    pub(crate) tag: String,
    pub(crate) deleted: Vec<At<Class>>,
    pub(crate) renamed: Vec<At<Rename>>,
    pub(crate) transferred: Vec<At<Rename>>,
    pub(crate) new_with_key_values: Vec<At<Class>>,
    pub(crate) new_with_sqlite: Vec<At<Class>>,
}

/// Stored objects of one class become those of another one.
#[derive(Debug)]
pub(crate) struct Rename {
    pub(crate) from: Class,
    pub(crate) to: Class,
}

/// One entry of `exports` about a Durable Object class.
#[derive(Debug)]
pub(crate) struct Export {
    pub(crate) class: Class,
    pub(crate) state: State,
}

/// What has become of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Live(Storage),
    Deleted,
    RenamedTo(Class),
    Transferred,
}

/// How the objects of a class keep what they store. It is chosen when the class is created, for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Storage {
    Sqlite,
    KeyValue,
    /// As in the Worker that the class came from.
    Inherited,
}

/// How storage for a class is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Creation {
    /// By a new migration.
    Migration { home: Scope, tag: String },
    /// By a new entry of `exports`.
    Export { home: Scope },
}

impl Lifecycle {
    /// What has become of each class; nothing where the configuration contradicts itself.
    pub(crate) fn history(&self) -> Option<History> {
        match self {
            Self::Migrations { steps, .. } => Some(History::of_migrations(steps)),
            Self::Exports { entries, .. } => Some(History::of_exports(entries)),
            Self::Both { .. } => None,
        }
    }

    /// How the next class is to be created; nothing where the configuration contradicts itself.
    pub(crate) fn creation(&self) -> Option<Creation> {
        match self {
            Self::Migrations { home, steps } => Some(Creation::Migration {
                home: home.clone(),
                tag: tag::next(steps.iter().map(|step| step.value.tag.as_str())),
            }),
            Self::Exports { home, .. } => Some(Creation::Export { home: home.clone() }),
            Self::Both { .. } => None,
        }
    }
}
