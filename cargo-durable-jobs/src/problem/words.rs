//! Problems in words: what is wrong, and what to know before it is changed.

use std::fmt;

use super::{Holder, Note, Predecessor, Problem};
use crate::{
    class::{Class, listed},
    configuration::Date,
    document::At,
    lifecycle::{Creation, Fault, State},
};

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoMain => write!(
                f,
                "`main` is missing: nothing says which file is the Worker"
            ),
            Self::NoDate => write!(f, "`compatibility_date` is missing"),
            Self::OldDate(date) => write!(f, "`compatibility_date` is {}", date.value),
            Self::Both {
                migrations,
                exports,
            } => write!(
                f,
                "`migrations` (line {migrations}) and `exports` (line {exports}) both tell of storage"
            ),
            Self::Fault(fault) => write!(f, "{}", fault.value),
            Self::NoBinding(jobs) => match &jobs[..] {
                [job] => write!(f, "`{job}` has no binding"),
                jobs => write!(f, "{} jobs have no binding: {}", jobs.len(), listed(jobs)),
            },
            Self::NameTaken { job, holder } => name_taken(f, job, holder),
            Self::NoStorage { never, deleted, .. } => no_storage(f, never, deleted),
            Self::KeyValue { job, .. } => write!(
                f,
                "`{}` has key-value storage, and jobs need SQLite",
                job.value
            ),
            Self::Gone { job, state, .. } => gone(f, &job.value, state),
            Self::LooksRenamed { old, new, .. } => write!(
                f,
                "{} {} storage, but the Worker exports no such class, and {} {} none: a rename?",
                old_names(old),
                has(old.len()),
                listed(new),
                has(new.len()),
            ),
        }
    }
}

fn has(count: usize) -> &'static str {
    match count {
        1 => "has",
        _ => "have",
    }
}

fn old_names(old: &[Predecessor]) -> String {
    listed(old.iter().map(|old| &old.class.value))
}

fn name_taken(f: &mut fmt::Formatter<'_>, job: &Class, holder: &Holder) -> fmt::Result {
    let name = job.binding();
    match holder {
        Holder::Binding(class) => write!(
            f,
            "`{job}` has no binding, and the name `{name}` is that of a binding of `{}`",
            class.value
        ),
        Holder::Foreign(class) => write!(
            f,
            "`{job}` has no binding, and the name `{name}` is that of `{}` in another Worker",
            class.value
        ),
        Holder::Job(other) => write!(f, "`{other}` and `{job}` would both be bound as `{name}`"),
    }
}

fn no_storage(f: &mut fmt::Formatter<'_>, never: &[Class], deleted: &[At<Class>]) -> fmt::Result {
    if !never.is_empty() {
        write!(f, "nothing creates storage for {}", listed(never))?;
    }
    if !never.is_empty() && !deleted.is_empty() {
        write!(f, "; ")?;
    }
    if let [first, ..] = deleted {
        let were = if deleted.len() == 1 { "was" } else { "were" };
        let names = listed(deleted.iter().map(|class| &class.value));
        write!(
            f,
            "{names} {were} deleted (line {}) and not created again",
            first.line
        )?;
    }
    Ok(())
}

fn gone(f: &mut fmt::Formatter<'_>, job: &Class, state: &State) -> fmt::Result {
    match state {
        State::RenamedTo(to) => write!(f, "`{job}` was renamed to `{to}` and has no storage"),
        State::Transferred => write!(f, "`{job}` was transferred to another Worker"),
        State::Deleted | State::Live(_) => write!(f, "`{job}` is marked as deleted"),
    }
}

impl Problem {
    /// What to know before it is changed: one thing a line.
    pub(crate) fn advice(&self) -> Vec<String> {
        match self {
            Self::NoDate | Self::OldDate(_) => vec![format!(
                "jobs need {} or later: from then on an object that is deleted loses its alarm too",
                Date::OLDEST
            )],
            Self::Both { .. } => vec![
                "Wrangler takes one of them: keep the one with which this Worker was deployed"
                    .to_owned(),
            ],
            Self::Fault(fault) => vec![fault_advice(&fault.value).to_owned()],
            Self::NameTaken { job, .. } => vec![format!(
                "bind `{job}` under a free name, and tell its client: \
                 `host.binding::<{job}>(\"NAME\")`"
            )],
            Self::NoStorage { deleted, .. } if !deleted.is_empty() => {
                vec!["remove the job, or create the class again: it begins empty".to_owned()]
            }
            Self::KeyValue { job, creation } => key_value(&job.value, creation),
            Self::Gone {
                job,
                state,
                creation,
            } => gone_advice(&job.value, state, creation),
            Self::LooksRenamed { old, new, creation } => rename_advice(old, new, creation),
            Self::NoMain | Self::NoBinding(_) | Self::NoStorage { .. } => Vec::new(),
        }
    }
}

fn fault_advice(fault: &Fault) -> &'static str {
    match fault {
        Fault::Missing { .. } | Fault::Again { .. } => {
            "`wrangler dev` refuses that; migrations that were deployed stay in the file as they were"
        }
        Fault::SameTag { .. } => "Cloudflare applies a tag once: each migration needs its own",
    }
}

fn key_value(job: &Class, creation: &Creation) -> Vec<String> {
    let (undeployed, delete) = match creation {
        Creation::Migration { .. } => (
            "move it from `new_classes` to `new_sqlite_classes`",
            "in the `deleted_classes` of a new migration",
        ),
        Creation::Export { .. } => ("write `storage = \"sqlite\"`", "with `state = \"deleted\"`"),
    };
    vec![
        "the storage of a class that was deployed cannot be changed".to_owned(),
        format!("if it never was: {undeployed}"),
        format!(
            "if it was: give the job another class, which begins empty, with `name = \"..\"` in its \
             attribute, and delete `{job}` and its data {delete}"
        ),
    ]
}

fn gone_advice(job: &Class, state: &State, creation: &Creation) -> Vec<String> {
    match state {
        State::RenamedTo(to) => {
            let keep = format!("write `name = \"{to}\"` in the attribute of the job");
            let back = "or rename the class back".to_owned();
            [keep, back]
                .into_iter()
                .chain(exported(to, job, creation))
                .collect()
        }
        State::Transferred => {
            vec!["give the job another class with `name = \"..\"` in its attribute".to_owned()]
        }
        State::Deleted | State::Live(_) => {
            vec!["remove the job, or create the class again: it begins empty".to_owned()]
        }
    }
}

/// In `exports` two entries rename a class.
fn exported(from: &Class, to: &Class, creation: &Creation) -> Option<String> {
    let Creation::Export { .. } = creation else {
        return None;
    };
    Some(format!(
        "to rename the class, write `state = \"renamed\"` and `renamed_to = \"{to}\"` in `exports.{from}` \
         in place of its `storage`, and the `storage` in `exports.{to}`"
    ))
}

fn rename_advice(old: &[Predecessor], new: &[Class], creation: &Creation) -> Vec<String> {
    let delete = match creation {
        Creation::Migration { .. } => "in the `deleted_classes` of a new migration",
        Creation::Export { .. } => "with `state = \"deleted\"`",
    };
    let mut advice = vec![
        "what is stored stays with the class".to_owned(),
        format!(
            "if the jobs are different ones, delete {} with its data {delete}",
            old_names(old)
        ),
    ];
    match (old, new) {
        ([old], [new]) => advice.extend(rename_one(old, new, creation)),
        _ => advice.push(
            "if one was renamed, write `name = \"..\"` with its old name in its attribute, or rename \
             the class too"
                .to_owned(),
        ),
    }
    advice
}

fn rename_one(old: &Predecessor, new: &Class, creation: &Creation) -> Vec<String> {
    let from = &old.class.value;
    let keep = format!(
        "if the job was renamed, write `name = \"{from}\"` in its attribute, or rename the class too"
    );
    let binding = old.binding.map(|line| {
        let name = new.binding();
        format!(
            "to rename the class, write `name = \"{name}\"` and `class_name = \"{new}\"` in its \
             binding (line {line})"
        )
    });
    let exported = exported(from, new, creation);
    [Some(keep), binding, exported]
        .into_iter()
        .flatten()
        .collect()
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::OtherName { job, binding } = self;
        let At { line, value } = binding;
        write!(
            f,
            "`{job}` is bound as `{value}` (line {line}) and not as `{}`, so its client must say \
             `host.binding::<{job}>(\"{value}\")`",
            job.binding()
        )
    }
}
