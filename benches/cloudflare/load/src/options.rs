//! What the command line asks for.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

const USAGE: &str = "\
usage: cargo xtask bench --cloudflare [--json] [--quick] [--disk] [--only NAME]
  --json       one JSON object per line
  --quick      shorter and fewer turns
  --disk       objects are stored in `target`, and not in memory (/dev/shm)
  --only NAME  only figures whose name contains NAME, for example add_32 or cold";

/// How figures are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Table,
    Json,
}

/// How long to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// How often the two take turns.
    pub(crate) turns: usize,
    /// How long each is driven in a turn.
    pub(crate) turn: Duration,
    /// Requests to each before, so that its code is compiled as well as it gets: V8 optimises a wasm function once it
    /// has run some 13 million bytes of it, which a function of 300 bytes has after 43,000 calls.
    pub(crate) warm_up: usize,
    /// How often each is started anew.
    pub(crate) starts: usize,
}

const FULL: Effort = Effort {
    turns: 21,
    turn: Duration::from_millis(300),
    warm_up: 60_000,
    starts: 21,
};
const QUICK: Effort = Effort {
    turns: 7,
    turn: Duration::from_millis(200),
    warm_up: 5_000,
    starts: 7,
};

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) format: Format,
    pub(crate) effort: Effort,
    /// Where objects are stored.
    pub(crate) folder: PathBuf,
    only: Option<String>,
}

impl Options {
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            format: Format::Table,
            effort: FULL,
            folder: memory(),
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
                "--disk" => options.folder = "target".into(),
                "--only" => options.only = Some(value()?),
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

/// A folder in memory, where there is one.
fn memory() -> PathBuf {
    let shared = Path::new("/dev/shm");
    match shared.is_dir() {
        true => shared.to_owned(),
        false => std::env::temp_dir(),
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
        assert!(options.wants("add_1_caller_1_object"));
    }

    #[test]
    fn a_part_of_a_name_selects_figures() {
        let options = parse("--json --only add_32").unwrap();
        assert_eq!(options.format, Format::Json);
        assert!(options.wants("add_32_callers_1_object"));
        assert!(!options.wants("send_32_callers_1_object"));
    }

    #[test]
    fn a_disk_is_chosen_by_a_word() {
        assert_eq!(parse("--disk").unwrap().folder.to_str(), Some("target"));
    }

    #[test]
    fn a_wrong_argument_is_named() {
        assert!(parse("--fast").unwrap_err().contains("`--fast`"));
        let error = parse("--only").unwrap_err();
        assert!(error.contains("`--only` needs a value"));
    }
}
