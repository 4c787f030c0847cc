//! Libraries that Workers must not bring.

use std::collections::BTreeSet;

use crate::{
    command::{Failure, cargo},
    tools::WASM,
};

/// Dates, time zones, async runtimes and regular expressions: each is larger than all of this library, and the
/// attributes do at compile time what they would do.
const UNWANTED: [&str; 14] = [
    "async-std",
    "chrono",
    "chrono-tz",
    "cron",
    "croner",
    "humantime",
    "jiff",
    "regex",
    "regex-automata",
    "regex-lite",
    "regex-syntax",
    "smol",
    "time",
    "tokio",
];

/// What a package's build for wasm links beyond what the platform's crate does.
pub(super) fn check(package: &str) -> Result<(), Failure> {
    let platform = linked("worker")?;
    let added: Vec<String> = linked(package)?.difference(&platform).cloned().collect();
    println!(
        "crates in {package} beyond those of `worker`: {}",
        added.join(", ")
    );
    let unwanted: Vec<&str> = added
        .iter()
        .map(String::as_str)
        .filter(|name| UNWANTED.contains(name))
        .collect();
    match unwanted.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(format!(
            "{package} brings {}",
            unwanted.join(", ")
        ))),
    }
}

/// Without macros, which stay in the compiler, and what only they need.
fn linked(package: &str) -> Result<BTreeSet<String>, Failure> {
    let edges = "normal,no-proc-macro";
    let listed = cargo(&["tree", "--package", package, "--target", WASM])
        .args(&["--edges", edges, "--prefix", "none", "--format", "{p}"])
        .output()?;
    let names = listed.lines().filter_map(|line| line.split(' ').next());
    Ok(names.map(str::to_owned).collect())
}
