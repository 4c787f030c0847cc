//! The attributes as functions from tokens to tokens.

mod arguments;
mod attack;
mod batches;
mod continuous;
mod items;
mod retries;
mod snapshots;
mod task_arguments;
mod timers;

use proc_macro2::TokenStream;
use syn::{Item, LitStr};

use crate::kind::Kind;
use crate::pipeline;

/// The expansion of `#[kind(arguments)] item`, as a file that can be read.
fn expansion<K: Kind>(arguments: TokenStream, item: TokenStream) -> String {
    let output = pipeline::run::<K>(arguments, item);
    let file = syn::parse2(output).unwrap();
    prettyplease::unparse(&file)
}

/// The messages for `#[kind(arguments)] struct Job;`, in the order in which they are shown.
fn messages<K: Kind>(arguments: &str) -> Vec<String> {
    messages_on::<K>(arguments, "struct Job;")
}

fn messages_on<K: Kind>(arguments: &str, item: &str) -> Vec<String> {
    messages_of(pipeline::run::<K>(
        arguments.parse().unwrap(),
        item.parse().unwrap(),
    ))
}

fn messages_of(output: TokenStream) -> Vec<String> {
    let file: syn::File = syn::parse2(output).unwrap();
    let errors = file.items.into_iter().filter_map(|item| match item {
        Item::Macro(call) if call.mac.path.segments.last().unwrap().ident == "compile_error" => {
            Some(call.mac)
        }
        _ => None,
    });
    errors
        .map(|call| call.parse_body::<LitStr>().unwrap().value())
        .collect()
}

/// The first line of each message.
fn problems<K: Kind>(arguments: &str) -> Vec<String> {
    messages::<K>(arguments)
        .iter()
        .map(|message| message.lines().next().unwrap().to_owned())
        .collect()
}
