//! `SPEC` of a continuous job.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::quote;

use super::cron;
use super::failure::{self, Unasked};
use super::value::{duration, duration_setter, version_setter};
use crate::check::Names;
use crate::check::continuous::{Delay, Job, Missed, OnRecovery, Schedule};
use crate::parse::value::Switch;

/// The spec as the user declared it.
pub(crate) fn spec(job: &Job, names: &Names) -> TokenStream {
    let Job {
        schedule,
        start_immediately,
        failure,
        ..
    } = job;
    let Names {
        runtime, stored, ..
    } = names;
    let schedule = match schedule {
        Schedule::Every(interval) => {
            let interval = duration(*interval);
            quote!(every(#stored, #interval))
        }
        Schedule::Cron(compiled) => {
            let schedule = cron::constant(compiled.as_cron(), names);
            quote!(cron(#stored, #schedule))
        }
    };
    let first_run = (*start_immediately == Switch::Off)
        .then(|| quote!(.first_run(#runtime::__private::FirstRun::NextSlot)));
    let failure = failure::setters(failure, Unasked::DoesNotRetry, names);
    let (slots, keeping) = (slot_setters(job, names), keeping_setters(job, names));
    let version = version_setter(names);
    quote!(#runtime::__private::ContinuousSpec::#schedule #failure #first_run #slots #keeping #version)
}

/// `.missed(..).delay(..).jitter(..)`, as far as they are given.
fn slot_setters(job: &Job, names: &Names) -> TokenStream {
    let runtime = &names.runtime;
    let missed = job.missed.map(|missed| {
        let missed = match missed {
            Missed::Skip => quote!(Skip),
            Missed::Once => quote!(Once),
            Missed::All { most } => quote!(All { most: #most }),
        };
        quote!(.missed(#runtime::__private::Missed::#missed))
    });
    let delay = job.delay.map(|delay| match delay {
        Delay::AfterRun => quote!(.delay(#runtime::__private::Delay::AfterRun)),
    });
    let jitter = duration_setter(&quote!(jitter), job.jitter);
    quote!(#missed #delay #jitter)
}

/// The setters about what is kept and for how long, as far as they are given.
fn keeping_setters(job: &Job, names: &Names) -> TokenStream {
    let runtime = &names.runtime;
    let failures = job
        .max_consecutive_failures
        .map(|most| quote!(.max_consecutive_failures(#most)));
    let on_recovery = job.on_recovery.map(|choice| {
        let choice = match choice {
            OnRecovery::Retry => quote!(Retry),
            OnRecovery::Skip => quote!(Skip),
        };
        quote!(.on_recovery(#runtime::__private::OnRecovery::#choice))
    });
    let history = job.history.map(|most| quote!(.history(#most)));
    let retain = duration_setter(&quote!(retain), job.retain);
    let bytes = job
        .max_state_bytes
        .map(|most| quote!(.max_state_bytes(#most)));
    quote!(#failures #on_recovery #history #retain #bytes)
}

/// A spec that compiles, for a declaration with a mistake.
pub(crate) fn dummy_spec(names: &Names) -> TokenStream {
    let Names {
        runtime, stored, ..
    } = names;
    let interval = duration(Duration::from_secs(3_600));
    quote!(#runtime::__private::ContinuousSpec::every(#stored, #interval))
}
