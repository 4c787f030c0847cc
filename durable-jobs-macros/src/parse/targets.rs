//! The jobs that a job writes to.

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Path, Token};

use crate::keyed::{FromValue, Key, Value};

/// `jobs(Order, crate::Invoice)`.
#[derive(Debug)]
pub(crate) struct Targets(pub(crate) Vec<Path>);

impl FromValue for Targets {
    fn from_value(key: &Key, value: &Value<'_>) -> syn::Result<Self> {
        let help = "name the jobs that this one writes to, as in `jobs(Order, Invoice)`";
        let refuse = || value.refuse(key, "`jobs` takes a list of jobs", help);
        let Value::List(tokens) = value else {
            return Err(refuse());
        };
        let paths = Punctuated::<Path, Token![,]>::parse_terminated;
        let paths = paths.parse2((*tokens).clone()).map_err(|_| refuse())?;
        match paths.is_empty() {
            true => Err(refuse()),
            false => Ok(Self(paths.into_iter().collect())),
        }
    }
}
