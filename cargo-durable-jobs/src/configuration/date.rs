//! Compatibility dates.

use std::{fmt, str::FromStr};

/// A day, which decides how the Workers runtime behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// From this day on `deleteAll` deletes the alarm too, on which the end of a job relies.
    pub(crate) const OLDEST: Self = Self::of(2026, 2, 24);

    /// What is written where there is none, or an older one: the jobs are tested with it.
    pub(crate) const WRITTEN: Self = Self::of(2026, 7, 30);

    const fn of(year: u16, month: u8, day: u8) -> Self {
        Self { year, month, day }
    }
}

/// A text that is not written as `2026-07-30`.
#[derive(Debug)]
pub(crate) struct NotADate;

impl FromStr for Date {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts[..] else {
            return Err(NotADate);
        };
        let date = Self::of(
            digits(year, 4)?,
            digits(month, 2)? as u8,
            digits(day, 2)? as u8,
        );
        let exists = (1..=12).contains(&date.month) && (1..=31).contains(&date.day);
        exists.then_some(date).ok_or(NotADate)
    }
}

fn digits(text: &str, count: usize) -> Result<u16, NotADate> {
    let all = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten().ok_or(NotADate)
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day } = self;
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}
