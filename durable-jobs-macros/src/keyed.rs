//! A value of an attribute that remembers its key, so that a conflict underlines the key and a bad
//! value the value.

use darling::FromMeta;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Expr, Lit, Meta, Path};

use crate::diag;

/// A key as the user wrote it.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) span: Span,
}

impl Key {
    /// The key of `path = ..`, `path(..)` or `path`.
    pub(crate) fn of(path: &Path) -> Self {
        let name = path.to_token_stream().to_string().replace(' ', "");
        let span = path
            .segments
            .first()
            .map_or_else(Span::call_site, |segment| segment.ident.span());
        Self { name, span }
    }
}

/// What follows a key.
#[derive(Debug)]
pub(crate) enum Value<'a> {
    /// `key` alone.
    Nothing,
    /// `key(..)`.
    List(&'a TokenStream),
    /// `key = "literal"`.
    Literal(&'a Lit),
    /// `key = anything else`.
    Other(TokenStream),
}

/// A type that an attribute's value is read into. It words its own errors.
pub(crate) trait FromValue: Sized {
    /// Reads `value`; `key` is for the message.
    fn from_value(key: &Key, value: &Value<'_>) -> syn::Result<Self>;
}

/// A value, good or bad, with its key. A bad one is reported by the check, beside whatever else is
/// wrong.
#[derive(Debug)]
pub(crate) struct Keyed<T> {
    pub(crate) key: Key,
    pub(crate) value: syn::Result<T>,
}

impl<T: FromValue> FromMeta for Keyed<T> {
    fn from_meta(meta: &Meta) -> darling::Result<Self> {
        let value = match meta {
            Meta::Path(_) => Value::Nothing,
            Meta::List(list) => Value::List(&list.tokens),
            Meta::NameValue(pair) => value_of(&pair.value),
        };
        let key = Key::of(meta.path());
        let value = T::from_value(&key, &value);
        Ok(Self { key, value })
    }
}

fn value_of(expression: &Expr) -> Value<'_> {
    match expression {
        Expr::Lit(literal) => Value::Literal(&literal.lit),
        // What a `macro_rules!` passed on stands in an invisible group.
        Expr::Group(group) => value_of(&group.expr),
        Expr::Verbatim(tokens) => Value::Other(tokens.clone()),
        other => Value::Other(other.to_token_stream()),
    }
}

impl Value<'_> {
    /// An error on this value, or on its key where nothing follows it.
    pub(crate) fn refuse(&self, key: &Key, problem: &str, help: &str) -> syn::Error {
        match self {
            Self::Nothing => diag::at(key.span, problem, help),
            Self::List(tokens) if tokens.is_empty() => diag::at(key.span, problem, help),
            Self::Other(tokens) if tokens.is_empty() => diag::at(key.span, problem, help),
            Self::List(tokens) => diag::over(tokens, problem, help),
            Self::Other(tokens) => diag::over(tokens, problem, help),
            Self::Literal(literal) => diag::at(literal.span(), problem, help),
        }
    }
}
