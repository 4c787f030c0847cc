//! From a checked declaration to code: data and names, no logic.

mod class;
pub(crate) mod continuous;
mod cron;
pub(crate) mod debounce;
mod declaration;
mod failure;
pub(crate) mod queue;
pub(crate) mod rate_limit;
pub(crate) mod semaphore;
pub(crate) mod task;
mod value;

use proc_macro2::TokenStream;
use quote::quote;

pub(crate) use self::declaration::declaration;
use crate::check::Names;
use crate::item::Item;
use crate::kind::{Kind, Subject};

/// The user's item, first and untouched, then what the attribute adds.
pub(crate) fn expand<K: Kind>(
    job: &K::Job,
    names: &Names,
    associated: &TokenStream,
    item: &Item,
) -> TokenStream {
    let declaration = declaration::<K>(&K::spec(job, names), associated, names);
    let assertion = (K::SUBJECT == Subject::State).then(|| declaration::assertion::<K>(names));
    quote! {
        #item
        #declaration
        #assertion
    }
}
