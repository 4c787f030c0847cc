//! `#[durable_jobs_testing::test(seeds = ..)]`: a test that tells one story under many seeds.

use darling::FromMeta;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, ExprRange, FnArg, ItemFn, Lit, RangeLimits, spanned::Spanned};

use crate::diag;
use crate::errors::Errors;
use crate::keyed::{FromValue, Key, Keyed, Value};
use crate::parse;

/// The keys of the attribute.
#[derive(Debug, Default, FromMeta)]
struct Keys {
    seeds: Option<Keyed<Seeds>>,
}

/// A range or an array.
#[derive(Debug)]
struct Seeds(Expr);

const HELP: &str = "write `seeds = 0..500`";

/// Writes the test. Never fails: mistakes become `compile_error!`s beside the function.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let story = story(item.clone(), &mut errors);
    let place = match arguments.is_empty() {
        true => story
            .as_ref()
            .map(|story| story.sig.ident.to_token_stream()),
        false => Some(arguments.clone()),
    };
    let keys = keys(arguments, &mut errors);
    let seeds = keys.and_then(|keys| seeds(keys, place, &mut errors));
    let item = story.as_ref().map_or(item, alone);
    match errors.finish(story.zip(seeds)) {
        Ok((story, Seeds(seeds))) => test(story, &seeds),
        Err(errors) => {
            let errors = errors.to_compile_errors();
            quote!(#[allow(dead_code)] #item #errors)
        }
    }
}

/// The keys, unless one was not understood, which may be the one that is missed.
fn keys(arguments: TokenStream, errors: &mut Errors) -> Option<Keys> {
    let mut own = Errors::default();
    let keys = parse::list_of("test", &["seeds"], arguments, &mut own);
    match own.finish(keys) {
        Ok(keys) => Some(keys),
        Err(own) => {
            errors.append(own);
            None
        }
    }
}

/// The function without another attribute that would make a test of it.
fn alone(story: &ItemFn) -> TokenStream {
    let mut story = story.clone();
    let is_test = |attribute: &syn::Attribute| attribute.path().is_ident("test");
    story.attrs.retain(|attribute| !is_test(attribute));
    story.into_token_stream()
}

fn test(story: ItemFn, seeds: &Expr) -> TokenStream {
    let ItemFn {
        attrs,
        vis,
        sig,
        block,
        ..
    } = story;
    let name = &sig.ident;
    quote! {
        #[::core::prelude::v1::test]
        #(#attrs)*
        #vis fn #name() {
            #sig #block
            ::durable_jobs_testing::simulate(#seeds, #name);
        }
    }
}

/// The function, if it is one that can be called with a simulation.
fn story(item: TokenStream, errors: &mut Errors) -> Option<ItemFn> {
    let Ok(story) = syn::parse2::<ItemFn>(item.clone()) else {
        let help = "write it above `async fn name(simulation: Simulation)`";
        let problem = "`#[durable_jobs_testing::test]` goes on an async function";
        errors.push(diag::over(first(item), problem, help));
        return None;
    };
    let signature = &story.sig;
    let shape = format!(
        "write `async fn {}(simulation: Simulation)`",
        signature.ident
    );
    if signature.asyncness.is_none() {
        let keyword = signature.fn_token.span();
        errors.push(diag::at(keyword, "a simulated test is async", &shape));
    }
    let inputs = &signature.inputs;
    match inputs.first() {
        Some(FnArg::Typed(_)) if inputs.len() == 1 => {}
        Some(_) => {
            let problem = "a simulated test takes the simulation and nothing else";
            errors.push(diag::over(inputs, problem, &shape));
        }
        None => {
            let problem = "a simulated test takes the simulation";
            errors.push(diag::at(signature.ident.span(), problem, &shape));
        }
    }
    if !signature.generics.params.is_empty() {
        let parameters = &signature.generics.params;
        errors.push(diag::over(parameters, "a test cannot be generic", &shape));
    }
    refuse_second_test(&story, errors);
    Some(story)
}

fn refuse_second_test(story: &ItemFn, errors: &mut Errors) {
    let mut attributes = story.attrs.iter();
    if let Some(second) = attributes.find(|attribute| attribute.path().is_ident("test")) {
        let problem = "`#[durable_jobs_testing::test]` makes a test of it already";
        errors.push(diag::over(second, problem, "leave `#[test]` out"));
    }
}

fn first(item: TokenStream) -> TokenStream {
    item.into_iter().take(1).collect()
}

fn seeds(keys: Keys, place: Option<TokenStream>, errors: &mut Errors) -> Option<Seeds> {
    match keys.seeds {
        Some(seeds) => errors.keep(seeds.value),
        None => {
            let problem = "under which seeds is the story told?";
            let missing = place.map(|place| diag::over(place, problem, HELP));
            missing.into_iter().for_each(|error| errors.push(error));
            None
        }
    }
}

impl FromValue for Seeds {
    fn from_value(key: &Key, value: &Value<'_>) -> syn::Result<Self> {
        let refuse = |problem| Err(value.refuse(key, problem, HELP));
        let Value::Other(tokens) = value else {
            return refuse("`seeds` is a range of numbers");
        };
        match syn::parse2::<Expr>(tokens.clone()) {
            Ok(Expr::Range(range)) if range.start.is_none() || range.end.is_none() => {
                refuse("`seeds` is a range with a beginning and an end")
            }
            Ok(Expr::Range(range)) if is_empty(&range) => refuse("there is no seed in this range"),
            Ok(Expr::Array(array)) if array.elems.is_empty() => {
                refuse("there is no seed in this list")
            }
            Ok(seeds @ (Expr::Range(_) | Expr::Array(_))) => Ok(Self(seeds)),
            _ => refuse("`seeds` is a range of numbers"),
        }
    }
}

/// Whether a range of literals holds nothing.
fn is_empty(range: &ExprRange) -> bool {
    let bounds = number(range.start.as_deref()).zip(number(range.end.as_deref()));
    bounds.is_some_and(|(start, end)| match range.limits {
        RangeLimits::HalfOpen(_) => start >= end,
        RangeLimits::Closed(_) => start > end,
    })
}

fn number(bound: Option<&Expr>) -> Option<u64> {
    match bound? {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        },
        _ => None,
    }
}
