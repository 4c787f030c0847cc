use std::fmt;

struct Unit {
    symbol: &'static str,
    words: &'static [&'static str],
    bytes: u64,
}

static UNITS: [Unit; 7] = [
    unit("B", &["byte", "bytes"], 1),
    unit("KB", &[], 1_000),
    unit("MB", &[], 1_000_000),
    unit("GB", &[], 1_000_000_000),
    unit("KiB", &[], 1 << 10),
    unit("MiB", &[], 1 << 20),
    unit("GiB", &[], 1 << 30),
];

const fn unit(symbol: &'static str, words: &'static [&'static str], bytes: u64) -> Unit {
    Unit {
        symbol,
        words,
        bytes,
    }
}

/// What is wrong with the text of a size.
///
/// `Display` says it in one line that does not repeat the text; [`help`](Self::help) says what to
/// write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SizeError {
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
    /// A character that belongs to neither the number nor the unit.
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
    /// More bytes than an `i64` holds.
    TooLarge,
}

/// Reads a size in bytes such as `"64KB"`, `"1 MB"`, `"512 bytes"` or `"2MiB"`.
///
/// It is one whole number and one unit: bytes (`B`), powers of 1,000 (`KB`, `MB`, `GB`) or powers
/// of 1,024 (`KiB`, `MiB`, `GiB`). Zero is read, and is for the caller to refuse.
///
/// # Errors
///
/// Signs, fractions, several parts and unknown units are refused.
///
/// ```
/// use durable_jobs_schedule::parse;
///
/// assert_eq!(parse::size("64KB"), Ok(64_000));
/// assert_eq!(parse::size("64 KiB"), Ok(65_536));
/// assert_eq!(parse::size("64").unwrap_err().to_string(), "`64` has no unit");
/// assert_eq!(parse::size("64kb").unwrap_err().help(), "did you mean `KB`?");
/// ```
pub fn size(text: &str) -> Result<u64, SizeError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(SizeError::Empty);
    }
    let (number, after_number) = split_while(text, |character| character.is_ascii_digit());
    let (unit, rest) = split_while(after_number.trim_start(), char::is_alphabetic);
    if let Some(character) = rest.trim_start().chars().next() {
        let after = text
            .strip_suffix(rest)
            .unwrap_or_default()
            .trim()
            .to_owned();
        return Err(SizeError::Unexpected { character, after });
    }
    match (number, unit) {
        ("", unit) => Err(SizeError::MissingNumber {
            unit: unit.to_owned(),
        }),
        (number, "") => Err(SizeError::MissingUnit {
            number: number.to_owned(),
        }),
        (number, unit) => bytes(number, known_unit(unit)?).ok_or(SizeError::TooLarge),
    }
}

fn split_while(text: &str, matches: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text
        .find(|character| !matches(character))
        .unwrap_or(text.len());
    text.split_at(end)
}

fn bytes(number: &str, unit: &Unit) -> Option<u64> {
    let bytes = number.parse::<u64>().ok()?.checked_mul(unit.bytes)?;
    i64::try_from(bytes).is_ok().then_some(bytes)
}

fn known_unit(unit: &str) -> Result<&'static Unit, SizeError> {
    let spelled = |known: &&Unit| known.symbol == unit || known.words.contains(&unit);
    UNITS.iter().find(spelled).ok_or_else(|| {
        let suggestion = similar(unit);
        let unit = unit.to_owned();
        SizeError::UnknownUnit { unit, suggestion }
    })
}

/// The unit that is spelled so in other letters, or that begins so.
fn similar(unit: &str) -> Option<&'static str> {
    let mut symbols = UNITS.iter().map(|unit| unit.symbol);
    let spelled = symbols
        .clone()
        .find(|symbol| symbol.eq_ignore_ascii_case(unit));
    let begun = |symbol: &&str| {
        symbol.len() > 1
            && symbol
                .strip_suffix('B')
                .is_some_and(|start| start.eq_ignore_ascii_case(unit))
    };
    spelled.or_else(|| symbols.find(begun))
}

impl SizeError {
    /// What to write instead.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::UnknownUnit {
                suggestion: Some(suggestion),
                ..
            } => format!("did you mean `{suggestion}`?"),
            Self::TooLarge => "write a smaller size".to_owned(),
            _ => "write a whole number and a unit: `B`, `KB`, `MB`, `GB`, `KiB`, `MiB` or `GiB`, \
                  as in \"64KB\""
                .to_owned(),
        }
    }
}

impl fmt::Display for SizeError {
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
            Self::TooLarge => write!(f, "it is too large"),
        }
    }
}

impl std::error::Error for SizeError {}
