//! Why nothing could be checked or written.

use std::{fmt, io, path::PathBuf};

use crate::{locate, worker::BadModule};

/// Ends the program with exit code 2.
#[derive(Debug)]
pub(crate) enum Error {
    /// The command line asks for what does not exist.
    Usage(String),
    /// There is no configuration in this folder or above it.
    NoConfiguration,
    /// A configuration is to be created, and nothing tells how the Worker is called.
    NoPackage { manifest: PathBuf },
    /// A file or folder cannot be read.
    Unreadable { path: PathBuf, source: io::Error },
    /// A file cannot be written.
    Unwritable { path: PathBuf, source: io::Error },
    /// A file is not in its format.
    Syntax {
        path: PathBuf,
        line: usize,
        message: String,
    },
    /// A key holds something else than Wrangler expects there.
    Shape {
        path: PathBuf,
        line: usize,
        key: String,
        expected: &'static str,
    },
    /// The configuration has no such environment.
    NoEnvironment {
        path: PathBuf,
        name: String,
        known: Vec<String>,
    },
    /// No WebAssembly module is where a built Worker has it.
    NotBuilt { searched: Vec<PathBuf> },
    /// Nothing tells which of several modules is the Worker.
    SeveralModules { found: Vec<PathBuf> },
    /// A module tells nothing.
    Module { path: PathBuf, reason: BadModule },
    /// The file is laid out in a way in which this cannot be added.
    Unextendable { path: PathBuf, change: String },
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(problem) => write!(
                f,
                "{problem}\n\nhelp: `cargo durable-jobs --help` tells what there is"
            ),
            Self::NoConfiguration => write!(
                f,
                "there is no wrangler.json, wrangler.jsonc or wrangler.toml here or above\n\n\
                 help: `cargo durable-jobs wrangler --write` creates one"
            ),
            Self::NoPackage { manifest } => write!(
                f,
                "{}: no package that a new configuration could be named after\n\n\
                 help: run this in the folder of the Worker's crate",
                locate::shown(manifest)
            ),
            Self::Unreadable { path, source } => {
                write!(f, "{} cannot be read: {source}", locate::shown(path))
            }
            Self::Unwritable { path, source } => {
                write!(f, "{} cannot be written: {source}", locate::shown(path))
            }
            Self::Syntax {
                path,
                line,
                message,
            } => write!(f, "{}:{line}: {message}", locate::shown(path)),
            Self::Shape {
                path,
                line,
                key,
                expected,
            } => write!(
                f,
                "{}:{line}: `{key}`: expected {expected}",
                locate::shown(path)
            ),
            Self::NoEnvironment { path, name, known } => no_environment(f, path, name, known),
            Self::NotBuilt { searched } => write!(
                f,
                "the Worker has not been built: no *.wasm in {}\n\n\
                 help: run `worker-build --release`, or say where the module is with `--wasm PATH`",
                paths(searched)
            ),
            Self::SeveralModules { found } => write!(
                f,
                "several modules may be the Worker: {}\n\n\
                 help: say which one it is with `--wasm PATH`",
                paths(found)
            ),
            Self::Module { path, reason } => write!(f, "{}: {reason}", locate::shown(path)),
            Self::Unextendable { path, change } => write!(
                f,
                "{}: {change} cannot be added to what is there; nothing was written\n\n\
                 help: `cargo durable-jobs wrangler --check` shows the lines to add by hand",
                locate::shown(path)
            ),
        }
    }
}

fn no_environment(
    f: &mut fmt::Formatter<'_>,
    path: &std::path::Path,
    name: &str,
    known: &[String],
) -> fmt::Result {
    write!(
        f,
        "{}: there is no environment `{name}`",
        locate::shown(path)
    )?;
    if known.is_empty() {
        return Ok(());
    }
    write!(f, "\n\nhelp: the environments are: {}", known.join(", "))
}

fn paths(paths: &[PathBuf]) -> String {
    let shown: Vec<String> = paths.iter().map(|path| locate::shown(path)).collect();
    shown.join(", ")
}
