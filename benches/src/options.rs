//! What the command line asks for.

use std::{path::PathBuf, time::Duration};

const USAGE: &str = "\
usage: durable-jobs-bench [--json] [--quick] [--long] [--only NAME] [--dir PATH]
  --json       one JSON object per line: name, value, unit, limit, ratio
  --quick      shorter and fewer turns
  --long       a million pending timers, and a minute of overload
  --only NAME  only figures whose name contains NAME, for example add_256 or timer
  --dir PATH   the folder for the database files; the system's temporary folder unless given";

/// How figures are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Table,
    Json,
}

/// How long to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// How often host and limit take turns.
    pub(crate) turns: usize,
    /// How long the host is driven in a turn.
    pub(crate) turn: Duration,
    /// Timers that are spread out in time.
    pub(crate) timers: usize,
    /// Windows of events timed early in a batch, and as many late in one.
    pub(crate) windows: usize,
    /// Timers that lie far ahead.
    pub(crate) pending: usize,
    /// How long ten times the sustainable rate goes on.
    pub(crate) overload: Duration,
}

const FULL: Effort = Effort {
    turns: 31,
    turn: Duration::from_millis(100),
    timers: 300,
    windows: 201,
    pending: 100_000,
    overload: Duration::from_secs(5),
};
const QUICK: Effort = Effort {
    turns: 9,
    turn: Duration::from_millis(60),
    timers: 100,
    windows: 51,
    pending: 10_000,
    overload: Duration::from_secs(2),
};

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) format: Format,
    pub(crate) effort: Effort,
    pub(crate) folder: PathBuf,
    only: Option<String>,
}

impl Options {
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            format: Format::Table,
            effort: FULL,
            folder: std::env::temp_dir(),
            only: None,
        };
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let missing = || format!("`{argument}` needs a value\n{USAGE}");
                arguments.next().ok_or_else(missing)
            };
            match argument.as_str() {
                "--json" => options.format = Format::Json,
                "--quick" => options.effort = QUICK,
                "--long" => {
                    options.effort.pending = 1_000_000;
                    options.effort.overload = Duration::from_secs(60);
                }
                "--only" => options.only = Some(value()?),
                "--dir" => options.folder = value()?.into(),
                _ => return Err(format!("unknown argument `{argument}`\n{USAGE}")),
            }
        }
        Ok(options)
    }

    /// Whether a figure of this name is asked for.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only.as_deref().is_none_or(|part| name.contains(part))
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, Options};

    fn parse(line: &str) -> Result<Options, String> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn everything_is_measured_into_a_table_unless_asked_otherwise() {
        let options = parse("").unwrap();
        assert_eq!(options.format, Format::Table);
        assert!(options.wants("add_1_caller_1_instance"));
    }

    #[test]
    fn a_part_of_a_name_selects_figures() {
        let options = parse("--json --only add_256").unwrap();
        assert_eq!(options.format, Format::Json);
        assert!(options.wants("add_256_callers_1_instance"));
        assert!(!options.wants("send_256_callers_1_instance"));
    }

    #[test]
    fn a_wrong_argument_is_named() {
        assert!(parse("--fast").unwrap_err().contains("`--fast`"));
        assert!(
            parse("--only")
                .unwrap_err()
                .contains("`--only` needs a value")
        );
    }
}
