//! `SPEC` of a queue.

use proc_macro2::TokenStream;
use quote::quote;

use super::failure::{self, Unasked};
use super::value::{duration, duration_setter, version_setter};
use crate::check::Names;
use crate::check::queue::{Job, Order};

/// The spec as the user declared it.
pub(crate) fn spec(job: &Job, names: &Names) -> TokenStream {
    let Job {
        concurrency,
        partitions,
        order,
        rate,
        visibility,
        max_depth,
        dedup_window,
        failure,
    } = job;
    let runtime = &names.runtime;
    let new = dummy_spec(names);
    let concurrency = concurrency.map(|count| quote!(.concurrency(#count)));
    let partitions = partitions.map(|count| quote!(.partitions(#count)));
    let order = order.map(|order| match order {
        Order::None => quote!(.order(#runtime::__private::Order::None)),
        Order::Fifo => quote!(.order(#runtime::__private::Order::Fifo)),
    });
    let rate = rate.map(|rate| {
        let (starts, per) = (rate.starts, duration(rate.per));
        quote!(.rate(#runtime::__private::Rate::new(#starts, #per)))
    });
    let visibility = duration_setter(&quote!(visibility), *visibility);
    let max_depth = max_depth.map(u64::from);
    let max_depth = max_depth.map(|count| quote!(.max_depth(#count)));
    let dedup_window = duration_setter(&quote!(dedup_window), *dedup_window);
    let failure = failure::setters(failure, Unasked::Retries, names);
    let version = version_setter(names);
    quote! {
        #new #concurrency #partitions #order #rate #visibility #max_depth #dedup_window
            #failure #version
    }
}

/// A spec that compiles, for a declaration with a mistake.
pub(crate) fn dummy_spec(names: &Names) -> TokenStream {
    let Names {
        runtime, stored, ..
    } = names;
    quote!(#runtime::__private::QueueSpec::new(#stored))
}
