//! The programs that are built from crates.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::cache::{Cache, Wanted, remove};
use crate::command::{Failure, cargo, root};

/// Goes with the `worker` crate: it refuses other versions of it.
const WORKER_BUILD: &str = "0.8.7";

/// Worker and command line must agree on the version to the last digit.
pub(super) fn wasm_bindgen(cache: &Cache) -> Result<PathBuf, Failure> {
    let version = locked("wasm-bindgen")?;
    // The features are for its test runner, which nobody runs; its lock file asks for a version that is gone.
    let arguments = ["--no-default-features", "--bin", "wasm-bindgen"];
    install(cache, "wasm-bindgen-cli", &version, &arguments)
}

pub(super) fn worker_build(cache: &Cache) -> Result<PathBuf, Failure> {
    let arguments = ["--locked", "--bin", "worker-build"];
    install(cache, "worker-build", WORKER_BUILD, &arguments)
}

fn install(
    cache: &Cache,
    package: &str,
    version: &str,
    arguments: &[&str],
) -> Result<PathBuf, Failure> {
    let wanted = Wanted {
        name: &format!("{package}-{version}"),
        takes: "building it takes a few minutes",
    };
    cache.entry(&wanted, |folder| build(folder, package, version, arguments))
}

/// Optimised as far as it pays: these programs run for seconds and take minutes to build well.
fn build(folder: &Path, package: &str, version: &str, arguments: &[&str]) -> Result<(), Failure> {
    let target = folder.join("target");
    cargo(&["install", "--quiet", package, "--version", version])
        .args(arguments)
        .args(&["--root", &folder.to_string_lossy()])
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .run()?;
    remove(&target)
}

/// The version of that package in this repository's lock file.
fn locked(package: &str) -> Result<String, Failure> {
    let lock = fs::read_to_string(root().join("Cargo.lock"))?;
    version_in(&lock, package)
        .ok_or_else(|| Failure::new(format!("Cargo.lock has no package `{package}`")))
}

fn version_in(lock: &str, package: &str) -> Option<String> {
    let (_, after) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    let (version, _) = after.split_once('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::version_in;

    const LOCK: &str = "\
[[package]]
name = \"wasm-bindgen-macro\"
version = \"0.1.0\"

[[package]]
name = \"wasm-bindgen\"
version = \"0.2.130\"
";

    #[test]
    fn the_version_is_that_of_the_very_package() {
        assert_eq!(version_in(LOCK, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in(LOCK, "bindgen"), None);
    }
}
