//! Whether what was stored is still read, whole.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    golden::Golden,
    leaves::{leaves, part, varied},
    path::Path,
    report::Problem,
    shape::Shape,
    subject::{Migrate, Subject, Unread},
};

/// What is wrong with the present type in the light of what programs of the same version have stored.
pub(super) fn same_version(subject: &Subject, golden: &Golden, present: &Shape) -> Vec<Problem> {
    let past = golden.shape();
    let called = |path: &Path| {
        let pattern = past.pattern(path).or_else(|| present.pattern(path));
        pattern.cloned().unwrap_or_else(|| path.clone())
    };
    let mut found = Problems::default();
    for sample in &golden.samples {
        match (subject.rewrite)(sample) {
            Ok(rewritten) => {
                for (path, reason) in changed_parts(sample, &rewritten) {
                    found.add(called(&path), reason);
                }
                for path in ignored(sample, &rewritten, |value| (subject.rewrite)(value).ok()) {
                    found.add(called(&path), IGNORED.to_owned());
                }
            }
            Err(unread) => found.add(called(&place(&unread)), unread.reason),
        }
    }
    if !found.0.is_empty() {
        found.add_differences(&past, present);
    }
    found.described(&past, present)
}

const IGNORED: &str = "what is stored there would be lost without a word";

/// Where a type has refused a value. serde reports a missing field at its parent.
fn place(unread: &Unread) -> Path {
    let path = match unread.at.as_str() {
        "." | "" | "?" => Path::default(),
        at => Path::parse(at),
    };
    let field = unread
        .reason
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split('`').next());
    match field {
        Some(field) => path.key(field),
        None => path,
    }
}

/// Parts that are there before and after, but not the same.
fn changed_parts(before: &Value, after: &Value) -> Vec<(Path, String)> {
    let changed = |(path, leaf): (Path, &Value)| {
        let now = part(after, &path)?;
        (now != leaf).then(|| (path, format!("a stored {leaf} is read as {now}")))
    };
    leaves(before).into_iter().filter_map(changed).collect()
}

/// Parts that could be anything else and nobody would know.
fn ignored(sample: &Value, outcome: &Value, take: impl Fn(&Value) -> Option<Value>) -> Vec<Path> {
    let is_ignored = |path: &Path| {
        let varied = varied(sample, path);
        varied.is_some_and(|varied| take(&varied).as_ref() == Some(outcome))
    };
    let paths = leaves(sample).into_iter().map(|(path, _)| path);
    paths.filter(is_ignored).collect()
}

/// What is wrong with the migration of what programs of an older version have stored.
pub(super) fn older_version(
    subject: &Subject,
    migrate: Migrate,
    golden: &Golden,
    present: &Shape,
) -> Vec<Problem> {
    let (past, from) = (golden.shape(), golden.version);
    let mut found = Problems::default();
    let mut heeded: BTreeMap<Path, bool> = BTreeMap::new();
    for sample in &golden.samples {
        let migrated = migrate(from, sample.clone()).and_then(|migrated| {
            let read = (subject.rewrite)(&migrated).map_err(|unread| unread.reason)?;
            (read == migrated)
                .then_some(migrated)
                .ok_or_else(|| "what it makes is read as something else".to_owned())
        });
        match migrated {
            Ok(outcome) => {
                let take = |value: &Value| migrate(from, value.clone()).ok();
                let ignored = ignored(sample, &outcome, take);
                for (path, _) in leaves(sample) {
                    let is_heeded = !ignored.contains(&path);
                    let pattern = past.pattern(&path).cloned().unwrap_or(path);
                    *heeded.entry(pattern).or_default() |= is_heeded;
                }
            }
            Err(reason) => found.add(Path::default(), reason),
        }
    }
    let lost = heeded.into_iter().filter(|(_, is_heeded)| !is_heeded);
    for (path, _) in lost.filter(|(path, _)| !subject.dropped.contains(&path.to_string())) {
        let reason = "whatever it was makes no difference after the migration";
        found.add(path, reason.to_owned());
    }
    found.described(&past, present)
}

/// Problems so far, each once.
#[derive(Default)]
struct Problems(Vec<(Path, Option<String>)>);

impl Problems {
    fn add(&mut self, path: Path, reason: String) {
        let is_known = |(at, known): &(Path, Option<String>)| {
            *at == path && (reason == IGNORED || known.as_ref() == Some(&reason))
        };
        if !self.0.iter().any(is_known) {
            self.0.push((path, Some(reason)));
        }
    }

    /// Where one thing is wrong, whatever else differs is part of the picture; not what is inside of it.
    fn add_differences(&mut self, past: &Shape, present: &Shape) {
        let differs = |path: &Path| past.describe(path) != present.describe(path);
        let named: Vec<Path> = self.0.iter().map(|(path, _)| path.clone()).collect();
        for path in past
            .paths()
            .chain(present.paths())
            .filter(|path| differs(path))
        {
            let is_addition = past.describe(path).is_none() && present.may_be_missing(path);
            let is_known = self.0.iter().any(|(at, _)| at == path);
            let is_inside = |at: &Path| {
                let is_wholly = at.steps().is_empty() && path.steps().len() == 1;
                path.starts_with(at) && differs(at) && !is_wholly
            };
            if !(is_addition || is_known || named.iter().any(is_inside)) {
                self.0.push((path.clone(), None));
            }
        }
    }

    fn described(self, past: &Shape, present: &Shape) -> Vec<Problem> {
        let describe = |(path, reason): (Path, Option<String>)| Problem {
            was: past.describe(&path),
            is: present.describe(&path),
            reason,
            at: path.to_string(),
        };
        self.0.into_iter().map(describe).collect()
    }
}
