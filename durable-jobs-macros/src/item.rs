//! The item under the attribute: its tokens, kept as they are, and its header.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Generics, Ident, Path, Token, Type, Visibility, token};

use crate::diag;
use crate::errors::Errors;
use crate::kind::{ATTRIBUTES, Kind, Subject};

/// The item under the attribute.
pub(crate) struct Item {
    tokens: TokenStream,
    /// The type that becomes a job, unless the item names none.
    pub(crate) header: Option<Header>,
}

/// What stands before the body of a struct or an enum. The body is the compiler's affair.
pub(crate) struct Header {
    pub(crate) visibility: Visibility,
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    /// What a struct without fields does not have: the keyword of an enum, or the fields.
    body: Option<TokenStream>,
}

impl Item {
    /// Never fails: an item that cannot be a job is an error, and is emitted all the same.
    pub(crate) fn parse<K: Kind>(tokens: TokenStream, errors: &mut Errors) -> Self {
        let found = errors.keep(Found::parse.parse2(tokens.clone()));
        let Some(found) = found else {
            return Self {
                tokens,
                header: None,
            };
        };
        let tokens = found.refuse_second_attribute::<K>(errors).unwrap_or(tokens);
        let header = found.into_header::<K>(errors);
        Self { tokens, header }
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.tokens.to_tokens(tokens);
    }
}

/// An item as far as this crate reads it.
struct Found {
    attributes: Vec<Attribute>,
    shape: Shape,
    /// Everything after the attributes.
    rest: TokenStream,
}

enum Shape {
    Type(Header),
    Union(Span),
    Impl { keyword: Span, job: Option<Ident> },
    Other { first: Span, noun: &'static str },
}

impl Found {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let rest = input.fork().parse()?;
        let shape = input.parse()?;
        input.parse::<TokenStream>()?;
        Ok(Self {
            attributes,
            shape,
            rest,
        })
    }

    /// The item without the other job attributes, so that they do not declare the same names again.
    fn refuse_second_attribute<K: Kind>(&self, errors: &mut Errors) -> Option<TokenStream> {
        let (second, kept): (Vec<_>, Vec<_>) = self
            .attributes
            .iter()
            .partition(|attribute| is_job_attribute(attribute.path()));
        let path = second.first()?.path();
        let problem = format!("one type is one job: it already has `#[{}]`", K::ATTRIBUTE);
        errors.push(diag::over(
            path,
            problem,
            "keep one attribute, and give a second job a type of its own",
        ));
        let rest = &self.rest;
        Some(quote!(#(#kept)* #rest))
    }

    fn into_header<K: Kind>(self, errors: &mut Errors) -> Option<Header> {
        match self.shape {
            Shape::Type(header) => {
                refuse_generics(&header.generics, errors);
                if let (Subject::Unit, Some(body)) = (K::SUBJECT, &header.body) {
                    errors.push(has_body::<K>(body, &header.ident));
                }
                Some(header)
            }
            Shape::Impl { keyword, job } => {
                errors.push(on_impl::<K>(keyword, job.as_ref()));
                job.map(Header::unseen)
            }
            Shape::Union(span) => {
                errors.push(on_other::<K>(span, "a union"));
                None
            }
            Shape::Other { first, noun } => {
                errors.push(on_other::<K>(first, noun));
                None
            }
        }
    }
}

impl Header {
    /// The header of a type that is written elsewhere.
    fn unseen(ident: Ident) -> Self {
        Self {
            visibility: Visibility::Inherited,
            ident,
            generics: Generics::default(),
            body: None,
        }
    }
}

impl Parse for Shape {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let visibility = input.parse::<Visibility>()?;
        if input.peek(Token![struct]) || input.peek(Token![enum]) {
            return parse_type(visibility, input).map(Self::Type);
        }
        if input.peek(Token![union]) && input.peek2(Ident) {
            return Ok(Self::Union(input.span()));
        }
        if input.peek(Token![impl]) || input.peek(Token![unsafe]) && input.peek2(Token![impl]) {
            return parse_impl(input);
        }
        Ok(Self::Other {
            first: input.span(),
            noun: noun(input),
        })
    }
}

fn parse_type(visibility: Visibility, input: ParseStream<'_>) -> syn::Result<Header> {
    let is_enum = input.peek(Token![enum]);
    let keyword = input.parse::<TokenTree>()?;
    let ident = input.parse()?;
    let mut generics: Generics = input.parse()?;
    let fields = match input.peek(token::Paren) {
        true => Some(input.parse::<TokenTree>()?),
        false => None,
    };
    generics.where_clause = input.parse()?;
    let fields = match input.peek(token::Brace) {
        true => Some(input.fork().parse::<TokenTree>()?),
        false => fields,
    };
    let body = if is_enum { Some(keyword) } else { fields };
    let body = body.map(|tokens| tokens.to_token_stream());
    Ok(Header {
        visibility,
        ident,
        generics,
        body,
    })
}

/// The type is what stands after `for`, or else what stands after `impl`.
fn parse_impl(input: ParseStream<'_>) -> syn::Result<Shape> {
    input.parse::<Option<Token![unsafe]>>()?;
    let keyword = input.parse::<Token![impl]>()?.span;
    input.parse::<Generics>()?;
    let first = input.parse::<Type>()?;
    let subject = match input.parse::<Option<Token![for]>>()? {
        Some(_) => input.parse()?,
        None => first,
    };
    Ok(Shape::Impl {
        keyword,
        job: plain_ident(&subject),
    })
}

fn plain_ident(subject: &Type) -> Option<Ident> {
    match subject {
        Type::Path(path) if path.qself.is_none() => path.path.get_ident().cloned(),
        _ => None,
    }
}

fn noun(input: ParseStream<'_>) -> &'static str {
    if input.peek(Token![trait]) {
        "a trait"
    } else if input.peek(Token![mod]) {
        "a module"
    } else if input.peek(Token![type]) {
        "a type alias"
    } else if input.peek(Token![fn])
        || input.peek(Token![async])
        || input.peek(Token![const]) && input.peek2(Token![fn])
    {
        "a function"
    } else {
        "this item"
    }
}

fn is_job_attribute(path: &Path) -> bool {
    let ours = path
        .segments
        .last()
        .is_some_and(|last| ATTRIBUTES.iter().any(|(name, _)| last.ident == name));
    let from_us = path
        .segments
        .first()
        .is_some_and(|first| first.ident == "durable_jobs");
    ours && (path.segments.len() == 1 || from_us)
}

fn refuse_generics(generics: &Generics, errors: &mut Errors) {
    if !generics.params.is_empty() {
        let help = "one job is one stored type: put the concrete types into the fields";
        errors.push(diag::over(
            &generics.params,
            "a job cannot be generic",
            help,
        ));
    }
}

fn on_impl<K: Kind>(keyword: Span, job: Option<&Ident>) -> syn::Error {
    let problem = format!("`#[{}]` goes on the struct, not on its impl", K::ATTRIBUTE);
    let place = job.map_or_else(|| "the struct".to_owned(), |job| format!("`struct {job}`"));
    diag::at(
        keyword,
        problem,
        format!("move it above {place} and leave this impl as it is"),
    )
}

fn on_other<K: Kind>(span: Span, noun: &str) -> syn::Error {
    let (subject, help) = match K::SUBJECT {
        Subject::State => (
            "a struct or an enum",
            format!(
                "write it above the struct that holds the job's state, and `impl {}` for it",
                K::TRAIT
            ),
        ),
        Subject::Unit => (
            "a struct without fields",
            "write it above one, as in `struct ApiCalls;`".to_owned(),
        ),
    };
    let problem = format!("`#[{}]` goes on {subject}, not on {noun}", K::ATTRIBUTE);
    diag::at(span, problem, help)
}

fn has_body<K: Kind>(body: &TokenStream, ident: &Ident) -> syn::Error {
    let problem = format!(
        "`#[{}]` goes on a struct without fields: it keeps nothing of yours",
        K::ATTRIBUTE
    );
    diag::over(body, problem, format!("write `struct {ident};`"))
}
