use std::fmt;

use super::FieldProblem;

/// One of the five fields of a cron expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// 1 to 31, or `L` for the last.
    DayOfMonth,
    /// 1 to 12, or `JAN` to `DEC`.
    Month,
    /// 0 to 7, where 0 and 7 are Sunday, or `SUN` to `SAT`.
    DayOfWeek,
}

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
pub(super) const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// The same weekday in each of the first five bytes: see `Fields::weekdays`.
const EVERY_OCCURRENCE: u64 = 0x01_0101_0101;

impl Field {
    /// All fields, in the order of an expression.
    pub const ALL: [Self; 5] = [
        Self::Minute,
        Self::Hour,
        Self::DayOfMonth,
        Self::Month,
        Self::DayOfWeek,
    ];

    /// The place in the expression, counted from 1.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Minute => 1,
            Self::Hour => 2,
            Self::DayOfMonth => 3,
            Self::Month => 4,
            Self::DayOfWeek => 5,
        }
    }

    /// The lowest value.
    #[must_use]
    pub const fn lowest(self) -> u8 {
        match self {
            Self::Minute | Self::Hour | Self::DayOfWeek => 0,
            Self::DayOfMonth | Self::Month => 1,
        }
    }

    /// The highest value.
    #[must_use]
    pub const fn highest(self) -> u8 {
        match self {
            Self::Minute => 59,
            Self::Hour => 23,
            Self::DayOfMonth => 31,
            Self::Month => 12,
            Self::DayOfWeek => 7,
        }
    }

    /// The values that can be written as names, with the first name's value.
    const fn names(self) -> (&'static [&'static str], u8) {
        match self {
            Self::Month => (&MONTHS, 1),
            Self::DayOfWeek => (&WEEKDAYS, 0),
            _ => (&[], 0),
        }
    }

    /// The bits of one item of the field's list, in the layout of `Fields`.
    pub(super) fn mask(self, item: &str) -> Result<u64, FieldProblem> {
        if self == Self::DayOfMonth && item.eq_ignore_ascii_case("L") {
            return Ok(1);
        }
        if self == Self::DayOfWeek {
            if let Some(weekday) = item.strip_suffix(['L', 'l']) {
                return Ok(1 << (40 + self.weekday(weekday)?));
            }
            if let Some((weekday, occurrence)) = item.split_once('#') {
                let weekday = self.weekday(weekday)?;
                return match number(occurrence)? {
                    Some(nth @ 1..=5) => Ok(1 << (8 * (nth - 1) + weekday)),
                    _ => Err(FieldProblem::NoSuchOccurrence),
                };
            }
        }
        let (first, last, step) = self.range(item)?;
        let values = (first..=last).step_by(usize::from(step));
        Ok(values
            .map(|value| self.bits(value))
            .fold(0, |mask, bits| mask | bits))
    }

    fn bits(self, value: u8) -> u64 {
        match self {
            Self::DayOfWeek => EVERY_OCCURRENCE << (value % 7),
            _ => 1 << value,
        }
    }

    /// First, last and step of an item without modifiers.
    fn range(self, item: &str) -> Result<(u8, u8, u8), FieldProblem> {
        let (range, step) = item
            .split_once('/')
            .map_or((item, None), |(r, s)| (r, Some(s)));
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (self.lowest(), self.last_of_star()),
            Some((first, last)) => (self.value(first)?, self.range_end(last)?),
            None if step.is_some() => return Err(FieldProblem::StepWithoutRange),
            None => (self.value(range)?, self.value(range)?),
        };
        match step {
            _ if first > last => Err(FieldProblem::Backward { first, last }),
            Some(step) => Ok((first, last, step_within(first, last, step)?)),
            None => Ok((first, last, 1)),
        }
    }

    /// `*` names Sunday once, as 0.
    const fn last_of_star(self) -> u8 {
        match self {
            Self::DayOfWeek => 6,
            _ => self.highest(),
        }
    }

    fn value(self, text: &str) -> Result<u8, FieldProblem> {
        let (names, first) = self.names();
        let named = names
            .iter()
            .zip(first..)
            .find(|(name, _)| name.eq_ignore_ascii_case(text));
        if let Some((_, value)) = named {
            return Ok(value);
        }
        match number(text)? {
            Some(value) if (self.lowest()..=self.highest()).contains(&value) => Ok(value),
            _ => Err(FieldProblem::OutOfRange),
        }
    }

    /// A range ends with Sunday as the seventh day, so that `FRI-SUN` runs forward.
    fn range_end(self, text: &str) -> Result<u8, FieldProblem> {
        match self {
            Self::DayOfWeek if text.eq_ignore_ascii_case("SUN") => Ok(7),
            _ => self.value(text),
        }
    }

    fn weekday(self, text: &str) -> Result<u8, FieldProblem> {
        Ok(self.value(text)? % 7)
    }
}

/// A number, or `None` for one that is larger than any field's.
fn number(text: &str) -> Result<Option<u8>, FieldProblem> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FieldProblem::NotUnderstood);
    }
    Ok(text.parse().ok())
}

fn step_within(first: u8, last: u8, text: &str) -> Result<u8, FieldProblem> {
    match number(text)? {
        Some(0) => Err(FieldProblem::ZeroStep),
        Some(step) if step <= last - first => Ok(step),
        _ => Err(FieldProblem::StepTooLong),
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::DayOfMonth => "day of month",
            Self::Month => "month",
            Self::DayOfWeek => "day of week",
        })
    }
}
