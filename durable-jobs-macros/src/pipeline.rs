//! The way of every attribute: parse, check, expand.

use proc_macro2::TokenStream;

use crate::errors::Errors;
use crate::item::Item;
use crate::kind::Kind;
use crate::{check, expand, fallback, parse};

/// Expands one attribute. Never fails: mistakes become `compile_error!`s beside the user's item.
pub(crate) fn run<K: Kind>(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let item = Item::parse::<K>(item, &mut errors);
    let Some(header) = &item.header else {
        return fallback::without_names(&errors, &item);
    };
    let parsed = parse::arguments::<K>(arguments, header, &mut errors);
    let names = check::names(header, parsed.naming, &mut errors);
    let associated = K::associated(&parsed.arguments.own, &names);
    let job = K::check(parsed.arguments, &mut errors);
    let output = match errors.finish(job) {
        Ok(job) => expand::expand::<K>(&job, &names, &associated, &item),
        Err(errors) => fallback::expand::<K>(&errors, &names, &associated, &item),
    };
    print_if_asked(&names, &output);
    output
}

/// Prints the expansion of the job that `DURABLE_JOBS_MACRO_DEBUG` names.
fn print_if_asked(names: &check::Names, output: &TokenStream) {
    if std::env::var("DURABLE_JOBS_MACRO_DEBUG").is_ok_and(|wanted| names.job == wanted) {
        eprintln!("{output}");
    }
}
