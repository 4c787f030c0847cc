//! What is printed.

use std::path::Path;

use crate::{
    arguments::{Arguments, Mode},
    change::Change,
    configuration::Configuration,
    document::Document,
    error::Error,
    locate,
    problem::{Problem, Remedy},
    worker::Worker,
};

/// What there is to tell about.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    pub(crate) document: &'a Document,
    pub(crate) configuration: &'a Configuration,
    pub(crate) worker: &'a Worker,
    pub(crate) module: &'a Path,
}

impl Report<'_> {
    /// The one line that says that nothing is wrong.
    pub(crate) fn success(&self) -> String {
        let jobs = self.worker.jobs().count();
        let file = self.file();
        if jobs == 0 {
            let module = locate::shown(self.module);
            return format!("{file}: nothing to check, {module} has no durable jobs");
        }
        let bindings = self
            .worker
            .jobs()
            .map(|job| self.configuration.bindings_of(job).count());
        let bindings = counted(bindings.sum(), "binding");
        format!(
            "{file}: {}, {bindings}, storage sqlite",
            counted(jobs, "job")
        )
    }

    /// All problems, each with the lines to add, and the command that adds them.
    pub(crate) fn problems(
        &self,
        problems: &[Problem],
        arguments: &Arguments,
    ) -> Result<String, Error> {
        let mut text = String::new();
        let mut written = 0;
        for problem in problems {
            text.push_str(&self.problem(problem)?);
            text.push_str("\n\n");
            written += usize::from(matches!(problem.remedy(), Remedy::Written(_)));
        }
        text.push_str(&format!(
            "{}: {}",
            self.file(),
            counted(problems.len(), "problem")
        ));
        let command = arguments.with(Mode::Write);
        match written {
            0 => {}
            all if all == problems.len() => {
                text.push_str(&format!("; to write these lines: {command}"))
            }
            some => text.push_str(&format!(
                "; to write the lines of {some} of them: {command}"
            )),
        }
        Ok(text)
    }

    fn file(&self) -> String {
        let file = locate::shown(self.document.path());
        format!("{file}{}", self.configuration.scope)
    }

    fn problem(&self, problem: &Problem) -> Result<String, Error> {
        let file = locate::shown(self.document.path());
        let line = problem
            .line()
            .map_or_else(String::new, |line| format!(":{line}"));
        let mut text = format!("error: {problem}\n --> {file}{line}");
        for advice in problem.advice() {
            text.push_str(&format!("\nhelp: {advice}"));
        }
        match problem.remedy() {
            Remedy::Written(change) => text.push_str(&self.lines("", &change)?),
            Remedy::ByHand(purpose, change) => {
                text.push_str(&self.lines(&format!("{purpose}, "), &change)?);
            }
            Remedy::Words => {}
        }
        Ok(text)
    }

    fn lines(&self, purpose: &str, change: &Change) -> Result<String, Error> {
        let edit = change.edit(self.document, &self.configuration.scope)?;
        Ok(format!(
            "\nhelp: {purpose}{}:\n\n{}",
            edit.place, edit.lines
        ))
    }
}

fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}
