//! Calendar schedules: the grammar and the zones are those of `durable-jobs-schedule`.

use durable_jobs_schedule::parse::{self, CompiledCron, CronError, Subject};
use proc_macro2::Span;

use crate::diag;
use crate::errors::Errors;
use crate::keyed::Keyed;
use crate::parse::value::Text;

/// Checks `cron` and `timezone` together: whether anything ever runs depends on both.
pub(crate) fn check(
    cron: Keyed<Text>,
    timezone: Option<Keyed<Text>>,
    errors: &mut Errors,
) -> Option<CompiledCron> {
    let timezone = timezone.map(|timezone| errors.keep(timezone.value));
    let Text(cron) = errors.keep(cron.value)?;
    // A zone that is not even a string has been reported; the expression is checked without it.
    let zone = timezone.flatten().map(|Text(zone)| zone);
    let place = |error: &CronError| match (error.subject(), &zone) {
        (Subject::TimeZone, Some(zone)) => ("timezone", zone.span()),
        _ => ("cron", cron.span()),
    };
    let zone_name = zone.as_ref().map(syn::LitStr::value);
    let compiled = parse::cron(&cron.value(), zone_name.as_deref());
    compiled
        .map_err(|mistakes| {
            mistakes
                .iter()
                .for_each(|mistake| errors.push(report(mistake, place(mistake))))
        })
        .ok()
}

fn report(mistake: &CronError, (key, span): (&str, Span)) -> syn::Error {
    diag::at(span, format!("`{key}`: {mistake}"), mistake.help())
}
