//! A copy of the sources, in which one mutant at a time is put in the place of what it breaks.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Mutant, Suite, Verdict};
use crate::command::{Failure, program, root};

/// Where the copy lies: beside what was built, so that it goes with it.
const FOLDER: &str = "target/mutants";

/// How much of a compiler's output is shown.
const MOST_SHOWN: usize = 2_000;

/// When a suite is taken to hang: what is broken may run for ever.
const LONGEST_SECONDS: &str = "300";

pub(super) struct Tree(PathBuf);

impl Tree {
    /// Copies what git knows of. What has not changed keeps its time, so that it is not built again.
    pub(super) fn copy() -> Result<Self, Failure> {
        let tree = Self(root().join(FOLDER));
        let listed = program("git", &["ls-files"]).output()?;
        for file in listed.lines() {
            copy_if_changed(&root().join(file), &tree.0.join(file))?;
        }
        Ok(tree)
    }

    /// Does something while the mutant is in its place. A file whose content changes is built anew.
    pub(super) fn with<T>(
        &self,
        mutant: &Mutant,
        work: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        for change in mutant.changes {
            let broken = change.applied().map_err(Failure::new)?;
            fs::write(self.0.join(change.file), broken)?;
        }
        let done = work();
        for change in mutant.changes {
            fs::write(self.0.join(change.file), change.sound()?)?;
        }
        done
    }

    /// Runs a suite until a test fails.
    pub(super) fn test(&self, suite: &Suite) -> Result<Verdict, Failure> {
        let built = self.cargo(suite).arg("--no-run").output()?;
        if !built.status.success() {
            let error = String::from_utf8_lossy(&built.stderr);
            let from = error.len().saturating_sub(MOST_SHOWN);
            return Ok(Verdict::Broken(
                error.get(from..).unwrap_or(&error).to_owned(),
            ));
        }
        let output = self.cargo(suite).output()?;
        match output.status.success() {
            true => Ok(Verdict::Survived),
            false => Ok(Verdict::Caught(first_failure(&String::from_utf8_lossy(
                &output.stdout,
            )))),
        }
    }

    fn cargo(&self, suite: &Suite) -> Command {
        let mut cargo = Command::new("timeout");
        cargo
            .args([LONGEST_SECONDS, "cargo", "test", "--quiet"])
            .args(suite.0)
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", self.0.join("target"))
            .env("CARGO_PROFILE_DEV_DEBUG", "0");
        cargo
    }
}

fn first_failure(output: &str) -> String {
    let named = output.lines().find_map(|line| line.strip_prefix("---- "));
    let name = named.and_then(|line| line.strip_suffix(" stdout ----"));
    name.unwrap_or("a test that did not end by itself")
        .to_owned()
}

fn copy_if_changed(from: &Path, to: &Path) -> Result<(), Failure> {
    let Ok(text) = fs::read(from) else {
        return Ok(());
    };
    if fs::read(to).is_ok_and(|there| there == text) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(to, text)?)
}
