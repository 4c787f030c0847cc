//! Sizes in bytes: the grammar is that of `durable-jobs-schedule`.

use durable_jobs_schedule::parse;

use crate::diag;
use crate::errors::Errors;
use crate::keyed::Keyed;
use crate::parse::value::SizeText;

/// Checks a size that may be absent.
pub(crate) fn optional(text: Option<Keyed<SizeText>>, errors: &mut Errors) -> Option<u64> {
    let Keyed { key, value } = text?;
    let SizeText(literal) = errors.keep(value)?;
    let text = literal.value();
    let read = match parse::size(&text) {
        Ok(0) => Err((
            format!("`{}` must be more than zero", key.name),
            "the smallest size is \"1B\"".to_owned(),
        )),
        Ok(bytes) => Ok(bytes),
        Err(error) => Err((
            format!("`{}`: {text:?} is not a size: {error}", key.name),
            error.help(),
        )),
    };
    let located = read.map_err(|(problem, help)| diag::at(literal.span(), problem, help));
    errors.keep(located)
}
