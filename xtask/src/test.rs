//! Everything that CI checks, what fails fastest first.

use crate::{
    command::{Failure, cargo, program},
    size, tidy,
};

const WASM: &str = "wasm32-unknown-unknown";

/// What must compile for wasm: the package and its features there.
const WASM_PACKAGES: [(&str, &[&str]); 4] = [
    ("durable-jobs-schedule", &[]),
    ("durable-jobs-runtime", &[]),
    ("durable-jobs", &[]),
    ("quickstart", &["--lib"]),
];

pub(crate) fn run() -> Result<(), Failure> {
    cargo(&["fmt", "--all", "--check"]).run()?;
    tidy::run()?;
    cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--",
        "-D",
        "warnings",
    ])
    .run()?;
    cargo(&["test", "--workspace", "--all-features"]).run()?;
    wasm()?;
    cargo(&["doc", "--workspace", "--no-deps", "--all-features"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .run()?;
    println!("\neverything passed");
    Ok(())
}

fn wasm() -> Result<(), Failure> {
    install_target()?;
    for (package, arguments) in WASM_PACKAGES {
        cargo(&["check", "--target", WASM, "--package", package])
            .args(arguments)
            .run()?;
    }
    size::run()
}

/// Without rustup the target has come with the compiler, or the check says that it is missing.
fn install_target() -> Result<(), Failure> {
    let Ok(installed) = program("rustup", &["target", "list", "--installed"]).output() else {
        return Ok(());
    };
    if installed.lines().any(|target| target == WASM) {
        return Ok(());
    }
    program("rustup", &["target", "add", WASM]).run()
}
