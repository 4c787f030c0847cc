//! From tokens to values: which keys are there, and what kind of value each has. No rule about the
//! values themselves.

pub(crate) mod continuous;
pub(crate) mod debounce;
mod failure;
pub(crate) mod keys;
mod list;
mod naming;
pub(crate) mod queue;
pub(crate) mod rate_limit;
pub(crate) mod retry;
pub(crate) mod semaphore;
pub(crate) mod targets;
pub(crate) mod task;
pub(crate) mod value;

use darling::FromMeta;
use darling::ast::NestedMeta;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Meta;

use crate::errors::Errors;
use crate::item::Header;
use crate::keyed::Key;
use crate::kind::Kind;

pub(crate) use self::failure::Failure;
use self::keys::Keys;
pub(crate) use self::naming::Naming;

/// The keys that every kind with handlers takes beside its own.
pub(crate) const SHARED_KEYS: &[&str] = &[
    "retry",
    "timeout",
    "on_exhausted",
    "log",
    "version",
    "name",
    "client",
    "crate",
    "jobs",
];

/// The keys that kinds without handlers take beside their own.
pub(crate) const UNIT_KEYS: &[&str] = &["name", "client", "crate"];

/// What one attribute says.
pub(crate) struct Parsed<O> {
    pub(crate) arguments: Arguments<O>,
    pub(crate) naming: Naming,
}

/// What one attribute says about the job's behaviour.
pub(crate) struct Arguments<O> {
    pub(crate) own: O,
    pub(crate) failure: Failure,
    pub(crate) absent: Absent,
}

/// Where to report that a key is absent, and whether to.
pub(crate) enum Absent {
    /// On these tokens.
    Report(TokenStream),
    /// Nowhere: some key was not understood, and may be the one that is missed.
    Excuse,
}

impl Absent {
    /// Reports an absent key, unless a key that was not understood explains it.
    pub(crate) fn report(&self, errors: &mut Errors, problem: &str, help: &str) {
        if let Self::Report(tokens) = self {
            errors.push(crate::diag::over(tokens, problem, help));
        }
    }
}

/// Reads the arguments of one attribute. Whatever cannot be read is reported and left out.
pub(crate) fn arguments<K: Kind>(
    tokens: TokenStream,
    header: &Header,
    errors: &mut Errors,
) -> Parsed<K::Own> {
    let place = if tokens.is_empty() {
        header.ident.to_token_stream()
    } else {
        tokens.clone()
    };
    let list = list::parse(tokens, errors);
    let known = Keys::of_attribute::<K>().known(list.items, errors);
    let absent = if list.complete && known.complete {
        Absent::Report(place)
    } else {
        Absent::Excuse
    };
    let failure = read(&known.items, failure::KEYS, errors).unwrap_or_default();
    let naming = read(&known.items, naming::KEYS, errors).unwrap_or_default();
    let own = read(&known.items, K::OWN_KEYS, errors).unwrap_or_default();
    Parsed {
        arguments: Arguments {
            own,
            failure,
            absent,
        },
        naming,
    }
}

/// Reads the keys of a list inside an attribute, or of an attribute of its own.
pub(crate) fn list_of<T: FromMeta>(
    name: &str,
    keys: &[&'static str],
    tokens: TokenStream,
    errors: &mut Errors,
) -> Option<T> {
    let list = list::parse(tokens, errors);
    let known = Keys::of_list(name, keys, &[]).known(list.items, errors);
    read(&known.items, keys, errors)
}

/// Reads those of `items` whose key is one of `keys`.
fn read<T: FromMeta>(items: &[Meta], keys: &[&str], errors: &mut Errors) -> Option<T> {
    let is_mine = |item: &&Meta| keys.contains(&Key::of(item.path()).name.as_str());
    let mine: Vec<_> = items
        .iter()
        .filter(is_mine)
        .cloned()
        .map(NestedMeta::Meta)
        .collect();
    errors.keep(T::from_list(&mine).map_err(syn::Error::from))
}
