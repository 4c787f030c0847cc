//! Runs other programs and says which one failed.

use std::{
    env, fmt,
    path::PathBuf,
    process::{Command, Output},
};

/// What went wrong, in a sentence.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

/// A program about to be run in the root of the repository.
pub(crate) struct Program {
    line: String,
    command: Command,
}

/// The cargo that runs this program.
pub(crate) fn cargo(arguments: &[&str]) -> Program {
    let path = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Program {
        line: "cargo".into(),
        command: Command::new(path),
    }
    .args(arguments)
}

pub(crate) fn program(name: &str, arguments: &[&str]) -> Program {
    Program {
        line: name.into(),
        command: Command::new(name),
    }
    .args(arguments)
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().map(PathBuf::from).unwrap_or(manifest)
}

impl Program {
    pub(crate) fn args(mut self, arguments: &[&str]) -> Self {
        for argument in arguments {
            self.line = format!("{} {argument}", self.line);
            self.command.arg(argument);
        }
        self
    }

    pub(crate) fn env(mut self, key: &str, value: &str) -> Self {
        self.command.env(key, value);
        self
    }

    /// Runs it with its output shown; fails if it does.
    pub(crate) fn run(mut self) -> Result<(), Failure> {
        eprintln!("\n$ {}", self.line);
        let status = self.command.current_dir(root()).status();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(Failure::new(format!("`{}` ended with {status}", self.line))),
            Err(error) => Err(Failure::new(format!(
                "`{}` could not be run: {error}",
                self.line
            ))),
        }
    }

    /// Runs it and gives what it printed; fails if it does.
    pub(crate) fn output(mut self) -> Result<String, Failure> {
        let Output { status, stdout, .. } =
            self.command.current_dir(root()).output().map_err(|error| {
                Failure::new(format!("`{}` could not be run: {error}", self.line))
            })?;
        match status.success() {
            true => Ok(String::from_utf8_lossy(&stdout).into_owned()),
            false => Err(Failure::new(format!("`{}` ended with {status}", self.line))),
        }
    }
}
