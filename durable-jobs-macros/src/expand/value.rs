//! Constants of the types that appear everywhere.

use std::time::Duration;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::check::Names;

/// A duration, in whole milliseconds.
pub(crate) fn duration(duration: Duration) -> TokenStream {
    // The check refuses more than a hundred years, so the fallback is never taken.
    let millis = Literal::u64_suffixed(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
    quote!(::core::time::Duration::from_millis(#millis))
}

/// `.setter(duration)`, if there is one.
pub(crate) fn duration_setter(
    setter: &TokenStream,
    value: Option<Duration>,
) -> Option<TokenStream> {
    let value = duration(value?);
    Some(quote!(.#setter(#value)))
}

/// `.version(n)`, if there is one.
pub(crate) fn version_setter(names: &Names) -> Option<TokenStream> {
    let version = names.version?;
    Some(quote!(.version(#version)))
}
