//! What can be wrong, and what remedies it.

mod words;

use crate::{
    change::Change,
    class::Class,
    configuration::Date,
    document::At,
    lifecycle::{Creation, Fault, State},
};

/// What is wrong with a configuration.
#[derive(Debug)]
pub(crate) enum Problem {
    /// Nothing says which file is the Worker.
    NoMain,
    NoDate,
    OldDate(At<Date>),
    /// Both `migrations` and `exports` tell of storage: a line of each.
    Both {
        migrations: usize,
        exports: usize,
    },
    /// Wrangler refuses the migrations.
    Fault(At<Fault>),
    NoBinding(Vec<Class>),
    /// The conventional name of a job's binding is in use.
    NameTaken {
        job: Class,
        holder: Holder,
    },
    /// Nothing creates storage for these jobs.
    NoStorage {
        never: Vec<Class>,
        deleted: Vec<At<Class>>,
        creation: Creation,
    },
    /// The class was created with key-value storage.
    KeyValue {
        job: At<Class>,
        creation: Creation,
    },
    /// The class has ended.
    Gone {
        job: At<Class>,
        state: State,
        creation: Creation,
    },
    /// New jobs stand beside classes that the Worker no longer has.
    LooksRenamed {
        old: Vec<Predecessor>,
        new: Vec<Class>,
        creation: Creation,
    },
}

/// Who has the name of a binding.
#[derive(Clone, Debug)]
pub(crate) enum Holder {
    /// A binding of the configuration: its class.
    Binding(At<Class>),
    /// A binding of the configuration to a class of another Worker.
    Foreign(At<Class>),
    /// Another job, whose name differs in case only.
    Job(Class),
}

/// A class with storage that the Worker does not export, and the line of its binding.
#[derive(Debug)]
pub(crate) struct Predecessor {
    pub(crate) class: At<Class>,
    pub(crate) binding: Option<usize>,
}

/// What is not wrong, but has to be known elsewhere.
#[derive(Debug)]
pub(crate) enum Note {
    /// A job's binding has another name than its client expects.
    OtherName { job: Class, binding: At<String> },
}

/// What is to be done about a problem.
#[derive(Debug)]
pub(crate) enum Remedy {
    /// `--write` makes this change.
    Written(Change),
    /// This change decides over stored state, which is up to a human: what it is for, and the change.
    ByHand(&'static str, Change),
    /// No added lines can do it.
    Words,
}

impl Problem {
    pub(crate) fn remedy(&self) -> Remedy {
        match self {
            Self::NoMain => Remedy::Written(Change::Main),
            Self::NoDate | Self::OldDate(_) => Remedy::Written(Change::Date),
            Self::NoBinding(jobs) => Remedy::Written(Change::Bind(jobs.clone())),
            Self::NoStorage {
                never,
                deleted,
                creation,
            } => {
                let deleted = deleted.iter().map(|class| &class.value);
                let classes = never.iter().chain(deleted).cloned().collect();
                Remedy::Written(Change::Create(creation.clone(), classes))
            }
            Self::Gone {
                job,
                state,
                creation,
            } => revive(&job.value, state, creation),
            Self::LooksRenamed { old, new, creation } => match (&old[..], &new[..]) {
                ([old], [new]) => rename(&old.class.value, new, creation),
                _ => Remedy::Words,
            },
            Self::Both { .. } | Self::Fault(_) | Self::NameTaken { .. } | Self::KeyValue { .. } => {
                Remedy::Words
            }
        }
    }

    /// The line where it shows, if there is one.
    pub(crate) fn line(&self) -> Option<usize> {
        match self {
            Self::OldDate(date) => Some(date.line),
            Self::Both { exports, .. } => Some(*exports),
            Self::Fault(fault) => Some(fault.line),
            Self::NameTaken {
                holder: Holder::Binding(class) | Holder::Foreign(class),
                ..
            } => Some(class.line),
            Self::NoStorage { deleted, .. } => deleted.first().map(|class| class.line),
            Self::KeyValue { job, .. } | Self::Gone { job, .. } => Some(job.line),
            Self::LooksRenamed { old, .. } => old.first().map(|old| old.class.line),
            Self::NoMain | Self::NoDate | Self::NoBinding(_) | Self::NameTaken { .. } => None,
        }
    }
}

fn revive(job: &Class, state: &State, creation: &Creation) -> Remedy {
    match state {
        State::RenamedTo(to) => rename(to, job, creation),
        State::Deleted => Remedy::ByHand(
            "to create it again, instead of that entry",
            Change::Create(creation.clone(), vec![job.clone()]),
        ),
        State::Transferred | State::Live(_) => Remedy::Words,
    }
}

/// In `exports` the entry of the old class has to change, which no added lines can do.
fn rename(from: &Class, to: &Class, creation: &Creation) -> Remedy {
    match creation {
        Creation::Migration { home, tag } => Remedy::ByHand(
            "to rename the class",
            Change::Rename {
                home: home.clone(),
                tag: tag.clone(),
                from: from.clone(),
                to: to.clone(),
            },
        ),
        Creation::Export { .. } => Remedy::Words,
    }
}
