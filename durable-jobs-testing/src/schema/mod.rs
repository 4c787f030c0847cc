//! A test that keeps stored types compatible: see [`schema_lock`].

mod compare;
mod enrich;
mod golden;
mod leaves;
mod path;
mod probe;
mod report;
mod samples;
mod shape;
mod subject;

use std::{
    cmp::Ordering,
    env, io,
    path::{Path as FilePath, PathBuf},
};

use serde_json::Value;

use self::{enrich::enriched, golden::Golden, report::Failure, shape::Shape};
pub use self::{
    samples::JobSamples,
    subject::{Lock, Lockable, Nothing, Subject},
};

/// Begins a test that compares the types that jobs store with files in a folder, which belong into version control.
///
/// ```
/// # use durable_jobs::prelude::*;
/// # #[continuous(every = "30m")]
/// # #[derive(Serialize, Deserialize)]
/// # struct Heartbeat { beats: u32 }
/// # impl Continuous for Heartbeat {
/// #     type Env = ();
/// #     async fn execute(&mut self, _ctx: &mut ContinuousContext<'_, Self>) -> JobResult<Next> { Ok(Next::Scheduled) }
/// # }
/// # let folder = std::env::temp_dir().join(format!("schema-doc-{}", std::process::id()));
/// # let folder = folder.as_path();
/// // In a test, with "tests/schema" as the folder.
/// durable_jobs_testing::schema_lock(folder).update(Update::Missing).job::<Heartbeat>().check();
/// # use durable_jobs_testing::Update;
/// assert!(folder.join("Heartbeat.state.v1.json").exists());
/// # std::fs::remove_dir_all(folder).unwrap();
/// ```
#[must_use = "nothing is compared before `check()`"]
pub fn schema_lock(folder: impl Into<PathBuf>) -> SchemaLock {
    SchemaLock {
        folder: folder.into(),
        subjects: Vec::new(),
        update: Update::from_environment(),
    }
}

/// Which files a [`SchemaLock`] may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Update {
    /// None: a file that is missing is a failure. What `CI` in the environment means.
    Nothing,
    /// Those that are missing. What holds without either variable.
    Missing,
    /// Also those to which something compatible was added. What `UPDATE_SCHEMA=1` means. A file that the code does
    /// not go with is never written.
    Additions,
}

impl Update {
    fn from_environment() -> Self {
        let is_set = |name| {
            env::var_os(name)
                .is_some_and(|value| !value.is_empty() && value != "0" && value != "false")
        };
        match (is_set("UPDATE_SCHEMA"), is_set("CI")) {
            (true, _) => Self::Additions,
            (false, true) => Self::Nothing,
            (false, false) => Self::Missing,
        }
    }
}

/// Compares the types that jobs store with files. Made by [`schema_lock`].
#[derive(Debug)]
#[must_use = "nothing is compared before `check()`"]
pub struct SchemaLock {
    folder: PathBuf,
    subjects: Vec<Subject>,
    update: Update,
}

impl SchemaLock {
    /// Adds a job: its state, and its event if it has one.
    pub fn job<J: Lockable>(self) -> Self {
        self.job_with::<J>(|job| job)
    }

    /// Adds a job with samples of its types, for types of which none can be made up, and with what its migrations drop.
    pub fn job_with<J: Lockable>(
        mut self,
        describe: impl FnOnce(JobSamples<J>) -> JobSamples<J>,
    ) -> Self {
        let described = describe(JobSamples::new(J::subjects()));
        self.subjects.extend(described.subjects);
        self
    }

    /// Says which files may be written, instead of the environment.
    pub fn update(mut self, update: Update) -> Self {
        self.update = update;
        self
    }

    /// Compares, and writes what is missing.
    ///
    /// # Panics
    ///
    /// When a type no longer goes with what was stored: the message names type, field, and what to do.
    #[track_caller]
    pub fn check(self) {
        if let Err(report) = self.outcome() {
            panic!("\n\n{report}");
        }
    }

    /// Like [`check`](Self::check), without the panic.
    ///
    /// # Errors
    ///
    /// The message that `check` panics with.
    pub fn outcome(self) -> Result<(), String> {
        let mut failures = Vec::new();
        for subject in &self.subjects {
            match self.compare(subject) {
                Ok(found) => failures.extend(found),
                Err(error) => failures.push(Failure {
                    file: self.folder.display().to_string(),
                    summary: format!("the files of `{}` cannot be used: {error}", subject.job),
                    problems: Vec::new(),
                    advice: String::new(),
                }),
            }
        }
        if failures.is_empty() {
            return Ok(());
        }
        let reports: Vec<String> = failures.iter().map(Failure::to_string).collect();
        Err(reports.join("\n"))
    }

    fn compare(&self, subject: &Subject) -> io::Result<Vec<Failure>> {
        let traced = (subject.trace)();
        let mut samples = traced.samples;
        samples.extend(subject.samples.iter().cloned());
        if let (Some(reason), true) = (traced.failure, subject.samples.is_empty()) {
            return Ok(vec![unguessable(subject, &reason)]);
        }
        samples.extend(enriched(subject.rewrite, &traced.shape, &samples));
        let shape = whole_shape(subject, traced.shape, &samples);
        let mut failures = Vec::new();
        for version in golden::versions(&self.folder, subject)? {
            failures.extend(self.compare_version(subject, version, &shape)?);
        }
        if failures.is_empty() {
            failures.extend(self.keep(subject, Golden::new(subject, &shape, samples))?);
        }
        Ok(failures)
    }

    fn compare_version(
        &self,
        subject: &Subject,
        version: u32,
        shape: &Shape,
    ) -> io::Result<Option<Failure>> {
        let name = golden::file_name(subject, version);
        let Some(golden) = Golden::read(&self.folder.join(&name))? else {
            return Ok(None);
        };
        let found = match version.cmp(&subject.version) {
            Ordering::Greater => Some(report::written_by_newer_code(subject, version)),
            Ordering::Equal => {
                let problems = compare::same_version(subject, &golden, shape);
                (!problems.is_empty()).then(|| report::changed(subject, problems))
            }
            Ordering::Less => subject.migrate.and_then(|migrate| {
                let problems = compare::older_version(subject, migrate, &golden, shape);
                (!problems.is_empty()).then(|| report::not_migrated(subject, version, problems))
            }),
        };
        Ok(found.map(|(summary, problems, advice)| Failure {
            file: name,
            summary,
            problems,
            advice,
        }))
    }

    /// Writes the file of the present version, if it may be written and is not what it would be.
    fn keep(&self, subject: &Subject, present: Golden) -> io::Result<Option<Failure>> {
        let name = golden::file_name(subject, subject.version);
        let path = self.folder.join(&name);
        match Golden::read(&path)? {
            None if self.update == Update::Nothing => Ok(Some(Failure {
                file: name,
                summary: "is missing, and is not made in CI".to_owned(),
                problems: Vec::new(),
                advice: "Run the test outside of CI and commit the file that it writes.".to_owned(),
            })),
            None => present.write(&path).map(|()| None),
            Some(mut golden) => {
                let before = golden.clone();
                golden.grow(present);
                if golden != before {
                    self.write_additions(&golden, &path)?;
                }
                Ok(None)
            }
        }
    }

    fn write_additions(&self, golden: &Golden, path: &FilePath) -> io::Result<()> {
        match self.update {
            Update::Additions => golden.write(path),
            Update::Nothing | Update::Missing => {
                let file = path.display();
                eprintln!(
                    "{file}: something compatible was added; UPDATE_SCHEMA=1 adds it to the file"
                );
                Ok(())
            }
        }
    }
}

/// The shape as the type tells it and as its samples show it.
fn whole_shape(subject: &Subject, mut shape: Shape, samples: &[Value]) -> Shape {
    for sample in samples {
        shape.add_sample(sample);
    }
    for sample in samples {
        for path in leaves::fields(sample) {
            let without = leaves::without(sample, &path);
            if without.is_some_and(|without| (subject.rewrite)(&without).is_ok()) {
                shape.note_may_be_missing(&path);
            }
        }
    }
    shape
}

fn unguessable(subject: &Subject, reason: &str) -> Failure {
    let Subject { job, role, .. } = subject;
    Failure {
        file: golden::file_name(subject, subject.version),
        summary: format!("no sample of the {role} of `{job}` can be made up: {reason}"),
        problems: Vec::new(),
        advice: format!(
            "Give one in the test, for each variant that matters: `.job_with::<{job}>(|job| job.{role}(&..))`."
        ),
    }
}
