//! `#[derive(TaskTimer)]`: the stored names of the timers that an enum names.

use std::collections::BTreeSet;

use darling::FromMeta;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, LitStr, Meta, Variant, ext::IdentExt};

use crate::check::crate_path;
use crate::diag;
use crate::errors::Errors;
use crate::keyed::Keyed;
use crate::parse;
use crate::parse::value::{CratePath, Text};

/// The longest stored name, in bytes.
const LONGEST_NAME: usize = 64;

/// A timer and what stored rows call it.
struct Timer {
    variant: Ident,
    stored: String,
}

/// The keys of `#[timer(..)]` on a variant.
#[derive(Debug, Default, FromMeta)]
struct VariantKeys {
    name: Option<Keyed<Text>>,
}

/// The keys of `#[timer(..)]` on the enum.
#[derive(Debug, Default, FromMeta)]
struct EnumKeys {
    #[darling(rename = "crate")]
    runtime: Option<Keyed<CratePath>>,
}

/// Implements `TaskTimer`. Never fails: mistakes become `compile_error!`s beside an impl.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    match syn::parse2::<DeriveInput>(input) {
        Ok(input) => expand(&input),
        Err(error) => error.to_compile_error(),
    }
}

fn expand(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let keys: EnumKeys = keys(&input.attrs, &["crate"], &mut errors);
    let runtime = keys.runtime;
    let runtime = runtime.map_or_else(
        || quote!(::durable_jobs),
        |path| crate_path(path, &mut errors),
    );
    let timers = timers(input, &mut errors);
    match errors.finish(Some(timers)) {
        Ok(timers) => implementation(input, &runtime, &timers),
        Err(errors) => {
            let errors = errors.to_compile_errors();
            let implementation = implementation(input, &runtime, &[]);
            quote!(#implementation #errors)
        }
    }
}

/// Without timers it is one that only has to compile.
fn implementation(input: &DeriveInput, runtime: &TokenStream, timers: &[Timer]) -> TokenStream {
    let named = &input.ident;
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    let variants = timers.iter().map(|timer| &timer.variant);
    let again = variants.clone();
    let stored = timers.iter().map(|timer| &timer.stored);
    let stored_again = stored.clone();
    let none = timers.is_empty().then(|| quote!(_ => "",));
    quote! {
        #[automatically_derived]
        impl #impl_generics #runtime::TaskTimer for #named #type_generics #where_clause {
            fn name(&self) -> &'static str {
                match self {
                    #(Self::#variants => #stored,)*
                    #none
                }
            }
            fn from_name(name: &str) -> ::core::option::Option<Self> {
                match name {
                    #(#stored_again => ::core::option::Option::Some(Self::#again),)*
                    _ => ::core::option::Option::None,
                }
            }
        }
    }
}

fn timers(input: &DeriveInput, errors: &mut Errors) -> Vec<Timer> {
    if !input.generics.params.is_empty() {
        let problem = "an enum that names timers cannot be generic";
        let help = "a timer is known by its name alone: leave the parameters out";
        errors.push(diag::over(&input.generics.params, problem, help));
    }
    let Data::Enum(data) = &input.data else {
        let problem = "timers are named by the variants of an enum";
        let help = format!("write `enum {} {{ Remind, Expire }}`", input.ident);
        errors.push(diag::at(input.ident.span(), problem, help));
        return Vec::new();
    };
    if data.variants.is_empty() {
        let problem = format!("`{}` names no timer", input.ident);
        let help = "add a variant for each timer; a task with one timer needs no names: leave `timers` out";
        errors.push(diag::at(input.ident.span(), problem, help));
    }
    let mut taken = BTreeSet::new();
    let variants = data.variants.iter();
    variants
        .filter_map(|variant| timer(variant, &mut taken, errors))
        .collect()
}

fn timer(variant: &Variant, taken: &mut BTreeSet<String>, errors: &mut Errors) -> Option<Timer> {
    refuse_fields(variant, errors);
    let keys: VariantKeys = keys(&variant.attrs, &["name"], errors);
    let (stored, span) = match keys.name.map(|name| errors.keep(name.value)) {
        Some(Some(Text(name))) => checked(name, errors)?,
        Some(None) => return None,
        None => (variant.ident.unraw().to_string(), variant.ident.span()),
    };
    if !taken.insert(stored.clone()) {
        let problem = format!("two timers are called `{stored}`");
        errors.push(diag::at(span, problem, "give one of them another name"));
    }
    Some(Timer {
        variant: variant.ident.clone(),
        stored,
    })
}

fn refuse_fields(variant: &Variant, errors: &mut Errors) {
    let fields = match &variant.fields {
        Fields::Unit => return,
        Fields::Named(fields) => quote!(#fields),
        Fields::Unnamed(fields) => quote!(#fields),
    };
    let name = &variant.ident;
    let help =
        format!("write `{name}` alone, and keep what the timer is about in the state of the job");
    errors.push(diag::over(fields, "a timer has no fields", help));
}

fn checked(name: LitStr, errors: &mut Errors) -> Option<(String, Span)> {
    let stored = name.value();
    let help = "leave `name` out to use the variant's own name";
    let flaw = match stored.len() {
        0 => "is empty".to_owned(),
        length if length > LONGEST_NAME => {
            format!("is {length} bytes long, more than {LONGEST_NAME}")
        }
        _ if stored.chars().any(char::is_control) => "contains a control character".to_owned(),
        _ => return Some((stored, name.span())),
    };
    errors.push(diag::at(
        name.span(),
        format!("the stored name {flaw}"),
        help,
    ));
    None
}

/// The keys of all `#[timer(..)]` among the attributes.
fn keys<T: Default + FromMeta>(
    attributes: &[Attribute],
    known: &[&'static str],
    errors: &mut Errors,
) -> T {
    let mut tokens = TokenStream::new();
    for attribute in attributes {
        match &attribute.meta {
            Meta::List(list) if list.path.is_ident("timer") => {
                let list = &list.tokens;
                tokens.extend(quote!(#list,));
            }
            meta if meta.path().is_ident("timer") => {
                let help = "write `#[timer(name = \"..\")]`";
                errors.push(diag::over(meta, "`timer` takes keys in parentheses", help));
            }
            _ => {}
        }
    }
    parse::list_of("timer", known, tokens, errors).unwrap_or_default()
}
