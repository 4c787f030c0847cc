//! What is emitted for a mistake: the errors, the user's item, and every name and impl of the
//! success path, so that one mistake is one error and an editor goes on working.

use proc_macro2::TokenStream;
use quote::quote;

use crate::check::Names;
use crate::errors::Errors;
use crate::expand;
use crate::item::Item;
use crate::kind::Kind;

/// The errors beside an item that names a job.
pub(crate) fn expand<K: Kind>(
    errors: &Errors,
    names: &Names,
    associated: &TokenStream,
    item: &Item,
) -> TokenStream {
    let declaration = expand::declaration::<K>(&K::dummy_spec(names), associated, names);
    let errors = errors.to_compile_errors();
    quote! {
        #item
        #declaration
        #errors
    }
}

/// The errors beside an item that names none.
pub(crate) fn without_names(errors: &Errors, item: &Item) -> TokenStream {
    let errors = errors.to_compile_errors();
    quote!(#item #errors)
}
