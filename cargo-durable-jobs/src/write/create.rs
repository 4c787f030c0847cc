//! A new configuration.

use std::path::Path;

use crate::{
    arguments::Arguments,
    change::MAIN,
    configuration::Date,
    document::{Document, Format},
    edit::{Part, Tree, outline},
    error::Error,
    locate,
};

/// A configuration with everything but the jobs, named after the package in its folder.
pub(crate) fn create(path: &Path, check: &Arguments) -> Result<Document, Error> {
    let name = locate::package(locate::folder(path))?;
    let command = format!("worker-build --release && {check}");
    let keys = [
        ("name", name.as_str()),
        ("main", MAIN),
        ("compatibility_date", &Date::WRITTEN.to_string()),
    ];
    let keys = keys.map(|(key, value)| Part::Entry(key.to_owned(), Tree::text(value)));
    let build = Tree::table([("command", Tree::text(&command))]);
    let text = outline(Format::of(path), &keys, ("build", &build));
    Document::parse(path, text)
}
