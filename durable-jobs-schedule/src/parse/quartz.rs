//! Recognises Quartz expressions, which have seconds, years, `?` and weekdays that count from 1.

use super::field::WEEKDAYS;

pub(super) fn looks_like_quartz(fields: &[&str]) -> bool {
    matches!(fields.len(), 6 | 7) || fields.iter().any(|field| field.contains('?'))
}

/// The same schedule in five fields, if it has no seconds and no year.
///
/// Other dialects with seconds count weekdays as cron does: only a `?` tells that it is Quartz.
pub(super) fn translate(fields: &[&str]) -> Option<String> {
    let five = match fields {
        ["0" | "00", five @ .., "*"] if five.len() == 5 => five,
        ["0" | "00", five @ ..] if five.len() == 5 => five,
        five if five.len() == 5 => five,
        _ => return None,
    };
    let (weekday, others) = five.split_last()?;
    let by_number = weekday.contains(|character: char| character.is_ascii_digit());
    let weekday = match by_number {
        true if fields.iter().any(|field| field.contains('?')) => weekday_by_name(weekday)?,
        true => return None,
        false => weekday.replace('?', "*"),
    };
    let others = others.iter().map(|field| field.replace('?', "*"));
    Some(others.chain([weekday]).collect::<Vec<_>>().join(" "))
}

/// Names in place of numbers, because Quartz counts from Sunday as 1.
fn weekday_by_name(field: &str) -> Option<String> {
    let mut named = String::new();
    for character in field.chars() {
        match character {
            '1'..='7' => {
                let index = character.to_digit(10)?.checked_sub(1)?;
                named.push_str(WEEKDAYS.get(usize::try_from(index).ok()?)?);
            }
            ',' | '-' => named.push(character),
            _ => return None,
        }
    }
    Some(named)
}
