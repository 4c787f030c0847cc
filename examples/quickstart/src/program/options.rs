//! The command line.

use std::{fmt, path::PathBuf, time::Duration};

use durable_jobs_schedule::parse::{self, DurationError};

pub(crate) const HELP: &str = "\
Runs three kinds of durable jobs from one SQLite file. Stop it as you like, also with `kill -9`, and start
it again: it goes on where it was.

Usage: cargo run -p quickstart -- [options]
       cargo run -p quickstart < examples/quickstart/data/webhooks.jsonl

Options:
  --db PATH        the file that keeps the jobs        [default: quickstart.db]
  --for DURATION   end after this time, such as 10s    [default: run until Ctrl-C]
  --port N         the port on 127.0.0.1               [default: 4780, or any free one]
  --crm-log PATH   append what the CRM receives, as JSON lines
  --no-demo        sign nobody in and play nothing: what is sent to the port is all there is
  --help           this text

Standard input, when it is not a terminal, is read as JSON lines of webhooks. Without any, the program plays
the shipped file against its own HTTP endpoint.

Services of yours instead of those that the program plays are named by environment variables:
  TOKEN_ENDPOINT, CLIENT_ID, CLIENT_SECRET, CRM, SHOP, TRAFFIC";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Run(Options),
    Help,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) db: PathBuf,
    pub(crate) run_for: Option<Duration>,
    pub(crate) port: Option<u16>,
    pub(crate) crm_log: Option<PathBuf>,
    pub(crate) demonstration: Demonstration,
}

/// Whether users sign in and webhooks come from standard input or from the shipped file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Demonstration {
    Played,
    Off,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            db: "quickstart.db".into(),
            run_for: None,
            port: None,
            crm_log: None,
            demonstration: Demonstration::Played,
        }
    }
}

/// Why a command line cannot be followed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BadOption {
    Unknown(String),
    MissingValue(String),
    NotADuration { text: String, error: DurationError },
    NotAPort(String),
}

/// Reads options, given as `--name value` or `--name=value`.
pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Command, BadOption> {
    let mut options = Options::default();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let (name, mut value) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        let mut value = || {
            let value = value.take().or_else(|| arguments.next());
            value
                .filter(|value| !value.is_empty())
                .ok_or_else(|| BadOption::MissingValue(name.to_owned()))
        };
        match name {
            "--db" => options.db = value()?.into(),
            "--crm-log" => options.crm_log = Some(value()?.into()),
            "--for" => options.run_for = Some(duration(value()?)?),
            "--port" => options.port = Some(port(value()?)?),
            "--no-demo" => options.demonstration = Demonstration::Off,
            "--help" | "-h" => return Ok(Command::Help),
            _ => return Err(BadOption::Unknown(argument)),
        }
    }
    Ok(Command::Run(options))
}

fn duration(text: String) -> Result<Duration, BadOption> {
    parse::duration(&text).map_err(|error| BadOption::NotADuration { text, error })
}

fn port(text: String) -> Result<u16, BadOption> {
    text.parse().map_err(|_| BadOption::NotAPort(text))
}

impl fmt::Display for BadOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(argument) => write!(f, "`{argument}` is not an option"),
            Self::MissingValue(name) => write!(f, "`{name}` needs a value"),
            Self::NotADuration { text, error } => {
                write!(f, "`--for {text}`: {error}: {}", error.help())
            }
            Self::NotAPort(text) => {
                write!(
                    f,
                    "`--port {text}`: a port is a number from 0 (any free one) to 65535"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(str::to_owned)).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_gives_the_defaults() {
        assert_eq!(parsed(""), Ok(Command::Run(Options::default())));
    }

    #[test]
    fn values_stand_after_a_space_or_an_equals_sign() {
        let expected = Options {
            db: "a.db".into(),
            run_for: Some(Duration::from_secs(90)),
            port: Some(0),
            crm_log: Some("crm.jsonl".into()),
            demonstration: Demonstration::Off,
        };
        let line = "--db=a.db --for 90s --port=0 --no-demo --crm-log crm.jsonl";
        assert_eq!(parsed(line), Ok(Command::Run(expected)));
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(parsed("--fro 1s"), Err("`--fro` is not an option".into()));
        assert_eq!(parsed("--db"), Err("`--db` needs a value".into()));
        assert_eq!(parsed("--db="), Err("`--db` needs a value".into()));
        assert!(parsed("--for 10").is_err_and(|error| error.contains("`10` has no unit")));
        assert!(parsed("--port 70000").is_err_and(|error| error.contains("`--port 70000`")));
    }

    #[test]
    fn help_goes_before_what_follows() {
        assert_eq!(parsed("--help --nonsense"), Ok(Command::Help));
    }
}
