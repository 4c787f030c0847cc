//! Everything that CI checks, what fails fastest first.

use crate::{
    command::{Failure, cargo},
    size, tidy,
    tools::{WASM, install_wasm_target},
    workerd,
};

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
    workerd::lint()?;
    cargo(&["test", "--workspace", "--all-features"]).run()?;
    wasm()?;
    workerd::run(&[])?;
    cargo(&["doc", "--workspace", "--no-deps", "--all-features"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .run()?;
    println!("\neverything passed");
    Ok(())
}

fn wasm() -> Result<(), Failure> {
    install_wasm_target()?;
    for (package, arguments) in WASM_PACKAGES {
        cargo(&["check", "--target", WASM, "--package", package])
            .args(arguments)
            .run()?;
    }
    size::run()
}
