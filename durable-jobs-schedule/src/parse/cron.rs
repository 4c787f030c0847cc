use super::compiled::{CompiledCron, CompiledZone};
use super::zone::zone;
use super::{CronError, Field, FieldProblem, Impossible, quartz};
use crate::{Fields, TimeOfDay};

/// 2024-01-01T00:00:00Z, where the tables begin.
const TABLE_START_MS: i64 = 1_704_067_200_000;

/// Compiles a cron expression of five fields, read on the clock of an IANA time zone (default UTC).
///
/// The fields are minute (0 to 59), hour (0 to 23), day of month (1 to 31, `L` for the last),
/// month (1 to 12, or `JAN` to `DEC`) and day of week (0 to 7 where 0 and 7 are Sunday, or `SUN`
/// to `SAT`; `MON#1` for the first Monday of the month, `FRIL` or `5L` for the last Friday). A
/// field is `*` or a list of values, ranges `a-b` and steps `*/n` or `a-b/n`. A day matches when
/// either its day of month or its day of week does, if both are given: see [`Fields`].
/// `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly` and `@annually` stand for
/// whole expressions.
///
/// # Errors
///
/// Every mistake in the expression and the zone at once, and never an empty list.
///
/// ```
/// use durable_jobs_schedule::parse;
///
/// let cron = parse::cron("0 9 * * mon-fri", Some("Europe/Berlin")).unwrap();
/// assert_eq!(cron.fingerprint(), "0 9 * * MON-FRI Europe/Berlin");
///
/// let errors = parse::cron("61 25 * * *", None).unwrap_err();
/// assert_eq!(errors[0].to_string(), "field 1 (minute) is `61`, outside 0..=59");
/// assert_eq!(errors[1].to_string(), "field 2 (hour) is `25`, outside 0..=23");
/// ```
pub fn cron(expression: &str, timezone: Option<&str>) -> Result<CompiledCron, Vec<CronError>> {
    let fields = fields(expression);
    let zone = timezone.map_or_else(|| Ok(CompiledZone::utc()), zone);
    match (fields, zone) {
        (Ok(fields), Ok(zone)) => possible(normalized(expression), fields, zone),
        (Err(errors), Ok(_)) => Err(errors),
        (Ok(_), Err(error)) => Err(vec![error]),
        (Err(mut errors), Err(error)) => {
            errors.push(error);
            Err(errors)
        }
    }
}

/// Single spaces, names in capitals, nicknames in small letters: no spelling changes a fingerprint.
fn normalized(expression: &str) -> String {
    let words: Vec<_> = expression.split_whitespace().collect();
    let text = words.join(" ");
    if text.starts_with('@') {
        text.to_ascii_lowercase()
    } else {
        text.to_ascii_uppercase()
    }
}

fn possible(
    expression: String,
    fields: Fields,
    zone: CompiledZone,
) -> Result<CompiledCron, Vec<CronError>> {
    let fires = |zone| {
        let cron = CompiledCron {
            expression: expression.clone(),
            fields,
            zone,
        };
        cron.next_after(TABLE_START_MS).map(|_| cron)
    };
    let reason = match fires(zone) {
        Some(cron) => return Ok(cron),
        None if fires(CompiledZone::utc()).is_some() => Impossible::SkippedByZone,
        None => Impossible::NoSuchDate,
    };
    Err(vec![CronError::NeverFires { reason }])
}

fn fields(expression: &str) -> Result<Fields, Vec<CronError>> {
    let words: Vec<_> = expression.split_whitespace().collect();
    match words.as_slice() {
        [] => Err(vec![CronError::Empty]),
        [nickname] if nickname.starts_with('@') => from_nickname(nickname),
        words if quartz::looks_like_quartz(words) => Err(vec![from_quartz(words)]),
        &[minute, hour, day, month, weekday] => five_fields([minute, hour, day, month, weekday]),
        words => Err(vec![CronError::FieldCount { found: words.len() }]),
    }
}

fn from_nickname(nickname: &str) -> Result<Fields, Vec<CronError>> {
    let words = match nickname.to_ascii_lowercase().as_str() {
        "@hourly" => ["0", "*", "*", "*", "*"],
        "@daily" | "@midnight" => ["0", "0", "*", "*", "*"],
        "@weekly" => ["0", "0", "*", "*", "SUN"],
        "@monthly" => ["0", "0", "1", "*", "*"],
        "@yearly" | "@annually" => ["0", "0", "1", "JAN", "*"],
        _ => {
            return Err(vec![CronError::UnknownNickname {
                nickname: nickname.to_owned(),
            }]);
        }
    };
    five_fields(words)
}

fn from_quartz(words: &[&str]) -> CronError {
    let valid = |translation: &String| fields(translation).is_ok();
    CronError::Quartz {
        translation: quartz::translate(words).filter(valid),
    }
}

fn five_fields(words: [&str; 5]) -> Result<Fields, Vec<CronError>> {
    let mut errors = Vec::new();
    let mut masks = [0; 5];
    for ((field, word), mask) in Field::ALL.into_iter().zip(words).zip(&mut masks) {
        *mask = list(field, word, &mut errors);
    }
    if errors.is_empty() {
        Ok(combine(words, masks))
    } else {
        Err(errors)
    }
}

fn list(field: Field, word: &str, errors: &mut Vec<CronError>) -> u64 {
    let mut mask = 0;
    for item in word.split(',') {
        let parsed = match item {
            "*" if word != "*" => Err(FieldProblem::StarInList),
            _ => field.mask(item),
        };
        match parsed {
            Ok(bits) => mask |= bits,
            Err(problem) => {
                errors.push(CronError::Field {
                    field,
                    item: item.to_owned(),
                    problem,
                });
            }
        }
    }
    mask
}

/// Folds "not given" into the masks: see [`Fields`].
fn combine(words: [&str; 5], masks: [u64; 5]) -> Fields {
    let [minute, hour, day, _, weekday] = words;
    let [minutes, hours, days, months, weekdays] = masks;
    let wildcard = minute.contains('*') || hour.contains('*');
    Fields {
        minutes,
        hours: hours as u32,
        days: if day == "*" && weekday != "*" {
            0
        } else {
            days as u32
        },
        months: months as u16,
        weekdays: if weekday == "*" { 0 } else { weekdays },
        time_of_day: if wildcard {
            TimeOfDay::Wildcard
        } else {
            TimeOfDay::Fixed
        },
    }
}
