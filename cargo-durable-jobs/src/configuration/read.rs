//! Reads a configuration as Wrangler does: an environment has its own bindings or none, and takes from the top
//! level what else it does not set.

use super::{Binding, Configuration, Home, Scope, shape::Shaped};
use crate::{
    class::Class,
    document::{At, Document},
    error::Error,
    lifecycle::{Export, Lifecycle, Migration, Rename, State, Storage},
};

impl Configuration {
    /// Reads what counts for a scope.
    pub(crate) fn parse(document: &Document, scope: Scope) -> Result<Self, Error> {
        let top = Shaped::root(document);
        let levels = Levels {
            own: own(document, top, &scope)?,
            top,
            scope,
        };
        Ok(Self {
            main: levels.text("main")?,
            compatibility_date: levels.date()?,
            bindings: levels.bindings()?,
            lifecycle: levels.lifecycle()?,
            scope: levels.scope,
        })
    }
}

/// What a key holds, and where the key stands.
type Found<T> = Option<(Scope, Vec<At<T>>)>;

/// Where keys of one scope are looked up.
struct Levels<'a> {
    own: Shaped<'a>,
    top: Shaped<'a>,
    scope: Scope,
}

fn own<'a>(document: &Document, top: Shaped<'a>, scope: &Scope) -> Result<Shaped<'a>, Error> {
    let Scope::Environment(name) = scope else {
        return Ok(top);
    };
    let environments = match top.optional("env")? {
        Some(environments) => environments.entries()?,
        None => Vec::new(),
    };
    let found = environments.iter().find(|(known, _)| known == name);
    found
        .map(|(_, environment)| *environment)
        .ok_or_else(|| Error::NoEnvironment {
            path: document.path().to_owned(),
            name: name.clone(),
            known: environments
                .iter()
                .map(|(known, _)| (*known).to_owned())
                .collect(),
        })
}

impl<'a> Levels<'a> {
    /// A key that environments inherit, and where it was found.
    fn inherited(&self, key: &'a str) -> Result<Option<(Shaped<'a>, Scope)>, Error> {
        if let Some(value) = self.own.optional(key)? {
            return Ok(Some((value, self.scope.clone())));
        }
        Ok(self.top.optional(key)?.map(|value| (value, Scope::Top)))
    }

    fn text(&self, key: &'a str) -> Result<Option<String>, Error> {
        let found = self.inherited(key)?;
        found
            .map(|(value, _)| Ok(value.text()?.to_owned()))
            .transpose()
    }

    fn date(&self) -> Result<Option<At<super::Date>>, Error> {
        let Some((value, _)) = self.inherited("compatibility_date")? else {
            return Ok(None);
        };
        let expected = |_| value.wrong("a date in quotes, such as \"2026-07-30\"");
        let text = value.text().map_err(|_| expected(super::date::NotADate))?;
        Ok(Some(value.at(text.parse().map_err(expected)?)))
    }

    fn bindings(&self) -> Result<Vec<At<Binding>>, Error> {
        let Some(durable_objects) = self.own.optional("durable_objects")? else {
            return Ok(Vec::new());
        };
        let name = self.worker_name()?;
        let bindings = durable_objects.optional_items("bindings")?;
        bindings
            .iter()
            .map(|item| Ok(item.at(binding(item, name.as_deref())?)))
            .collect()
    }

    /// An environment without a name of its own is called after the top level and itself.
    fn worker_name(&self) -> Result<Option<String>, Error> {
        if let Some(name) = self.own.optional_text("name")? {
            return Ok(Some(name.to_owned()));
        }
        let top = self.top.optional_text("name")?;
        Ok(match &self.scope {
            Scope::Top => None,
            Scope::Environment(environment) => top.map(|name| format!("{name}-{environment}")),
        })
    }

    fn lifecycle(&self) -> Result<Lifecycle, Error> {
        let migrations = self.migrations()?;
        let exports = self.exports()?;
        Ok(match (migrations, exports) {
            (Some((home, steps)), None) => Lifecycle::Migrations { home, steps },
            (steps, Some((home, entries)))
                if steps.as_ref().is_none_or(|(_, steps)| steps.is_empty()) =>
            {
                Lifecycle::Exports { home, entries }
            }
            (None, _) => Lifecycle::Migrations {
                home: Scope::Top,
                steps: Vec::new(),
            },
            (Some((_, steps)), Some((_, entries))) => Lifecycle::Both {
                migrations: steps.first().map_or(1, |step| step.line),
                exports: entries.first().map_or(1, |entry| entry.line),
            },
        })
    }

    fn migrations(&self) -> Result<Found<Migration>, Error> {
        let Some((list, home)) = self.inherited("migrations")? else {
            return Ok(None);
        };
        let steps = list.items()?;
        let steps = steps.iter().map(|step| Ok(step.at(migration(step)?)));
        let steps: Vec<_> = steps.collect::<Result<_, Error>>()?;
        // An empty list in an environment still hides that of the top level.
        let counts = !steps.is_empty() || home != Scope::Top;
        Ok(counts.then_some((home, steps)))
    }

    fn exports(&self) -> Result<Found<Export>, Error> {
        let Some((table, home)) = self.inherited("exports")? else {
            return Ok(None);
        };
        let mut entries = Vec::new();
        for (class, entry) in table.entries()? {
            if entry.optional_text("type")? == Some("durable-object") {
                entries.push(entry.at(export(class, &entry)?));
            }
        }
        Ok((!entries.is_empty()).then_some((home, entries)))
    }
}

fn binding(item: &Shaped<'_>, worker: Option<&str>) -> Result<Binding, Error> {
    let expected = "a binding with `name` and `class_name`";
    let script = item.optional_text("script_name")?;
    Ok(Binding {
        name: item.required("name", expected)?.text()?.to_owned(),
        class: Class::new(item.required("class_name", expected)?.text()?),
        home: match script.is_none_or(|script| Some(script) == worker) {
            true => Home::Here,
            false => Home::Elsewhere,
        },
    })
}

fn migration(step: &Shaped<'_>) -> Result<Migration, Error> {
    let expected = "a migration with a `tag`";
    Ok(Migration {
        tag: step.required("tag", expected)?.text()?.to_owned(),
        deleted: classes(step, "deleted_classes")?,
        renamed: renames(step, "renamed_classes")?,
        transferred: renames(step, "transferred_classes")?,
        new_with_key_values: classes(step, "new_classes")?,
        new_with_sqlite: classes(step, "new_sqlite_classes")?,
    })
}

fn classes<'a>(step: &Shaped<'a>, key: &'a str) -> Result<Vec<At<Class>>, Error> {
    let items = step.optional_items(key)?;
    items
        .iter()
        .map(|item| Ok(item.at(Class::new(item.text()?))))
        .collect()
}

fn renames<'a>(step: &Shaped<'a>, key: &'a str) -> Result<Vec<At<Rename>>, Error> {
    let expected = "classes as `from` and `to`";
    let items = step.optional_items(key)?;
    let renames = items.iter().map(|item| {
        Ok(item.at(Rename {
            from: Class::new(item.required("from", expected)?.text()?),
            to: Class::new(item.required("to", expected)?.text()?),
        }))
    });
    renames.collect()
}

fn export(class: &str, entry: &Shaped<'_>) -> Result<Export, Error> {
    let state = match entry.optional_text("state")?.unwrap_or("created") {
        "created" | "expecting-transfer" => State::Live(storage(entry)?),
        "deleted" => State::Deleted,
        "renamed" => {
            let to = entry.required("renamed_to", "a renamed class with `renamed_to`")?;
            State::RenamedTo(Class::new(to.text()?))
        }
        "transferred" => State::Transferred,
        _ => return Err(entry.wrong("a `state` that Wrangler knows")),
    };
    Ok(Export {
        class: Class::new(class),
        state,
    })
}

fn storage(entry: &Shaped<'_>) -> Result<Storage, Error> {
    match entry.optional_text("storage")? {
        Some("sqlite") => Ok(Storage::Sqlite),
        Some("legacy-kv") => Ok(Storage::KeyValue),
        _ => Err(entry.wrong("a class with `storage = \"sqlite\"`")),
    }
}
