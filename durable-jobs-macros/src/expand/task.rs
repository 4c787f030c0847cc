//! `SPEC` of a task.

use proc_macro2::TokenStream;
use quote::quote;

use super::failure::{self, Unasked};
use super::value::{duration_setter, version_setter};
use crate::check::Names;
use crate::check::task::Job;

/// The spec as the user declared it.
pub(crate) fn spec(job: &Job, names: &Names) -> TokenStream {
    let Job {
        dedup_window,
        failure,
    } = job;
    let new = dummy_spec(names);
    let dedup_window = duration_setter(&quote!(dedup_window), *dedup_window);
    let failure = failure::setters(failure, Unasked::Retries, names);
    let version = version_setter(names);
    quote!(#new #dedup_window #failure #version)
}

/// A spec that compiles, for a declaration with a mistake.
pub(crate) fn dummy_spec(names: &Names) -> TokenStream {
    let Names {
        runtime, stored, ..
    } = names;
    quote!(#runtime::__private::TaskSpec::new(#stored))
}
