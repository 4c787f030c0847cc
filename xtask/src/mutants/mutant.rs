//! One thing that is broken.

use std::{fs, io};

use crate::command::root;

/// Tests that are run together: what cargo is told.
#[derive(PartialEq)]
pub(super) struct Suite(pub(super) &'static [&'static str]);

/// One thing broken on purpose.
pub(super) struct Mutant {
    pub(super) name: &'static str,
    /// Which promise it breaks.
    pub(super) promise: &'static str,
    pub(super) changes: &'static [Change],
    /// The tests that have to notice, those first that are most likely to.
    pub(super) suites: &'static [Suite],
}

/// One place that is broken.
pub(super) struct Change {
    pub(super) file: &'static str,
    pub(super) from: &'static str,
    pub(super) to: &'static str,
}

impl Mutant {
    /// What cannot be changed as it says.
    pub(super) fn fault(&self) -> Option<String> {
        let wrong = self
            .changes
            .iter()
            .find_map(|change| change.applied().err())?;
        Some(format!(
            "the mutant `{}` in xtask/src/mutants/list: {wrong}",
            self.name
        ))
    }
}

impl Change {
    /// The file with the change.
    pub(super) fn applied(&self) -> Result<String, String> {
        let Self { file, from, to } = self;
        let sound = self.sound().map_err(|error| format!("{file}: {error}"))?;
        match sound.matches(from).count() {
            1 => Ok(sound.replacen(from, to, 1)),
            count => Err(format!("what it changes is in {file} {count} times")),
        }
    }

    /// The file without it.
    pub(super) fn sound(&self) -> io::Result<String> {
        fs::read_to_string(root().join(self.file))
    }
}
