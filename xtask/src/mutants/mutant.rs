//! One thing that is broken.

use std::fs;

use crate::command::root;

/// Tests that are run together: what cargo is told.
pub(super) struct Suite(pub(super) &'static [&'static str]);

/// One thing broken on purpose.
pub(super) struct Mutant {
    pub(super) name: &'static str,
    /// Which promise it breaks.
    pub(super) promise: &'static str,
    pub(super) file: &'static str,
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    /// The tests that have to notice, those first that are most likely to.
    pub(super) suites: &'static [Suite],
}

impl Mutant {
    /// The file as the mutant has it.
    pub(super) fn changed(&self) -> Result<String, String> {
        let Self {
            name,
            file,
            from,
            to,
            ..
        } = self;
        let sound = fs::read_to_string(root().join(file))
            .map_err(|error| format!("the mutant `{name}` changes {file}: {error}"))?;
        match sound.matches(from).count() {
            1 => Ok(sound.replacen(from, to, 1)),
            count => Err(format!(
                "the mutant `{name}` changes a text that {file} has {count} times: xtask/src/mutants/list.rs"
            )),
        }
    }
}
