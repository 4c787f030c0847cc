//! The command line.

use std::{ffi::OsString, fmt, path::PathBuf};

use lexopt::{Arg, Parser, ValueExt};

use crate::{configuration::Scope, error::Error};

pub(crate) const HELP: &str = "\
Keeps the wrangler configuration of a Worker in step with its durable jobs.

Usage: cargo durable-jobs wrangler --check [options]
       cargo durable-jobs wrangler --write [options]

  --check   compares the configuration with the jobs of the built Worker, and prints
            the lines that are missing
  --write   adds these lines; creates wrangler.toml where there is no configuration.
            It changes nothing but a compatibility date that is too old: comments,
            layout and the migrations that are there stay as they are

Options:
  --config PATH   the configuration
                  [default: as for Wrangler: wrangler.json, wrangler.jsonc or
                  wrangler.toml, here or above]
  --env NAME      the environment that is checked  [default: $CLOUDFLARE_ENV, or the
                  top level]
  --wasm PATH     the module of the built Worker   [default: beside `main`, or in build/]
  --help          this text
  --version       the version

For each job it wants a binding, named after the class as in TOKEN_REFRESHER, and SQLite
storage: the class in `new_sqlite_classes` of a migration, or in `exports`. It also
wants `main`, and a `compatibility_date` of 2026-02-24 or later.

To let `wrangler dev` and `wrangler deploy` stop when something is missing:

  [build]
  command = \"worker-build --release && cargo durable-jobs wrangler --check\"

Wrangler does not tell the command which environment it deploys. An environment with
bindings has a command of its own:

  [env.staging.build]
  command = \"worker-build --release && cargo durable-jobs wrangler --check --env staging\"

Exit codes: 0 nothing is wrong, 1 something is, 2 it could not be checked.";

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Command {
    Wrangler(Arguments),
    Help,
    Version,
}

/// What is to be done, and with which files.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) mode: Mode,
    pub(crate) config: Option<PathBuf>,
    pub(crate) wasm: Option<PathBuf>,
    pub(crate) environment: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Check,
    Write,
}

/// Reads the arguments after the program's name. Cargo passes the name of the subcommand first.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, Error> {
    let mut arguments = arguments.into_iter().peekable();
    arguments.next_if(|first| first == "durable-jobs");
    let mut parser = Parser::from_args(arguments);
    match parser.next()? {
        Some(Arg::Value(command)) if command == "wrangler" => wrangler(&mut parser),
        Some(Arg::Long("help") | Arg::Short('h')) | None => Ok(Command::Help),
        Some(Arg::Long("version") | Arg::Short('V')) => Ok(Command::Version),
        Some(other) => Err(other.unexpected().into()),
    }
}

fn wrangler(parser: &mut Parser) -> Result<Command, Error> {
    let mut modes = Vec::new();
    let (mut config, mut wasm, mut environment) = (None, None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("check") => modes.push(Mode::Check),
            Arg::Long("write") => modes.push(Mode::Write),
            Arg::Long("config") | Arg::Short('c') => config = Some(parser.value()?.into()),
            Arg::Long("wasm") => wasm = Some(parser.value()?.into()),
            Arg::Long("env") | Arg::Short('e') => environment = Some(parser.value()?.string()?),
            Arg::Long("help") | Arg::Short('h') => return Ok(Command::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    let [mode] = modes[..] else {
        let usage = "`cargo durable-jobs wrangler` takes either `--check` or `--write`";
        return Err(Error::Usage(usage.to_owned()));
    };
    Ok(Command::Wrangler(Arguments {
        mode,
        config,
        wasm,
        environment,
    }))
}

impl Arguments {
    /// What is checked: as for Wrangler, an empty name is the top level.
    pub(crate) fn scope(&self, fallback: Option<String>) -> Scope {
        let name = self.environment.clone().or(fallback);
        match name.filter(|name| !name.is_empty()) {
            Some(name) => Scope::Environment(name),
            None => Scope::Top,
        }
    }

    /// The same with another mode.
    pub(crate) fn with(&self, mode: Mode) -> Self {
        Self {
            mode,
            config: self.config.clone(),
            wasm: self.wasm.clone(),
            environment: self.environment.clone(),
        }
    }
}

/// The command line that asks for this.
impl fmt::Display for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = match self.mode {
            Mode::Check => "check",
            Mode::Write => "write",
        };
        write!(f, "cargo durable-jobs wrangler --{mode}")?;
        if let Some(path) = &self.config {
            write!(f, " --config {}", quoted(&path.to_string_lossy()))?;
        }
        if let Some(path) = &self.wasm {
            write!(f, " --wasm {}", quoted(&path.to_string_lossy()))?;
        }
        match &self.environment {
            Some(name) => write!(f, " --env {}", quoted(name)),
            None => Ok(()),
        }
    }
}

fn quoted(argument: &str) -> String {
    match argument.is_empty() || argument.contains(char::is_whitespace) {
        true => format!("\"{argument}\""),
        false => argument.to_owned(),
    }
}

impl From<lexopt::Error> for Error {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}
