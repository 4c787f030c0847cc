//! The rules about what is kept and told of runs.

use super::choice::choice;
use super::failure::at_least_one;
use crate::diag;
use crate::errors::Errors;
use crate::keyed::Keyed;
use crate::parse::value::{Count, Text};

/// All of them are read whenever the instance is taken into memory.
const LONGEST_HISTORY: u32 = 1_000;

/// Which lines of `ctx.log` are told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Log {
    /// From this variant of `LogLevel` on.
    From(&'static str),
    Off,
}

const LEVELS: [(&str, Log); 5] = [
    ("debug", Log::From("Debug")),
    ("info", Log::From("Info")),
    ("warn", Log::From("Warn")),
    ("error", Log::From("Error")),
    ("off", Log::Off),
];

/// Checks `history`.
pub(crate) fn history(count: Keyed<Count>, errors: &mut Errors) -> Option<u32> {
    let span = count.value.as_ref().ok().map(|count| count.span);
    let most = at_least_one(count, errors)?;
    if most <= LONGEST_HISTORY {
        return Some(most);
    }
    let problem = format!("`history` is larger than {LONGEST_HISTORY}");
    let help = format!(
        "write `history = {LONGEST_HISTORY}` or less: all of it is read whenever the instance is taken into memory"
    );
    errors.push(diag::at(span?, problem, help));
    None
}

/// Checks `log`.
pub(crate) fn log(text: Keyed<Text>, errors: &mut Errors) -> Option<Log> {
    choice(text, &LEVELS, errors).map(|choice| choice.value)
}
