//! What the job, its generated items and its stored rows are called.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{Generics, Ident, Path, Visibility};

use crate::diag;
use crate::errors::Errors;
use crate::item::Header;
use crate::keyed::Keyed;
use crate::parse::Naming;
use crate::parse::value::{CratePath, Text};

/// The longest stored name, in bytes.
const LONGEST_NAME: usize = 64;

/// Names that the success path and the failure path share. A wrong one is reported and replaced.
pub(crate) struct Names {
    pub(crate) visibility: Visibility,
    pub(crate) job: Ident,
    pub(crate) generics: Generics,
    /// The path of the `durable-jobs` crate.
    pub(crate) runtime: TokenStream,
    /// The client's type.
    pub(crate) client: Ident,
    /// What stored rows and addresses say.
    pub(crate) stored: String,
    pub(crate) version: Option<u32>,
    /// The jobs that it writes to.
    pub(crate) targets: Vec<Path>,
}

/// Checks the keys about names.
pub(crate) fn names(header: &Header, naming: Naming, errors: &mut Errors) -> Names {
    let Naming {
        version,
        name,
        client,
        runtime,
        jobs,
    } = naming;
    let job = header.ident.clone();
    let client = client
        .and_then(|client| errors.keep(client.value))
        .map(|alias| alias.0);
    Names {
        visibility: header.visibility.clone(),
        generics: header.generics.clone(),
        runtime: runtime.map_or_else(|| quote!(::durable_jobs), |path| crate_path(path, errors)),
        client: client.unwrap_or_else(|| format_ident!("{}Client", job)),
        stored: stored_name(name, &job, errors),
        version: version.and_then(|version| super::failure::at_least_one(version, errors)),
        targets: super::targets::check(jobs, errors),
        job,
    }
}

fn stored_name(name: Option<Keyed<Text>>, job: &Ident, errors: &mut Errors) -> String {
    let ident = job.unraw().to_string();
    let (stored, span) = match name.map(|name| errors.keep(name.value)) {
        Some(Some(text)) => (text.0.value(), text.0.span()),
        Some(None) => return ident,
        None => (ident, job.span()),
    };
    if let Some((flaw, help)) = flaw(&stored) {
        errors.push(diag::at(span, format!("the stored name {flaw}"), help));
    }
    stored
}

fn flaw(name: &str) -> Option<(String, String)> {
    let leave_out = "leave `name` out to use the type's own name".to_owned();
    if name.is_empty() {
        return Some(("is empty".to_owned(), leave_out));
    }
    if name.contains(':') {
        let help = format!(
            "write `name = \"{}\"`: `:` separates the parts of an instance id",
            name.replace(':', "-")
        );
        return Some(("contains `:`".to_owned(), help));
    }
    if name.chars().any(char::is_control) {
        return Some((
            "contains a control character".to_owned(),
            "use characters that can be read".to_owned(),
        ));
    }
    let length = name.len();
    (length > LONGEST_NAME).then(|| {
        let help =
            format!("give one of at most {LONGEST_NAME} bytes, as in `name = \"refresher\"`");
        (format!("is {length} bytes long"), help)
    })
}

/// The path of the `durable-jobs` crate. The generated code stands wherever the item does, so it
/// must be absolute.
pub(crate) fn crate_path(path: Keyed<CratePath>, errors: &mut Errors) -> TokenStream {
    let Some(path) = errors.keep(path.value) else {
        return quote!(::durable_jobs);
    };
    if let Err(error) = require_absolute(&path) {
        errors.push(error);
    }
    path.0.to_token_stream()
}

fn require_absolute(path: &CratePath) -> syn::Result<()> {
    let CratePath(Path {
        leading_colon,
        segments,
    }) = path;
    let first = segments
        .first()
        .map(|segment| segment.ident.to_string())
        .unwrap_or_default();
    if leading_colon.is_some() || first == "crate" {
        return Ok(());
    }
    let written = path.written();
    let (problem, help) = match first.as_str() {
        "self" => {
            let rest = written.trim_start_matches("self::");
            (
                "`crate` cannot start with `self`",
                format!("write the path from the crate's root, as in `crate::..::{rest}`"),
            )
        }
        "super" => {
            let rest = written.trim_start_matches("super::");
            (
                "`crate` cannot start with `super`",
                format!("write the path from the crate's root, as in `crate::..::{rest}`"),
            )
        }
        _ => (
            "`crate` must be an absolute path",
            format!("write `crate = ::{written}`, or `crate = crate::{written}`"),
        ),
    };
    Err(diag::over(&path.0, problem, help))
}
