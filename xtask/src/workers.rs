//! Builds Workers: Rust packages that workerd runs.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    command::{Failure, program, root},
    tools::Tools,
};

/// The built Workers' folder, as tests are told it.
pub(crate) const VARIABLE: &str = "DURABLE_JOBS_WORKERS";

/// A package whose library is a Worker.
#[derive(Debug)]
pub(crate) struct Worker {
    /// The package's name, which is the name of the folder of what is built.
    pub(crate) package: &'static str,
    /// Where it is in this repository.
    pub(crate) folder: &'static str,
    pub(crate) profile: Profile,
}

/// The profile is one of its own, so that native release builds keep theirs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Profile {
    /// As few bytes as can be.
    Small,
    /// A tenth more of them, for calls that take less time.
    Quick,
}

impl Profile {
    /// What the manifest of the workspace calls it.
    const fn name(self) -> &'static str {
        match self {
            Self::Small => "worker",
            Self::Quick => "worker-quick",
        }
    }
}

/// Whether the module is optimised once more, which takes seconds for each build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finish {
    /// As the compiler leaves it: for tests of behaviour.
    Compiled,
    /// The same with the names of its functions, even if the package leaves them out: to see what is in it.
    Named,
    /// As it is deployed: for sizes and speed.
    Deployed,
}

impl Finish {
    /// The folder that holds one built Worker in each sub-folder.
    pub(crate) fn folder(self) -> PathBuf {
        root().join(match self {
            Self::Compiled => "target/workers",
            Self::Named => "target/workers-named",
            Self::Deployed => "target/workers-deployed",
        })
    }
}

/// Bytes of a module, as it is and as it is uploaded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) raw: u64,
    pub(crate) gzip: u64,
}

/// Builds it and says how large it is.
pub(crate) fn build(tools: &Tools, worker: &Worker, finish: Finish) -> Result<Size, Failure> {
    compile(tools, worker, finish)?;
    let built = finish.folder().join(worker.package);
    let wasm = size(&built.join("index_bg.wasm"))?;
    let script = size(&built.join("index.js"))?;
    eprintln!(
        "{}: wasm {} bytes, {} gzip; script {} bytes, {} gzip",
        worker.package, wasm.raw, wasm.gzip, script.raw, script.gzip
    );
    Ok(wasm)
}

fn compile(tools: &Tools, worker: &Worker, finish: Finish) -> Result<(), Failure> {
    let built = finish.folder().join(worker.package);
    let mut build = program(
        tools.program("worker-build"),
        &["--profile", worker.profile.name()],
    )
    .args(&["--out-dir", &built.to_string_lossy()]);
    if finish != Finish::Deployed {
        build = build.args(&["--no-opt"]);
    }
    if finish == Finish::Named {
        build = build.env("RUSTFLAGS", "-Clink-arg=--keep-section=name");
    }
    build
        .within(&root().join(worker.folder))
        .env("WASM_BINDGEN_BIN", tools.program("wasm-bindgen"))
        .env("WASM_OPT_BIN", tools.program("wasm-opt"))
        .env("ESBUILD_BIN", tools.program("esbuild"))
        .run()
}

/// With the program `gzip` at its default level, as `wrangler deploy` counts: every Debian has it, and xtask stays free of crates.
fn size(file: &Path) -> Result<Size, Failure> {
    let packed = program("gzip", &["--stdout", &file.to_string_lossy()]).bytes()?;
    Ok(Size {
        raw: fs::metadata(file)?.len(),
        gzip: packed.len() as u64,
    })
}
