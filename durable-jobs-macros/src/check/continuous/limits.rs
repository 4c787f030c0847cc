//! The rules about how much is kept and how often a job may fail.

use std::time::Duration;

use crate::check::duration::{self, Written};
use crate::check::failure::{OnExhausted, at_least_one};
use crate::check::size;
use crate::diag;
use crate::errors::Errors;
use crate::keyed::Keyed;
use crate::parse::value::{Count, DurationText, SizeText};

/// Ten years.
const LONGEST_RETENTION: Duration = Duration::from_secs(3_650 * 86_400);

/// What SQLite holds in one value.
const LARGEST_STATE: u64 = 1_000_000_000;

/// Checks `max_consecutive_failures`, which needs a job that goes on after a failure.
pub(super) fn failures(
    count: Keyed<Count>,
    on_exhausted: Option<OnExhausted>,
    errors: &mut Errors,
) -> Option<u32> {
    let ended = match on_exhausted {
        Some(OnExhausted::Park) => Some(("park", "parks")),
        Some(OnExhausted::Terminate) => Some(("terminate", "deletes")),
        Some(OnExhausted::SkipRun | OnExhausted::DeadLetter) | None => None,
    };
    let span = count.key.span;
    let most = at_least_one(count, errors);
    if let Some((value, does)) = ended {
        let problem =
            format!("`max_consecutive_failures` has no effect on `on_exhausted = \"{value}\"`");
        let help = format!(
            "leave one of them out: the first run that fails for good already {does} the instance"
        );
        errors.push(diag::at(span, problem, help));
    }
    most
}

/// Checks `retain`.
pub(super) fn retain(retain: Keyed<DurationText>, errors: &mut Errors) -> Option<Duration> {
    let Written { duration, literal } = duration::written(retain, errors)?;
    if duration <= LONGEST_RETENTION {
        return Some(duration);
    }
    let help = "write a shorter duration, as in `retain = \"30d\"`";
    errors.push(diag::at(
        literal.span(),
        "`retain` is longer than 10 years",
        help,
    ));
    None
}

/// Checks `max_state_size`.
pub(super) fn state_size(size: Option<Keyed<SizeText>>, errors: &mut Errors) -> Option<u64> {
    let span = size
        .as_ref()
        .and_then(|size| size.value.as_ref().ok())
        .map(|text| text.0.span());
    let bytes = size::optional(size, errors)?;
    if bytes <= LARGEST_STATE {
        return Some(bytes);
    }
    let help = "write a smaller size, as in `max_state_size = \"1MB\"`";
    errors.push(diag::at(
        span?,
        "`max_state_size` is larger than 1 GB",
        help,
    ));
    None
}
