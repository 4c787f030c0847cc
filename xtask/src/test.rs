//! Everything that CI checks, what fails fastest first.

use crate::{
    command::{Failure, cargo},
    size, tidy,
    tools::{WASM, install_wasm_target},
    workerd,
};

/// What must compile for wasm, without a warning: the package and what else the compiler is told.
const WASM_PACKAGES: [(&str, &[&str]); 8] = [
    ("durable-jobs-schedule", &[]),
    ("durable-jobs-runtime", &[]),
    ("durable-jobs-cloudflare", &["--all-features"]),
    ("durable-jobs", &[]),
    ("quickstart", &["--lib"]),
    ("quickstart-worker", &[]),
    ("webhook-delivery", &["--lib"]),
    ("durable-jobs-tests-worker", &[]),
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
        cargo(&["clippy", "--target", WASM, "--package", package])
            .args(arguments)
            .args(&["--", "-D", "warnings"])
            .run()?;
    }
    unwinding()?;
    size::run()
}

/// Whoever builds a Worker whose panics unwind needs a nightly compiler; that ours would compile there, any can tell.
fn unwinding() -> Result<(), Failure> {
    cargo(&[
        "check",
        "--target",
        WASM,
        "--package",
        "quickstart",
        "--lib",
    ])
    .args(&["--target-dir", "target/unwinding"])
    .env("RUSTFLAGS", "-Cpanic=unwind")
    .run()
}
