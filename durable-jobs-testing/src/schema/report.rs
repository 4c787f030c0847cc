//! What the test tells when a stored type has changed.

use std::fmt;

use super::subject::{Role, Subject};

/// One part of a type that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) at: String,
    pub(super) was: Option<String>,
    pub(super) is: Option<String>,
    /// Why that is wrong; `None` for a difference that comes with others.
    pub(super) reason: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  `{}`", self.at)?;
        match (&self.was, &self.is) {
            (Some(was), Some(is)) if was == is => write!(f, " ({was})")?,
            (Some(was), Some(is)) => write!(f, " was {was}, is {is}")?,
            (Some(was), None) => write!(f, " was {was}, is gone")?,
            (None, Some(is)) => write!(f, " is new: {is}")?,
            (None, None) => {}
        }
        match &self.reason {
            Some(reason) => writeln!(f, ": {reason}"),
            None => writeln!(f),
        }
    }
}

/// One file that the present code does not go with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) file: String,
    pub(super) summary: String,
    pub(super) problems: Vec<Problem>,
    pub(super) advice: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.file, self.summary)?;
        for problem in &self.problems {
            write!(f, "{problem}")?;
        }
        writeln!(f, "{}", self.advice)
    }
}

/// What is wrong with a file: a line, the parts, and what to do.
type Found = (String, Vec<Problem>, String);

/// The code is older than what was released.
pub(super) fn written_by_newer_code(subject: &Subject, version: u32) -> Found {
    let Subject {
        job,
        role,
        version: present,
        ..
    } = subject;
    let summary = format!(
        "written by newer code: the {role} of `{job}` is of version {version} there, and of version {present} here"
    );
    let advice = format!(
        "This code is older than what was released: stored instances of version {version} are refused by it, untouched. Go on with `version = {version}` or later."
    );
    (summary, Vec::new(), advice)
}

/// Values of the present version are stored that the code does not read whole.
pub(super) fn changed(subject: &Subject, problems: Vec<Problem>) -> Found {
    let Subject {
        job,
        role,
        version,
        attribute,
        ..
    } = subject;
    let next = version.saturating_add(1);
    let migrate = migration(subject);
    let summary = format!(
        "the {role} of `{job}` has changed, and version {version} of it is stored already:"
    );
    let advice = format!(
        "Take the change back, give an added field `#[serde(default)]`, or make a new version of it:
  1. `#[{attribute}(.., version = {next})]`
  2. `{migrate}` in the job's impl turns what was stored into what is now
  3. `UPDATE_SCHEMA=1 cargo test` writes the file of version {next}; this one stays
If version {version} was never deployed, delete this file instead."
    );
    (summary, problems, advice)
}

/// Values of an older version are stored that do not become present ones, or not whole.
pub(super) fn not_migrated(subject: &Subject, version: u32, problems: Vec<Problem>) -> Found {
    let Subject {
        job,
        role,
        version: present,
        ..
    } = subject;
    let summary =
        format!("the {role} of `{job}` is not migrated from version {version} to {present}:");
    let migrate = migration(subject);
    let advice = format!(
        "Mend `{migrate}` in the impl of `{job}`. What it drops on purpose is named in the test: `.job_with::<{job}>(|job| job.dropped(\"..\"))`."
    );
    (summary, problems, advice)
}

/// The function that turns what was stored into what is now.
fn migration(subject: &Subject) -> &'static str {
    match (subject.role, subject.attribute) {
        (Role::Event, "debounce") => {
            "fn migrate_event(from: u32, old: serde_json::Value) -> JobResult<Self::Event>"
        }
        _ => "fn migrate(from: u32, old: serde_json::Value) -> JobResult<Self>",
    }
}
