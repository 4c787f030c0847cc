//! The attributes of durable-jobs.
//!
//! Use them through the `durable-jobs` crate, whose re-exports carry their documentation: the
//! generated code names items of that crate.
//!
//! Every attribute goes through `pipeline::run`: `parse` turns tokens into values that remember
//! where they stood, `check` applies the rules, `expand` writes data and names. Whatever is wrong,
//! the item itself is emitted.

mod check;
mod diag;
mod errors;
mod expand;
mod fallback;
mod item;
mod keyed;
mod kind;
mod parse;
mod pipeline;
mod simulation;
#[cfg(test)]
mod tests;
mod timer;

use proc_macro::TokenStream;

/// Declares a job that runs again and again on a schedule.
///
/// The documentation is on the re-export in `durable-jobs`.
#[proc_macro_attribute]
pub fn continuous(arguments: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::run::<kind::Continuous>(arguments.into(), item.into()).into()
}

/// Declares a job that gathers events and handles them as one batch.
///
/// The documentation is on the re-export in `durable-jobs`.
#[proc_macro_attribute]
pub fn debounce(arguments: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::run::<kind::Debounce>(arguments.into(), item.into()).into()
}

/// Declares a rate limiter: so many permits in a time.
///
/// The documentation is on the re-export in `durable-jobs`.
#[proc_macro_attribute]
pub fn rate_limit(arguments: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::run::<kind::RateLimit>(arguments.into(), item.into()).into()
}

/// Declares a semaphore: so many permits at a time.
///
/// The documentation is on the re-export in `durable-jobs`.
#[proc_macro_attribute]
pub fn semaphore(arguments: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::run::<kind::Semaphore>(arguments.into(), item.into()).into()
}

/// Declares a job that handles events one at a time and wakes itself.
///
/// The documentation is on the re-export in `durable-jobs`.
#[proc_macro_attribute]
pub fn task(arguments: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::run::<kind::Task>(arguments.into(), item.into()).into()
}

/// Names the timers of a task by the variants of an enum.
///
/// The documentation is on the re-export in `durable-jobs`.
#[proc_macro_derive(TaskTimer, attributes(timer))]
pub fn task_timer(input: TokenStream) -> TokenStream {
    timer::derive(input.into()).into()
}

/// Declares messages that a bounded number of workers process.
///
/// The documentation is on the re-export in `durable-jobs`.
#[proc_macro_attribute]
pub fn queue(arguments: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::run::<kind::Queue>(arguments.into(), item.into()).into()
}

/// Tells one story under many seeds, as a test.
///
/// The documentation is on the re-export in `durable-jobs-testing`.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    simulation::expand(arguments.into(), item.into()).into()
}
