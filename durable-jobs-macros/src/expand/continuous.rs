//! `SPEC` of a continuous job.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::quote;

use super::cron;
use super::failure::{self, Unasked};
use super::value::{duration, version_setter};
use crate::check::Names;
use crate::check::continuous::{Job, Schedule};
use crate::parse::value::Switch;

/// The spec as the user declared it.
pub(crate) fn spec(job: &Job, names: &Names) -> TokenStream {
    let Job {
        schedule,
        start_immediately,
        failure,
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
    let version = version_setter(names);
    quote!(#runtime::__private::ContinuousSpec::#schedule #failure #first_run #version)
}

/// A spec that compiles, for a declaration with a mistake.
pub(crate) fn dummy_spec(names: &Names) -> TokenStream {
    let Names {
        runtime, stored, ..
    } = names;
    let interval = duration(Duration::from_secs(3_600));
    quote!(#runtime::__private::ContinuousSpec::every(#stored, #interval))
}
