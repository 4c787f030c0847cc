//! Runs other programs and says which one failed.

use std::{
    env,
    ffi::OsStr,
    fmt,
    path::{Path, PathBuf},
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

/// A program about to be run, in the root of the repository unless another folder is given.
pub(crate) struct Program {
    line: String,
    command: Command,
    folder: PathBuf,
}

/// The cargo that runs this program.
pub(crate) fn cargo(arguments: &[&str]) -> Program {
    let path = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Program::new("cargo", path.as_ref()).args(arguments)
}

/// A program by its name or its path.
pub(crate) fn program(path: impl AsRef<Path>, arguments: &[&str]) -> Program {
    let path = path.as_ref();
    let name = path.file_name().unwrap_or(path.as_os_str());
    Program::new(&name.to_string_lossy(), path.as_os_str()).args(arguments)
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().map(PathBuf::from).unwrap_or(manifest)
}

impl Program {
    fn new(name: &str, path: &OsStr) -> Self {
        Self {
            line: name.into(),
            command: Command::new(path),
            folder: root(),
        }
    }

    pub(crate) fn args(mut self, arguments: &[&str]) -> Self {
        for argument in arguments {
            self.line = format!("{} {argument}", self.line);
            self.command.arg(argument);
        }
        self
    }

    pub(crate) fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    /// Runs it in that folder.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.folder = folder.to_path_buf();
        self
    }

    /// Runs it with its output shown; fails if it does.
    pub(crate) fn run(mut self) -> Result<(), Failure> {
        eprintln!("\n$ {}", self.line);
        let status = self.command.current_dir(&self.folder).status();
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
    pub(crate) fn output(self) -> Result<String, Failure> {
        Ok(String::from_utf8_lossy(&self.bytes()?).into_owned())
    }

    /// Runs it and gives what it wrote; fails if it does.
    pub(crate) fn bytes(mut self) -> Result<Vec<u8>, Failure> {
        let Output { status, stdout, .. } = self
            .command
            .current_dir(&self.folder)
            .output()
            .map_err(|error| Failure::new(format!("`{}` could not be run: {error}", self.line)))?;
        match status.success() {
            true => Ok(stdout),
            false => Err(Failure::new(format!("`{}` ended with {status}", self.line))),
        }
    }
}
