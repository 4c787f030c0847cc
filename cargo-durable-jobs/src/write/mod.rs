//! Writing: changes to a document, a new document, and the file.

mod create;
mod file;

pub(crate) use create::create;
pub(crate) use file::replace;

use crate::{change::Change, configuration::Scope, document::Document, error::Error};

/// The document after a change, which is again a document.
pub(crate) fn apply(
    document: &Document,
    change: &Change,
    scope: &Scope,
) -> Result<Document, Error> {
    let text = change.edit(document, scope)?.apply(document);
    Document::parse(document.path(), text).map_err(|_| Error::Unextendable {
        path: document.path().to_owned(),
        change: change.to_string(),
    })
}
