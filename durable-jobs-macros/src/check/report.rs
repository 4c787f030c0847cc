//! The rules about what is kept and told of runs.

use super::failure::at_least_one;
use crate::diag;
use crate::errors::Errors;
use crate::keyed::Keyed;
use crate::parse::keys;
use crate::parse::value::{Count, Text};

/// The most attempts that `history` keeps: all of them are read when an instance is taken up.
const MOST_KEPT: u32 = 1000;

/// Which lines of `ctx.log` are let through.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Log {
    From(&'static str),
    Off,
}

/// The values of `log`, each with the variant of `LogLevel` that it means.
const LEVELS: [(&str, Log); 5] = [
    ("debug", Log::From("Debug")),
    ("info", Log::From("Info")),
    ("warn", Log::From("Warn")),
    ("error", Log::From("Error")),
    ("off", Log::Off),
];

/// Checks how many attempts are kept.
pub(crate) fn history(count: Keyed<Count>, errors: &mut Errors) -> Option<u32> {
    let span = count.value.as_ref().ok().map(|count| count.span);
    let most = at_least_one(count, errors)?;
    if most <= MOST_KEPT {
        return Some(most);
    }
    let problem = format!("`history` is larger than {MOST_KEPT}");
    let help = format!(
        "write `history = {MOST_KEPT}` or less: all of it is read whenever the instance is taken into memory"
    );
    errors.push(diag::at(span?, problem, help));
    None
}

/// Checks from which level on lines are told.
pub(crate) fn log(text: Keyed<Text>, errors: &mut Errors) -> Option<Log> {
    let Text(literal) = errors.keep(text.value)?;
    let written = literal.value();
    let known = LEVELS.iter().find(|(level, _)| *level == written);
    if known.is_none() {
        let names = LEVELS.map(|(level, _)| level);
        let help = match keys::nearest(&written, names.into_iter()) {
            Some(near) => format!("did you mean `\"{near}\"`?"),
            None => "the values are: \"debug\", \"info\", \"warn\", \"error\", \"off\"".to_owned(),
        };
        let problem = format!("`log` has no value `{written}`");
        errors.push(diag::at(literal.span(), problem, help));
    }
    known.map(|(_, log)| *log)
}
