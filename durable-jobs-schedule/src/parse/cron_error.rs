use std::fmt;

use super::Field;
use super::field::WEEKDAYS;

/// What is wrong with a cron expression or its time zone.
///
/// `Display` says what is wrong, in one line; [`help`](Self::help) says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CronError {
    /// Nothing, or white space.
    Empty,
    /// Not five fields.
    FieldCount {
        /// How many there are.
        found: usize,
    },
    /// Quartz syntax: six or seven fields, or a `?`.
    Quartz {
        /// The same schedule in five fields, where it can be told.
        translation: Option<String>,
    },
    /// An `@` word that is not a schedule.
    UnknownNickname {
        /// The word, with its `@`.
        nickname: String,
    },
    /// One item of one field.
    Field {
        /// The field.
        field: Field,
        /// The item as it was written.
        item: String,
        /// What is wrong with it.
        problem: FieldProblem,
    },
    /// Valid, but no instant ever matches.
    NeverFires {
        /// Why.
        reason: Impossible,
    },
    /// A name that the time zone database does not have, or spells in another way.
    UnknownZone {
        /// The name as it was written.
        name: String,
        /// The most similar name in the database.
        nearest: Option<&'static str>,
    },
    /// The database has data for this zone that cannot be compiled.
    UnreadableZone {
        /// The zone.
        name: &'static str,
    },
}

/// What is wrong with one item of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldProblem {
    /// A number outside the field's range.
    OutOfRange,
    /// A range that ends before it begins.
    Backward {
        /// The value it begins with.
        first: u8,
        /// The value it ends with.
        last: u8,
    },
    /// `/0`.
    ZeroStep,
    /// A step that leaves the range at once, as in `*/90`.
    StepTooLong,
    /// A step after a single value, as in `5/10`.
    StepWithoutRange,
    /// `*` in a list.
    StarInList,
    /// The occurrence after `#` is not 1 to 5.
    NoSuchOccurrence,
    /// Anything else.
    NotUnderstood,
}

/// Why a schedule never fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Impossible {
    /// No such date exists, as 31 February.
    NoSuchDate,
    /// All its times are skipped by the clocks of its zone.
    SkippedByZone,
}

/// Which of the two arguments an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The cron expression.
    Expression,
    /// The name of the time zone.
    TimeZone,
}

impl CronError {
    /// Which argument to change.
    #[must_use]
    pub const fn subject(&self) -> Subject {
        match self {
            Self::UnknownZone { .. } | Self::UnreadableZone { .. } => Subject::TimeZone,
            _ => Subject::Expression,
        }
    }

    /// What to write instead.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Empty | Self::FieldCount { .. } => FIELDS_AND_EXAMPLE.to_owned(),
            Self::Quartz {
                translation: Some(translation),
            } => format!("write `{translation}`"),
            Self::Quartz { translation: None } => {
                "write five fields, without seconds and years, with `*` for `?` and \
                 weekdays by name"
                    .to_owned()
            }
            Self::UnknownNickname { .. } => {
                "the nicknames are: @hourly @daily @midnight @weekly @monthly @yearly @annually"
                    .to_owned()
            }
            Self::Field {
                field,
                item,
                problem,
            } => problem.help(*field, item),
            Self::NeverFires {
                reason: Impossible::NoSuchDate,
            } => "choose a day that the month has; `L` is the last day of every month".to_owned(),
            Self::NeverFires {
                reason: Impossible::SkippedByZone,
            } => "choose a time that the clocks do not skip".to_owned(),
            Self::UnknownZone {
                nearest: Some(nearest),
                ..
            } => format!("did you mean `{nearest}`?"),
            Self::UnknownZone { nearest: None, .. } => {
                "write an IANA name, as in `America/New_York`".to_owned()
            }
            Self::UnreadableZone { .. } => "choose another zone with the same clock".to_owned(),
        }
    }
}

const FIELDS: &str = "the fields are: minute hour day-of-month month day-of-week";
const FIELDS_AND_EXAMPLE: &str =
    "the fields are: minute hour day-of-month month day-of-week, as in `0 9 * * MON-FRI`";

impl FieldProblem {
    fn help(self, field: Field, item: &str) -> String {
        match self {
            Self::Backward { first, last } => split_range(field, first, last),
            Self::ZeroStep => "write a step of at least 1".to_owned(),
            Self::StepTooLong if field == Field::Minute || field == Field::Hour => {
                "write a shorter step, or use a fixed interval (`every`)".to_owned()
            }
            Self::StepTooLong => "write a shorter step, or the value alone".to_owned(),
            Self::StepWithoutRange => with_range(field, item),
            Self::StarInList => "write `*` alone, or leave it out of the list".to_owned(),
            Self::NoSuchOccurrence => {
                "write 1 to 5 after `#`, as in `MON#1` for the first Monday of the month".to_owned()
            }
            Self::NotUnderstood => grammar(field).to_owned(),
            Self::OutOfRange => FIELDS.to_owned(),
        }
    }
}

fn split_range(field: Field, first: u8, last: u8) -> String {
    match (
        field,
        WEEKDAYS.get(usize::from(first)),
        WEEKDAYS.get(usize::from(last)),
    ) {
        (Field::DayOfWeek, Some(first), Some(&"SUN")) => format!("write `{first}-SUN`"),
        (Field::DayOfWeek, Some(first), Some(last)) => {
            format!("split it in two, as in `{first}-SAT,SUN-{last}`")
        }
        _ => {
            let (lowest, highest) = (field.lowest(), field.highest());
            format!("split it in two, as in `{first}-{highest},{lowest}-{last}`")
        }
    }
}

fn with_range(field: Field, item: &str) -> String {
    let (value, step) = item.split_once('/').unwrap_or((item, "1"));
    let value = if value.is_empty() {
        field.lowest().to_string()
    } else {
        value.to_owned()
    };
    format!(
        "write the whole range, as in `{value}-{}/{step}`",
        field.highest()
    )
}

const fn grammar(field: Field) -> &'static str {
    match field {
        Field::Minute | Field::Hour => {
            "write a number, a range, a step or a list, as in `0`, `9-17`, `*/15` or `0,30`"
        }
        Field::DayOfMonth => "write a number, a range, a step, a list or `L`, as in `1,15` or `L`",
        Field::Month => "write numbers or names, as in `1`, `JAN`, `JAN-MAR` or `*/3`",
        Field::DayOfWeek => {
            "write numbers or names, as in `1`, `MON-FRI`, `MON#1` (the first) or `FRIL` (the last)"
        }
    }
}

impl fmt::Display for CronError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the cron expression is empty"),
            Self::FieldCount { found } => {
                write!(f, "a cron expression has 5 fields, this one has {found}")
            }
            Self::Quartz { .. } => write!(f, "seconds, years and `?` belong to Quartz expressions"),
            Self::UnknownNickname { nickname } => write!(f, "there is no nickname `{nickname}`"),
            Self::Field {
                field,
                item,
                problem,
            } => {
                write!(f, "field {} ({field}) ", field.number())?;
                problem.describe(*field, item, f)
            }
            Self::NeverFires {
                reason: Impossible::NoSuchDate,
            } => {
                write!(f, "this schedule never fires: there is no such date")
            }
            Self::NeverFires {
                reason: Impossible::SkippedByZone,
            } => {
                write!(
                    f,
                    "this schedule never fires: the clocks of its zone skip all its times"
                )
            }
            Self::UnknownZone { name, .. } => write!(f, "there is no time zone `{name}`"),
            Self::UnreadableZone { name } => {
                write!(f, "the time zone database has unusable data for `{name}`")
            }
        }
    }
}

impl FieldProblem {
    fn describe(self, field: Field, item: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfRange => {
                write!(
                    f,
                    "is `{item}`, outside {}..={}",
                    field.lowest(),
                    field.highest()
                )
            }
            Self::Backward { .. } => write!(f, "is `{item}`, which ends before it begins"),
            Self::ZeroStep => write!(f, "is `{item}`, a step of zero"),
            Self::StepTooLong => write!(f, "is `{item}`, a step longer than its range"),
            Self::StepWithoutRange => write!(f, "is `{item}`, a step without a range"),
            Self::StarInList => write!(f, "has `*` in a list"),
            Self::NoSuchOccurrence => write!(f, "is `{item}`, outside `#1` to `#5`"),
            Self::NotUnderstood if item.is_empty() => write!(f, "has an empty item in a list"),
            Self::NotUnderstood => write!(f, "is `{item}`, which is not understood"),
        }
    }
}

impl std::error::Error for CronError {}
