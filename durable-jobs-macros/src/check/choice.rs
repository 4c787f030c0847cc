//! Keys that take one of a few words.

use proc_macro2::Span;

use crate::diag;
use crate::errors::Errors;
use crate::keyed::Keyed;
use crate::parse::value::Text;

/// A value that was chosen, and where its word stands.
pub(crate) struct Choice<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// Checks that the word is one of `values`.
pub(crate) fn choice<T: Copy>(
    text: Keyed<Text>,
    values: &[(&str, T)],
    errors: &mut Errors,
) -> Option<Choice<T>> {
    let Text(literal) = errors.keep(text.value)?;
    let word = literal.value();
    let span = literal.span();
    if let Some((_, value)) = values.iter().find(|(name, _)| *name == word) {
        return Some(Choice {
            value: *value,
            span,
        });
    }
    let names: Vec<_> = values
        .iter()
        .map(|(name, _)| format!("\"{name}\""))
        .collect();
    let help = match names.as_slice() {
        [only] => format!("the value is: {only}"),
        several => format!("the values are: {}", several.join(", ")),
    };
    let problem = format!("`{}` has no value `{word}`", text.key.name);
    errors.push(diag::at(span, problem, help));
    None
}
