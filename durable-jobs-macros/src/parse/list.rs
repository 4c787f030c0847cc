//! The list of arguments: every argument is parsed on its own, so that one that cannot be read
//! hides no other.

use darling::ast::NestedMeta;
use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{Parse, Parser};
use syn::{Expr, Meta, MetaNameValue};

use crate::diag;
use crate::errors::Errors;

/// Arguments that could be read.
pub(crate) struct List {
    pub(crate) items: Vec<Meta>,
    /// Whether every argument could be read.
    pub(crate) complete: bool,
}

/// Splits `tokens` at commas and parses each part.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> List {
    let parts = split(tokens);
    let count = parts.len();
    let items: Vec<_> = parts
        .into_iter()
        .filter_map(|part| errors.keep(parse_part(part)))
        .collect();
    List {
        complete: items.len() == count,
        items,
    }
}

fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let trees: Vec<_> = tokens.into_iter().collect();
    let parts =
        trees.split(|tree| matches!(tree, TokenTree::Punct(comma) if comma.as_char() == ','));
    parts
        .filter(|part| !part.is_empty())
        .map(|part| part.iter().cloned().collect())
        .collect()
}

fn parse_part(part: TokenStream) -> syn::Result<Meta> {
    match NestedMeta::parse.parse2(part.clone()) {
        Ok(NestedMeta::Meta(meta)) => Ok(meta),
        // What is no expression is the value's own affair, as is an expression of the wrong type.
        Ok(NestedMeta::NameValueInvalidExpr(pair)) => {
            let value = Expr::Verbatim(pair.value);
            Ok(Meta::NameValue(MetaNameValue {
                path: pair.path,
                eq_token: pair.eq_token,
                value,
            }))
        }
        Ok(NestedMeta::Lit(literal)) => Err(diag::at(
            literal.span(),
            "a value needs a key",
            "write it as `key = value`",
        )),
        Err(_) => {
            let help = advice(&part);
            Err(diag::over(part, "this is not an argument", help))
        }
    }
}

/// A colon in place of `=` is the likeliest slip.
fn advice(part: &TokenStream) -> String {
    let mut trees = part.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Ident(key)), Some(TokenTree::Punct(colon))) if colon.as_char() == ':' => {
            format!("write `{key} = ..`, with `=` in place of `:`")
        }
        _ => "write `key = value`, `key(..)` or `key`, with a comma between two of them".to_owned(),
    }
}
