//! Installs what builds and runs Workers: once for each version, in a folder that outlives `target`.
//!
//! Nothing is downloaded or built on a second run, and two runs at the same time wait for each other.

mod cache;
mod crates;
mod layout;
mod npm;
mod wasm;

use std::path::{Path, PathBuf};

pub(crate) use wasm::{TARGET as WASM, install as install_wasm_target};

use crate::command::Failure;
use cache::Cache;

/// The tools' folder, as tests are told it.
pub(crate) const VARIABLE: &str = "DURABLE_JOBS_TOOLS";

/// Installed tools: programs in `bin/`.
#[derive(Debug)]
pub(crate) struct Tools {
    folder: PathBuf,
}

impl Tools {
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.folder.join("bin").join(name)
    }
}

/// Installs what is missing, and says what it does if that takes long.
pub(crate) fn install() -> Result<Tools, Failure> {
    check_platform()?;
    install_wasm_target()?;
    let cache = Cache::open()?;
    let sources = layout::Sources {
        npm: npm::install(&cache)?,
        wasm_bindgen: crates::wasm_bindgen(&cache)?,
        worker_build: crates::worker_build(&cache)?,
    };
    let folder = layout::install(&cache, &sources)?;
    Ok(Tools { folder })
}

/// The programs from npm are pinned for one platform.
fn check_platform() -> Result<(), Failure> {
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Ok(());
    }
    Err(Failure::new(
        "the tools for Workers are pinned for Linux on x86-64; run this command there, or in a container",
    ))
}
