//! `SPEC` of a debounce job.

use proc_macro2::TokenStream;
use quote::quote;

use super::failure::{self, Unasked};
use super::value::{duration_setter, version_setter};
use crate::check::Names;
use crate::check::debounce::Job;

/// The spec as the user declared it.
pub(crate) fn spec(job: &Job, names: &Names) -> TokenStream {
    let Job {
        flush_after,
        max_events,
        max_bytes,
        max_buffered,
        dedup_window,
        failure,
    } = job;
    let new = dummy_spec(names);
    let flush_after = duration_setter(&quote!(flush_after), *flush_after);
    let max_events = max_events.map(|count| quote!(.max_events(#count)));
    let max_bytes = max_bytes.map(|bytes| quote!(.max_bytes(#bytes)));
    let max_buffered = max_buffered.map(|count| quote!(.max_buffered(#count)));
    let dedup_window = duration_setter(&quote!(dedup_window), *dedup_window);
    let failure = failure::setters(failure, Unasked::Retries, names);
    let version = version_setter(names);
    quote!(#new #flush_after #max_events #max_bytes #max_buffered #dedup_window #failure #version)
}

/// A spec that compiles, for a declaration with a mistake.
pub(crate) fn dummy_spec(names: &Names) -> TokenStream {
    let Names {
        runtime, stored, ..
    } = names;
    quote!(#runtime::__private::DebounceSpec::new(#stored))
}
