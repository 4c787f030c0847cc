//! The attributes as functions from tokens to tokens.

mod diagnostics;
mod snapshots;

use proc_macro2::TokenStream;

use crate::kind::Kind;
use crate::pipeline;

/// The expansion of `#[kind(arguments)] item`, as a file that can be read.
fn expansion<K: Kind>(arguments: TokenStream, item: TokenStream) -> String {
    let output = pipeline::run::<K>(arguments, item);
    let file = syn::parse2(output).unwrap();
    prettyplease::unparse(&file)
}
