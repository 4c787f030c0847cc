//! What can be added to a configuration.

use std::fmt;

use crate::{
    class::Class,
    configuration::{Date, Scope},
    document::Document,
    edit::{self, Edit, Part, Tree},
    error::Error,
    lifecycle::Creation,
};

/// The file that `worker-build` writes.
pub(crate) const MAIN: &str = "build/index.js";

/// An addition to a configuration.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Main,
    Date,
    /// Bindings under their conventional names.
    Bind(Vec<Class>),
    /// Storage for new classes.
    Create(Creation, Vec<Class>),
    /// The storage of a class goes over to another one.
    Rename {
        home: Scope,
        tag: String,
        from: Class,
        to: Class,
    },
}

impl Change {
    /// The change to the text of a document. Bindings go to the scope, and so does what stands there already.
    pub(crate) fn edit(&self, document: &Document, scope: &Scope) -> Result<Edit, Error> {
        let edit = match self {
            Self::Main => edit::insert(document, &[], vec![entry("main", MAIN)]),
            Self::Date => date(document, scope),
            Self::Bind(classes) => {
                let list = scope.path(&["durable_objects", "bindings"]);
                edit::insert(document, &list, classes.iter().map(binding).collect())
            }
            Self::Create(Creation::Migration { home, tag }, classes) => {
                let classes = classes.iter().map(|class| Tree::text(class.as_str()));
                let created = ("new_sqlite_classes", Tree::List(classes.collect()));
                migration(document, home, tag, created)
            }
            Self::Create(Creation::Export { home }, classes) => {
                let table = home.path(&["exports"]);
                edit::insert(document, &table, classes.iter().map(export).collect())
            }
            Self::Rename {
                home,
                tag,
                from,
                to,
            } => {
                let pair = [("from", from), ("to", to)];
                let pair = pair.map(|(key, class)| (key, Tree::text(class.as_str())));
                let renamed = ("renamed_classes", Tree::List(vec![Tree::table(pair)]));
                migration(document, home, tag, renamed)
            }
        };
        edit.ok_or_else(|| Error::Unextendable {
            path: document.path().to_owned(),
            change: self.to_string(),
        })
    }
}

fn entry(key: &str, value: &str) -> Part {
    Part::Entry(key.to_owned(), Tree::text(value))
}

/// The date that counts is replaced where it stands.
fn date(document: &Document, scope: &Scope) -> Option<Edit> {
    const KEY: &str = "compatibility_date";
    let date = Date::WRITTEN.to_string();
    let own = scope.path(&[KEY]);
    let own = document.get(own.iter().map(String::as_str));
    match own.or_else(|| document.get([KEY])) {
        Some(node) => Some(edit::replace(document, node, KEY, &Tree::text(&date))),
        None => edit::insert(document, &[], vec![entry(KEY, &date)]),
    }
}

fn binding(class: &Class) -> Part {
    Part::Item(Tree::table([
        ("name", Tree::text(&class.binding())),
        ("class_name", Tree::text(class.as_str())),
    ]))
}

fn export(class: &Class) -> Part {
    let kind = ("type", Tree::text("durable-object"));
    let storage = ("storage", Tree::text("sqlite"));
    Part::Entry(class.as_str().to_owned(), Tree::table([kind, storage]))
}

fn migration(
    document: &Document,
    home: &Scope,
    tag: &str,
    what: (&'static str, Tree),
) -> Option<Edit> {
    let step = Tree::table([("tag", Tree::text(tag)), what]);
    edit::insert(
        document,
        &home.path(&["migrations"]),
        vec![Part::Item(step)],
    )
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Main => write!(f, "main"),
            Self::Date => write!(f, "compatibility date {}", Date::WRITTEN),
            Self::Bind(classes) => match classes.len() {
                1 => write!(f, "1 binding"),
                count => write!(f, "{count} bindings"),
            },
            Self::Create(Creation::Migration { tag, .. }, _) | Self::Rename { tag, .. } => {
                write!(f, "migration {tag}")
            }
            Self::Create(Creation::Export { .. }, classes) => match classes.len() {
                1 => write!(f, "1 export"),
                count => write!(f, "{count} exports"),
            },
        }
    }
}
