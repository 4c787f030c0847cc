//! `SPEC` of a task, and what its timers are called.

use proc_macro2::TokenStream;
use quote::quote;

use super::failure::{self, Unasked};
use super::value::{duration_setter, version_setter};
use crate::check::Names;
use crate::check::task::Job;
use crate::parse::task::Own;

/// The spec as the user declared it.
pub(crate) fn spec(job: &Job, names: &Names) -> TokenStream {
    let Job {
        dedup_window,
        history,
        failure,
    } = job;
    let new = dummy_spec(names);
    let dedup_window = duration_setter(&quote!(dedup_window), *dedup_window);
    let failure = failure::setters(failure, Unasked::Retries, names);
    let history = history.map(|most| quote!(.history(#most)));
    let version = version_setter(names);
    quote!(#new #dedup_window #failure #history #version)
}

/// A spec that compiles, for a declaration with a mistake.
pub(crate) fn dummy_spec(names: &Names) -> TokenStream {
    let Names {
        runtime, stored, ..
    } = names;
    quote!(#runtime::__private::TaskSpec::new(#stored))
}

/// The type that names the timers: the user's enum, or that of the one timer without a name.
pub(crate) fn timer(own: &Own, names: &Names) -> TokenStream {
    let timers = own.timers.as_ref();
    match timers.and_then(|timers| timers.value.as_ref().ok()) {
        Some(path) => {
            let path = &path.0;
            quote!(type Timer = #path;)
        }
        None => {
            let runtime = &names.runtime;
            quote!(type Timer = #runtime::__private::UnnamedTimer;)
        }
    }
}
