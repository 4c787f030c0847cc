//! The items that every kind adds, whether or not the attribute has a mistake.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Generics, Ident, WhereClause, parse_quote};

use super::class::class_name;
use crate::check::Names;
use crate::kind::Kind;

/// The marker impls, the client and the export.
pub(crate) fn declaration<K: Kind>(
    spec: &TokenStream,
    associated: &TokenStream,
    names: &Names,
) -> TokenStream {
    let Names {
        visibility,
        job,
        generics,
        runtime,
        client,
        ..
    } = names;
    let kind = kind_ident::<K>();
    let declared = format_ident!("Declared{}", kind);
    let spec_type = format_ident!("{}Spec", kind);
    let client_type = format_ident!("{}Client", kind);
    let (impl_generics, type_generics, _) = generics.split_for_impl();
    let where_clause = where_clause(generics);
    let client_doc = format!(" Client for [`{job}`].");
    let class = class_name(&names.stored);
    let export = export(names, &class);
    let (targets, sends_to) = targets(names);
    quote! {
        #[automatically_derived]
        impl #impl_generics #runtime::__private::Declared for #job #type_generics #where_clause {
            type Kind = #runtime::__private::kind::#kind;
            const CLASS: &'static str = #class;
            #targets
        }
        #[automatically_derived]
        impl #impl_generics #runtime::__private::#declared for #job #type_generics #where_clause {
            const SPEC: #runtime::__private::#spec_type = #spec;
            #associated
        }
        #[doc = #client_doc]
        #visibility type #client #impl_generics = #runtime::#client_type<#job #type_generics>;
        #sends_to
        #export
    }
}

/// The list of the jobs that it writes to, for the host, and an impl for each, for the compiler. Both are told at the
/// name of that job.
fn targets(names: &Names) -> (Option<TokenStream>, TokenStream) {
    let Names {
        job,
        generics,
        runtime,
        targets,
        ..
    } = names;
    let (impl_generics, type_generics, _) = generics.split_for_impl();
    let where_clause = where_clause(generics);
    let listed = targets.iter().map(|target| {
        let place = at(target.span(), quote!(#runtime::__private::Target::of));
        quote_spanned!(target.span()=> #place::<#target>())
    });
    let list = (!targets.is_empty())
        .then(|| quote!(const TARGETS: &'static [#runtime::__private::Target] = &[#(#listed),*];));
    let impls = targets.iter().map(|target| {
        quote_spanned! {target.span()=>
            #[automatically_derived]
            impl #impl_generics #runtime::__private::SendsTo<#target> for #job #type_generics #where_clause {}
        }
    });
    (list, quote!(#(#impls)*))
}

/// The tokens, as if they stood there: a mistake is told where the whole path is.
fn at(span: Span, tokens: TokenStream) -> TokenStream {
    let tokens = tokens.into_iter().map(|mut token| {
        token.set_span(span);
        token
    });
    tokens.collect()
}

/// That the type has the impl that the attribute announces, told at the type's name.
pub(crate) fn assertion<K: Kind>(names: &Names) -> TokenStream {
    let Names { job, runtime, .. } = names;
    let assert_kind = format_ident!("assert_{}", K::ATTRIBUTE);
    quote_spanned! {job.span()=>
        const _: () = #runtime::__private::#assert_kind::<#job>();
    }
}

/// A generic type is refused, but its impls are to raise no second error: jobs outlive every
/// borrow.
fn where_clause(generics: &Generics) -> Option<WhereClause> {
    let mut clause = generics.where_clause.clone();
    if !generics.params.is_empty() {
        let clause = clause.get_or_insert_with(|| parse_quote!(where));
        clause.predicates.push(parse_quote!(Self: 'static));
    }
    clause
}

/// The Durable Object class, and the export by which tools learn of it. A generic type, which is refused, has
/// none.
fn export(names: &Names, class: &str) -> Option<TokenStream> {
    let Names {
        job,
        runtime,
        generics,
        ..
    } = names;
    let marker = format!("__durable_job_{class}");
    generics.params.is_empty().then(|| {
        quote! {
            #runtime::__private::export_job! { job: #job, class: #class, marker: #marker }
        }
    })
}

fn kind_ident<K: Kind>() -> Ident {
    Ident::new(K::TRAIT, Span::call_site())
}
