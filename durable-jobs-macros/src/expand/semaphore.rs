//! `SPEC` of a semaphore.

use proc_macro2::TokenStream;
use quote::quote;

use super::value::duration_setter;
use crate::check::Names;
use crate::check::semaphore::Job;

/// The spec as the user declared it.
pub(crate) fn spec(job: &Job, names: &Names) -> TokenStream {
    let Job { permits, lease } = job;
    let new = new(*permits, names);
    let lease = duration_setter(&quote!(lease), *lease);
    quote!(#new #lease)
}

/// A spec that compiles, for a declaration with a mistake.
pub(crate) fn dummy_spec(names: &Names) -> TokenStream {
    new(1, names)
}

fn new(permits: u32, names: &Names) -> TokenStream {
    let Names {
        runtime, stored, ..
    } = names;
    quote!(#runtime::__private::SemaphoreSpec::new(#stored, #permits))
}
