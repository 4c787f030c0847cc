//! The rule in the footer of a TZif file, as in `EST5EDT,M3.2.0,M11.1.0`.

use crate::{Daylight, Rule, YearlyChange};

const HOUR: i32 = 3_600;

pub(super) fn rule(text: &str) -> Option<Rule> {
    let (names, changes) = match text.split_once(',') {
        Some((names, changes)) => (names, Some(changes)),
        None => (text, None),
    };
    let (west, names) = offset(abbreviation(names)?)?;
    let standard_offset = -west;
    let daylight = match changes {
        Some(changes) => Some(daylight(standard_offset, names, changes)?),
        None if names.is_empty() => None,
        None => return None,
    };
    Some(Rule {
        standard_offset,
        daylight,
    })
}

fn daylight(standard_offset: i32, name: &str, changes: &str) -> Option<Daylight> {
    let offset = match abbreviation(name)? {
        "" => standard_offset + HOUR,
        west => -whole(offset(west)?)?,
    };
    let (starts, ends) = changes.split_once(',')?;
    Some(Daylight {
        offset,
        starts: yearly_change(starts)?,
        ends: yearly_change(ends)?,
    })
}

/// Skips a zone's abbreviation: letters, or anything between angle brackets.
fn abbreviation(text: &str) -> Option<&str> {
    match text.strip_prefix('<') {
        Some(quoted) => Some(quoted.split_once('>')?.1),
        None => {
            let rest = text.trim_start_matches(|character: char| character.is_ascii_alphabetic());
            (rest.len() < text.len()).then_some(rest)
        }
    }
}

/// Reads `[+-]h[:m[:s]]` as seconds, and returns what follows.
fn offset(text: &str) -> Option<(i32, &str)> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (-1, unsigned),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let is_clock = |character: char| character.is_ascii_digit() || character == ':';
    let end = unsigned
        .find(|character| !is_clock(character))
        .unwrap_or(unsigned.len());
    let (clock, rest) = unsigned.split_at_checked(end)?;
    let mut seconds = 0;
    let mut unit = HOUR;
    for part in clock.split(':') {
        seconds += i32::from(part.parse::<u8>().ok()?) * unit;
        unit /= 60;
    }
    Some((sign * seconds, rest))
}

fn whole<T>((value, rest): (T, &str)) -> Option<T> {
    rest.is_empty().then_some(value)
}

fn yearly_change(text: &str) -> Option<YearlyChange> {
    let (date, time) = match text.split_once('/') {
        Some((date, time)) => (date, whole(offset(time)?)?),
        None => (text, 2 * HOUR),
    };
    let mut numbers = date
        .strip_prefix('M')?
        .split('.')
        .map(|number| number.parse().ok());
    let (month, week, weekday) = (numbers.next()??, numbers.next()??, numbers.next()??);
    Some(YearlyChange {
        month,
        week,
        weekday,
        time,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_name_needs_its_dates() {
        assert_eq!(rule("EST5"), Some(Rule::fixed(-5 * HOUR)));
        assert_eq!(rule("EST5EDT"), None);
        assert_eq!(rule("5"), None);
        let with_dates = rule("EST5EDT,M3.2.0,M11.1.0").expect("a rule");
        let offset = with_dates.daylight.map(|daylight| daylight.offset);
        assert_eq!(offset, Some(-4 * HOUR));
    }
}
