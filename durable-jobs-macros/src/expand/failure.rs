//! The setters about runs: how they are repeated and bounded, and what is kept and told of them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::value::{duration, duration_setter};
use crate::check::policy::{Backoff, Policy, Preset};
use crate::check::report::Log;
use crate::check::retry::RetryRule;
use crate::check::{Failure, Names, OnExhausted};
use crate::parse::value::Switch;

/// What a kind does that is told nothing about retries.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Unasked {
    Retries,
    DoesNotRetry,
}

/// `.retry(..).timeout(..).on_exhausted(..).log(..)`, as far as they are given.
pub(crate) fn setters(failure: &Failure, unasked: Unasked, names: &Names) -> TokenStream {
    let retry = failure
        .retry
        .as_ref()
        .map(|rule| retry_setter(rule, unasked, names));
    let timeout = duration_setter(&quote!(timeout), failure.timeout);
    let on_exhausted = failure
        .on_exhausted
        .map(|choice| on_exhausted_setter(choice, names));
    let log = failure.log.map(|log| log_setter(log, names));
    quote!(#retry #timeout #on_exhausted #log)
}

fn log_setter(log: Log, names: &Names) -> TokenStream {
    let runtime = &names.runtime;
    match log {
        Log::From(level) => {
            let level = format_ident!("{level}");
            quote!(.log(#runtime::__private::LogLevel::#level))
        }
        Log::Off => quote!(.no_log()),
    }
}

fn retry_setter(rule: &RetryRule, unasked: Unasked, names: &Names) -> TokenStream {
    let policy = match rule {
        RetryRule::None if unasked == Unasked::Retries => return quote!(.no_retry()),
        RetryRule::None => return TokenStream::new(),
        RetryRule::Preset(preset) => preset_call(*preset),
        RetryRule::Policy(policy) => policy_call(policy),
    };
    let runtime = &names.runtime;
    quote!(.retry(#runtime::__private::RetryPolicy::#policy))
}

fn preset_call(preset: Preset) -> TokenStream {
    match preset {
        Preset::Standard => quote!(standard()),
        Preset::Aggressive => quote!(aggressive()),
        Preset::Patient => quote!(patient()),
    }
}

fn policy_call(policy: &Policy) -> TokenStream {
    let Policy {
        max_attempts,
        backoff,
        base,
        max,
        jitter,
        max_elapsed,
    } = policy;
    let base = duration(*base);
    let backoff = match backoff {
        Backoff::Exponential { factor } => quote!(exponential(#max_attempts, #base, #factor)),
        Backoff::Linear { increment } => {
            let increment = duration(*increment);
            quote!(linear(#max_attempts, #base, #increment))
        }
        Backoff::Fixed => quote!(fixed(#max_attempts, #base)),
    };
    let max = duration_setter(&quote!(max), *max);
    let jitter = (*jitter == Switch::On).then(|| quote!(.jitter()));
    let max_elapsed = duration_setter(&quote!(max_elapsed), *max_elapsed);
    quote!(#backoff #max #jitter #max_elapsed)
}

fn on_exhausted_setter(choice: OnExhausted, names: &Names) -> TokenStream {
    let runtime = &names.runtime;
    let choice = match choice {
        OnExhausted::DeadLetter => return quote!(.dead_letter()),
        OnExhausted::Park => quote!(Park),
        OnExhausted::SkipRun => quote!(SkipRun),
        OnExhausted::Terminate => quote!(Terminate),
    };
    quote!(.on_exhausted(#runtime::__private::OnExhausted::#choice))
}
