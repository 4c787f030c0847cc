//! `SPEC` of a debounce job.

use proc_macro2::TokenStream;
use quote::quote;

use super::failure::{self, Unasked};
use super::value::{duration_setter, version_setter};
use crate::check::Names;
use crate::check::debounce::{AfterFlush, Job, Limits, OnDuplicate, Overflow, Triggers};
use crate::parse::value::Switch;

/// The spec as the user declared it.
pub(crate) fn spec(job: &Job, names: &Names) -> TokenStream {
    let Job {
        triggers,
        limits,
        dedup_window,
        on_duplicate,
        after_flush,
        max_dead_letters,
        history,
        failure,
    } = job;
    let new = dummy_spec(names);
    let triggers = trigger_setters(triggers);
    let limits = limit_setters(limits, names);
    let dedup_window = duration_setter(&quote!(dedup_window), *dedup_window);
    let on_duplicate = on_duplicate.map(|choice| on_duplicate_setter(choice, names));
    let after_flush = after_flush.map(|choice| after_flush_setter(choice, names));
    let max_dead_letters = max_dead_letters.map(|count| quote!(.max_dead_letters(#count)));
    let history = history.map(|count| quote!(.history(#count)));
    let failure = failure::setters(failure, Unasked::Retries, names);
    let version = version_setter(names);
    quote! {
        #new #triggers #limits #dedup_window #on_duplicate #after_flush #max_dead_letters #history
        #failure #version
    }
}

fn trigger_setters(triggers: &Triggers) -> TokenStream {
    let Triggers {
        flush_after,
        quiet,
        max_wait,
        leading,
        max_events,
        max_bytes,
    } = triggers;
    let flush_after = duration_setter(&quote!(flush_after), *flush_after);
    let quiet = duration_setter(&quote!(quiet), *quiet);
    let max_wait = duration_setter(&quote!(max_wait), *max_wait);
    let leading = (*leading == Switch::On).then(|| quote!(.leading()));
    let max_events = max_events.map(|count| quote!(.max_events(#count)));
    let max_bytes = max_bytes.map(|bytes| quote!(.max_bytes(#bytes)));
    quote!(#flush_after #quiet #max_wait #leading #max_events #max_bytes)
}

fn limit_setters(limits: &Limits, names: &Names) -> TokenStream {
    let Limits {
        max_buffered,
        overflow,
        warn_at,
    } = limits;
    let max_buffered = max_buffered.map(|count| quote!(.max_buffered(#count)));
    let overflow = overflow.map(|choice| overflow_setter(choice, names));
    let warn_at = warn_at.map(|count| quote!(.warn_at(#count)));
    quote!(#max_buffered #overflow #warn_at)
}

fn overflow_setter(choice: Overflow, names: &Names) -> TokenStream {
    let runtime = &names.runtime;
    let choice = match choice {
        Overflow::Reject => quote!(Reject),
        Overflow::DropOldest => quote!(DropOldest),
        Overflow::DropNewest => quote!(DropNewest),
        Overflow::Flush => quote!(Flush),
    };
    quote!(.overflow(#runtime::__private::Overflow::#choice))
}

fn on_duplicate_setter(choice: OnDuplicate, names: &Names) -> TokenStream {
    let runtime = &names.runtime;
    let choice = match choice {
        OnDuplicate::Ignore => quote!(Ignore),
        OnDuplicate::Update => quote!(Update),
        OnDuplicate::Reject => quote!(Reject),
    };
    quote!(.on_duplicate(#runtime::__private::OnDuplicate::#choice))
}

fn after_flush_setter(choice: AfterFlush, names: &Names) -> TokenStream {
    let runtime = &names.runtime;
    let choice = match choice {
        AfterFlush::Reset => quote!(Reset),
        AfterFlush::Keep => quote!(Keep),
    };
    quote!(.after_flush(#runtime::__private::AfterFlush::#choice))
}

/// A spec that compiles, for a declaration with a mistake.
pub(crate) fn dummy_spec(names: &Names) -> TokenStream {
    let Names {
        runtime, stored, ..
    } = names;
    quote!(#runtime::__private::DebounceSpec::new(#stored))
}
