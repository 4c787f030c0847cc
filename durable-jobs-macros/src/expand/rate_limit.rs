//! `SPEC` of a rate limiter.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::quote;

use super::value::duration;
use crate::check::Names;
use crate::check::rate_limit::{Algorithm, Job};

/// The spec as the user declared it.
pub(crate) fn spec(job: &Job, names: &Names) -> TokenStream {
    let Job {
        permits,
        window,
        algorithm,
        burst,
    } = job;
    let new = new(*permits, *window, names);
    let algorithm = algorithm_setter(*algorithm, names);
    let burst = burst.map(|permits| quote!(.burst(#permits)));
    quote!(#new #algorithm #burst)
}

/// A spec that compiles, for a declaration with a mistake.
pub(crate) fn dummy_spec(names: &Names) -> TokenStream {
    new(1, Duration::from_secs(60), names)
}

fn new(permits: u32, window: Duration, names: &Names) -> TokenStream {
    let Names {
        runtime, stored, ..
    } = names;
    let window = duration(window);
    quote!(#runtime::__private::RateLimitSpec::new(#stored, #permits, #window))
}

fn algorithm_setter(algorithm: Algorithm, names: &Names) -> Option<TokenStream> {
    let runtime = &names.runtime;
    let algorithm = match algorithm {
        Algorithm::TokenBucket => return None,
        Algorithm::SlidingWindow => quote!(SlidingWindow),
        Algorithm::FixedWindow => quote!(FixedWindow),
    };
    Some(quote!(.algorithm(#runtime::__private::Algorithm::#algorithm)))
}
