//! Where the configuration and the built Worker are.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::{document::Document, error::Error};

/// What Wrangler looks for, in this order: a file of the first name anywhere above wins over one of the second
/// name in the folder itself.
const CONFIGURATIONS: [&str; 3] = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"];

/// Where `worker-build` writes, new and old, next to the configuration.
const BUILD_FOLDERS: [&str; 2] = ["build", "build/worker"];

/// What `worker-build` calls the module, new and old.
const MODULES: [&str; 2] = ["index_bg.wasm", "index.wasm"];

/// The configuration that Wrangler finds from a folder.
pub(crate) fn configuration(folder: &Path) -> Option<PathBuf> {
    let above = |name: &&str| {
        let candidates = folder.ancestors().map(|folder| folder.join(name));
        candidates.into_iter().find(|path| path.is_file())
    };
    CONFIGURATIONS.iter().find_map(above)
}

/// The module of the Worker whose `main` this is: beside it, beside the file that an old `main` hands on to,
/// or where `worker-build` writes.
pub(crate) fn module(folder: &Path, main: Option<&str>) -> Result<PathBuf, Error> {
    let mut searched = Vec::new();
    for candidate in candidates(folder, main) {
        if searched.contains(&candidate) {
            continue;
        }
        if let Some(found) = in_folder(&candidate)? {
            return Ok(found);
        }
        searched.push(candidate);
    }
    Err(Error::NotBuilt { searched })
}

fn candidates(folder: &Path, main: Option<&str>) -> Vec<PathBuf> {
    let main = main.map(|main| folder.join(main));
    let beside = main.as_deref().and_then(Path::parent);
    // `build/worker/shim.mjs` of a new build only hands on to `build/index.js`.
    let above = beside.filter(|folder| folder.ends_with("worker"));
    let above = above.and_then(Path::parent);
    let written = BUILD_FOLDERS.map(|build| folder.join(build));
    let near_main = beside.into_iter().chain(above).map(Path::to_owned);
    near_main.chain(written).collect()
}

fn in_folder(folder: &Path) -> Result<Option<PathBuf>, Error> {
    if !folder.is_dir() {
        return Ok(None);
    }
    let found = modules(folder).map_err(|source| Error::Unreadable {
        path: folder.to_owned(),
        source,
    })?;
    let known = MODULES.map(|name| folder.join(name));
    let known = known.into_iter().find(|path| found.contains(path));
    match (known, &found[..]) {
        (Some(known), _) => Ok(Some(known)),
        (None, []) => Ok(None),
        (None, [only]) => Ok(Some(only.clone())),
        (None, _) => Err(Error::SeveralModules { found }),
    }
}

fn modules(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The folder of a file; the one we are in for a bare name.
pub(crate) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// The name of the package in a folder, by which a new Worker is called.
pub(crate) fn package(folder: &Path) -> Result<String, Error> {
    let manifest = folder.join("Cargo.toml");
    let none = || Error::NoPackage {
        manifest: manifest.clone(),
    };
    if !manifest.is_file() {
        return Err(none());
    }
    let document = Document::read(&manifest)?;
    let name = document.get(["package", "name"]);
    let name = name.and_then(|name| name.as_text()).ok_or_else(none)?;
    Ok(name.to_lowercase())
}

/// A path as short as it can be said from here.
pub(crate) fn shown(path: &Path) -> String {
    let here = env::current_dir().unwrap_or_default();
    let short = path.strip_prefix(here).unwrap_or(path);
    let short = short.strip_prefix(".").unwrap_or(short);
    match short.as_os_str().is_empty() {
        true => ".".to_owned(),
        false => short.display().to_string(),
    }
}
