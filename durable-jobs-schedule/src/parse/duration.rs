use std::fmt;
use std::time::Duration;

/// The shortest interval that a job may have: 100 ms.
pub const MINIMUM: Duration = Duration::from_millis(100);

struct Unit {
    symbol: &'static str,
    words: &'static [&'static str],
    milliseconds: u64,
}

const UNITS: [Unit; 6] = [
    unit("w", &["wk", "wks", "week", "weeks"], 7 * DAY),
    unit("d", &["day", "days"], DAY),
    unit("h", &["hr", "hrs", "hour", "hours"], 3_600 * SECOND),
    unit("m", &["min", "mins", "minute", "minutes"], 60 * SECOND),
    unit("s", &["sec", "secs", "second", "seconds"], SECOND),
    unit(
        "ms",
        &["msec", "msecs", "millis", "millisecond", "milliseconds"],
        1,
    ),
];
const SECOND: u64 = 1_000;
const DAY: u64 = 86_400 * SECOND;

const fn unit(symbol: &'static str, words: &'static [&'static str], milliseconds: u64) -> Unit {
    Unit {
        symbol,
        words,
        milliseconds,
    }
}

/// Units without a fixed length.
const CALENDAR_UNITS: [&str; 8] = ["mo", "mon", "month", "months", "y", "yr", "year", "years"];

/// What is wrong with the text of a duration.
///
/// `Display` says it in one line that does not repeat the text; [`help`](Self::help) says what to
/// write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DurationError {
    /// Nothing, or white space.
    Empty,
    /// A number with nothing after it.
    MissingUnit {
        /// The number.
        number: String,
    },
    /// A unit with no number before it.
    MissingNumber {
        /// The unit.
        unit: String,
    },
    /// A character that belongs to neither a number nor a unit.
    Unexpected {
        /// The character.
        character: char,
        /// The text before it.
        after: String,
    },
    /// A word that is not a unit.
    UnknownUnit {
        /// The word.
        unit: String,
        /// The unit that was probably meant.
        suggestion: Option<&'static str>,
    },
    /// Months or years, which differ in length.
    CalendarUnit {
        /// The word.
        unit: String,
    },
    /// More milliseconds than an `i64` holds.
    TooLong,
}

/// Reads a duration such as `"30m"`, `"1h 30m"`, `"500ms"` or `"30 minutes"`.
///
/// Each part is a whole number and a unit: milliseconds (`ms`), seconds (`s`), minutes (`m`),
/// hours (`h`), days (`d`, exactly 24 h) or weeks (`w`, exactly 7 x 24 h). Zero and durations
/// below [`MINIMUM`] are read, and are for the caller to refuse.
///
/// # Errors
///
/// Signs, fractions, unknown units, months and years are refused.
///
/// ```
/// use durable_jobs_schedule::parse;
/// use std::time::Duration;
///
/// assert_eq!(parse::duration("1h 30m"), Ok(Duration::from_mins(90)));
/// assert_eq!(parse::duration("30").unwrap_err().to_string(), "`30` has no unit");
/// assert_eq!(parse::duration("30M").unwrap_err().help(), "did you mean `m`?");
/// ```
pub fn duration(text: &str) -> Result<Duration, DurationError> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(DurationError::Empty);
    }
    let mut checked = String::new();
    while !rest.is_empty() {
        let (number, after_number) = split_while(rest, |character| character.is_ascii_digit());
        let (unit, after_unit) = split_while(after_number.trim_start(), char::is_alphabetic);
        checked.push_str(number);
        checked.push_str(check_part(text, number, unit, after_unit)?);
        rest = after_unit.trim_start();
    }
    let duration = humantime::parse_duration(&checked).map_err(|_| DurationError::TooLong)?;
    i64::try_from(duration.as_millis()).map_err(|_| DurationError::TooLong)?;
    Ok(duration)
}

fn split_while(text: &str, matches: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text
        .find(|character| !matches(character))
        .unwrap_or(text.len());
    text.split_at(end)
}

/// The symbol of the unit, for humantime, which would read `M` as months.
fn check_part(
    text: &str,
    number: &str,
    unit: &str,
    rest: &str,
) -> Result<&'static str, DurationError> {
    let unexpected = rest.chars().next().filter(|character| {
        !character.is_ascii_digit() && !character.is_alphabetic() && !character.is_whitespace()
    });
    if let (true, Some(character)) = (number.is_empty() || unit.is_empty(), unexpected) {
        let before = text.trim_end().strip_suffix(rest).unwrap_or_default();
        return Err(DurationError::Unexpected {
            character,
            after: before.trim().to_owned(),
        });
    }
    match (number, unit) {
        ("", unit) => Err(DurationError::MissingNumber {
            unit: unit.to_owned(),
        }),
        (number, "") => Err(DurationError::MissingUnit {
            number: number.to_owned(),
        }),
        (_, unit) => known_unit(unit),
    }
}

fn known_unit(unit: &str) -> Result<&'static str, DurationError> {
    let lower = unit.to_lowercase();
    match symbol(unit) {
        Some(symbol) => Ok(symbol),
        None if CALENDAR_UNITS.contains(&lower.as_str()) => Err(DurationError::CalendarUnit {
            unit: unit.to_owned(),
        }),
        None => {
            let unit = unit.to_owned();
            Err(DurationError::UnknownUnit {
                unit,
                suggestion: similar(&lower),
            })
        }
    }
}

fn symbol(spelling: &str) -> Option<&'static str> {
    let spelled = |unit: &&Unit| unit.symbol == spelling || unit.words.contains(&spelling);
    UNITS.iter().find(spelled).map(|unit| unit.symbol)
}

/// The same spelling in small letters, or a word with one slip of the finger.
fn similar(lower: &str) -> Option<&'static str> {
    let mut symbols = UNITS.iter().map(|unit| unit.symbol);
    let words = UNITS.iter().flat_map(|unit| unit.words.iter().copied());
    let near = words.filter(|word| strsim::damerau_levenshtein(lower, word) <= 1);
    let likeness = |word: &&str| strsim::jaro_winkler(lower, word);
    let nearest = near.max_by(|left, right| likeness(left).total_cmp(&likeness(right)));
    symbols.find(|symbol| *symbol == lower).or(nearest)
}

impl DurationError {
    /// What to write instead.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::UnknownUnit {
                suggestion: Some(suggestion),
                ..
            } => {
                format!("did you mean `{suggestion}`?")
            }
            Self::CalendarUnit { .. } => {
                "months and years differ in length: use a calendar schedule, as in \
                 `cron = \"0 9 1 * *\"`"
                    .to_owned()
            }
            Self::TooLong => "write a shorter duration".to_owned(),
            _ => "write a whole number and a unit: `ms`, `s`, `m`, `h`, `d` or `w`, \
                  as in \"30m\" or \"1h 30m\""
                .to_owned(),
        }
    }
}

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "it is empty"),
            Self::MissingUnit { number } => write!(f, "`{number}` has no unit"),
            Self::MissingNumber { unit } => write!(f, "`{unit}` has no number"),
            Self::Unexpected { character, after } if after.is_empty() => {
                write!(f, "unexpected `{character}`")
            }
            Self::Unexpected { character, after } => {
                write!(f, "unexpected `{character}` after `{after}`")
            }
            Self::UnknownUnit { unit, .. } => write!(f, "unknown unit `{unit}`"),
            Self::CalendarUnit { unit } => write!(f, "`{unit}` is not a fixed length of time"),
            Self::TooLong => write!(f, "it is too long"),
        }
    }
}

impl std::error::Error for DurationError {}

/// Writes a duration in the units from days to milliseconds, so that [`duration`] reads it back.
///
/// What is left below a millisecond is dropped.
///
/// ```
/// use durable_jobs_schedule::parse::format_duration;
/// use std::time::Duration;
///
/// assert_eq!(format_duration(Duration::from_mins(90)), "1h 30m");
/// assert_eq!(format_duration(Duration::ZERO), "0s");
/// ```
#[must_use]
pub fn format_duration(duration: Duration) -> String {
    let mut rest = duration.as_millis();
    let mut parts = Vec::new();
    for unit in UNITS.iter().filter(|unit| unit.symbol != "w") {
        let count = rest / u128::from(unit.milliseconds);
        rest %= u128::from(unit.milliseconds);
        if count > 0 {
            parts.push(format!("{count}{}", unit.symbol));
        }
    }
    if parts.is_empty() {
        "0s".to_owned()
    } else {
        parts.join(" ")
    }
}
