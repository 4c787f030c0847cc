//! The one layout of an error: what is wrong, an empty line, what to write instead.

use std::fmt::Display;

use proc_macro2::Span;
use quote::ToTokens;

/// An error on one token.
pub(crate) fn at(span: Span, problem: impl Display, help: impl Display) -> syn::Error {
    syn::Error::new(span, layout(problem, help))
}

/// An error on a run of tokens, from the first to the last.
pub(crate) fn over(tokens: impl ToTokens, problem: impl Display, help: impl Display) -> syn::Error {
    syn::Error::new_spanned(tokens, layout(problem, help))
}

fn layout(problem: impl Display, help: impl Display) -> String {
    format!("{problem}\n\nhelp: {help}")
}
