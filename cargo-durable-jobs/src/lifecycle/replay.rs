//! What has become of each class after all migrations.

use std::{collections::BTreeMap, fmt};

use super::{Export, Migration, Rename, State, Storage};
use crate::{class::Class, document::At};

/// What has become of each class, and where a migration asks for what cannot be.
#[derive(Debug, Default)]
pub(crate) struct History {
    states: BTreeMap<Class, At<State>>,
    pub(crate) faults: Vec<At<Fault>>,
}

/// A migration that Wrangler refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It ends or renames a class that does not exist at that point.
    Missing { tag: String, class: Class },
    /// It creates a class that exists at that point.
    Again { tag: String, class: Class },
    /// Its tag is that of an earlier one.
    SameTag { tag: String },
}

impl History {
    pub(super) fn of_exports(entries: &[At<Export>]) -> Self {
        let states = entries.iter().map(|At { line, value }| {
            let Export { class, state } = value;
            (class.clone(), At::new(*line, state.clone()))
        });
        Self {
            states: states.collect(),
            faults: Vec::new(),
        }
    }

    pub(super) fn of_migrations(steps: &[At<Migration>]) -> Self {
        let mut history = Self::default();
        for (position, step) in steps.iter().enumerate() {
            let mut earlier = steps.iter().take(position);
            if earlier.any(|earlier| earlier.value.tag == step.value.tag) {
                let tag = step.value.tag.clone();
                history
                    .faults
                    .push(At::new(step.line, Fault::SameTag { tag }));
            }
            history.apply(&step.value);
        }
        history
    }

    /// What has become of a class; nothing if it was never heard of.
    pub(crate) fn state(&self, class: &Class) -> Option<&At<State>> {
        self.states.get(class)
    }

    /// The classes that have storage.
    pub(crate) fn live(&self) -> impl Iterator<Item = At<&Class>> {
        let live = |state: &At<State>| matches!(state.value, State::Live(_));
        let classes = self.states.iter().filter(move |(_, state)| live(state));
        classes.map(|(class, state)| At::new(state.line, class))
    }

    fn apply(&mut self, step: &Migration) {
        for class in &step.deleted {
            self.end(&step.tag, class, State::Deleted);
        }
        for rename in &step.renamed {
            self.rename(&step.tag, rename);
        }
        for transfer in &step.transferred {
            let class = At::new(transfer.line, transfer.value.to.clone());
            self.begin(&step.tag, &class, Storage::Inherited);
        }
        for class in &step.new_with_key_values {
            self.begin(&step.tag, class, Storage::KeyValue);
        }
        for class in &step.new_with_sqlite {
            self.begin(&step.tag, class, Storage::Sqlite);
        }
    }

    fn rename(&mut self, tag: &str, rename: &At<Rename>) {
        let Rename { from, to } = &rename.value;
        let from = At::new(rename.line, from.clone());
        if let Some(storage) = self.end(tag, &from, State::RenamedTo(to.clone())) {
            self.begin(tag, &At::new(rename.line, to.clone()), storage);
        }
    }

    fn end(&mut self, tag: &str, class: &At<Class>, state: State) -> Option<Storage> {
        let storage = self.storage(&class.value);
        if storage.is_none() {
            self.faults
                .push(class.fault(tag, |tag, class| Fault::Missing { tag, class }));
        }
        self.states
            .insert(class.value.clone(), At::new(class.line, state));
        storage
    }

    fn begin(&mut self, tag: &str, class: &At<Class>, storage: Storage) {
        if self.storage(&class.value).is_some() {
            self.faults
                .push(class.fault(tag, |tag, class| Fault::Again { tag, class }));
        }
        let state = At::new(class.line, State::Live(storage));
        self.states.insert(class.value.clone(), state);
    }

    fn storage(&self, class: &Class) -> Option<Storage> {
        match self.states.get(class)?.value {
            State::Live(storage) => Some(storage),
            _ => None,
        }
    }
}

impl At<Class> {
    fn fault(&self, tag: &str, fault: impl Fn(String, Class) -> Fault) -> At<Fault> {
        At::new(self.line, fault(tag.to_owned(), self.value.clone()))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { tag, class } => write!(
                f,
                "migration `{tag}` ends or renames `{class}`, which does not exist at that point"
            ),
            Self::Again { tag, class } => write!(
                f,
                "migration `{tag}` creates `{class}`, which exists at that point"
            ),
            Self::SameTag { tag } => write!(f, "migration `{tag}` has the tag of an earlier one"),
        }
    }
}
