//! The file on disk.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
};

use crate::{document::Document, error::Error, locate};

/// Puts the text of a document in the place of its file, in one step: whoever reads it meanwhile reads the old
/// text or the new one.
pub(crate) fn replace(document: &Document) -> Result<(), Error> {
    // A link stays a link: what it leads to is replaced.
    let path = fs::canonicalize(document.path()).unwrap_or_else(|_| document.path().to_owned());
    let beside = beside(&path);
    let replaced = write(&beside, document, &path).and_then(|()| fs::rename(&beside, &path));
    replaced.map_err(|source| {
        let _ = fs::remove_file(&beside);
        Error::Unwritable { path, source }
    })
}

fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    locate::folder(path).join(format!(".{name}.{}.new", process::id()))
}

fn write(beside: &Path, document: &Document, path: &Path) -> io::Result<()> {
    let mut file = File::create_new(beside)?;
    file.write_all(document.mark().as_bytes())?;
    file.write_all(document.text().as_bytes())?;
    if let Ok(metadata) = fs::metadata(path) {
        file.set_permissions(metadata.permissions())?;
    }
    file.sync_all()
}
