//! The rules that no lint knows.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    command::{Failure, program, root},
    mutants,
};

/// A source file has at most this many lines.
const MOST_LINES: usize = 400;

/// Names that say nothing about what a file holds.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "helpers", "common", "manager", "misc"];

/// Crates and what each may depend on: data flows one way.
const ARROWS: [(&str, &[&str]); 5] = [
    ("cargo-durable-jobs", &[]),
    ("durable-jobs-schedule", &[]),
    ("durable-jobs-macros", &["durable-jobs-schedule"]),
    ("durable-jobs-runtime", &["durable-jobs-schedule"]),
    (
        "durable-jobs-embedded",
        &["durable-jobs-runtime", "durable-jobs-schedule"],
    ),
];

pub(crate) fn run() -> Result<(), Failure> {
    let files = sources()?;
    let mut faults: Vec<String> = files.iter().filter_map(|file| file_fault(file)).collect();
    faults.extend(
        ARROWS
            .iter()
            .filter_map(|(name, allowed)| arrow_fault(name, allowed)),
    );
    faults.extend(lock_fault());
    faults.extend(mutants::faults());
    if faults.is_empty() {
        println!("tidy: {} source files", files.len());
        return Ok(());
    }
    Err(Failure::new(format!(
        "not tidy:\n  {}",
        faults.join("\n  ")
    )))
}

/// The Rust files that git knows, without snapshots.
fn sources() -> Result<Vec<PathBuf>, Failure> {
    let listed = program("git", &["ls-files", "*.rs"]).output()?;
    let files: Vec<PathBuf> = listed
        .lines()
        .filter(|path| !path.contains("snapshots/"))
        .map(|path| root().join(path))
        .collect();
    Ok(files.into_iter().filter(|file| file.exists()).collect())
}

fn file_fault(file: &Path) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let name = file.file_stem()?.to_string_lossy();
    let shown = file.strip_prefix(root()).unwrap_or(file).display();
    let lines = text.lines().count();
    if EMPTY_NAMES.contains(&&*name) {
        return Some(format!(
            "{shown}: the name says nothing about what the file holds"
        ));
    }
    if lines > MOST_LINES {
        return Some(format!(
            "{shown}: {lines} lines, {MOST_LINES} allowed: look for the seam"
        ));
    }
    let is_root = matches!(&*name, "lib" | "main");
    let documented = text
        .trim_start_matches("#![forbid(unsafe_code)]")
        .trim_start()
        .starts_with("//!");
    (is_root && !documented).then(|| format!("{shown}: the crate has no documentation"))
}

/// Which registry somebody used is not for everybody to use.
fn lock_fault() -> Option<String> {
    let path = "xtask/npm/package-lock.json";
    let lock = fs::read_to_string(root().join(path)).ok()?;
    lock.contains("\"resolved\"").then(|| {
        format!(
            "{path}: it names a registry; run `npm install --package-lock-only` beside its .npmrc"
        )
    })
}

/// A crate of ours that another one must not depend on.
fn arrow_fault(name: &str, allowed: &[&str]) -> Option<String> {
    let manifest = fs::read_to_string(root().join(name).join("Cargo.toml")).ok()?;
    let (_, after) = manifest.split_once("\n[dependencies]")?;
    let dependencies = after.split("\n[").next()?;
    let ours = dependencies
        .lines()
        .filter(|line| line.starts_with("durable-jobs"));
    let wrong = ours.filter_map(|line| line.split(['.', ' ', '=']).next());
    let wrong: Vec<&str> = wrong
        .filter(|dependency| !allowed.contains(dependency))
        .collect();
    (!wrong.is_empty()).then(|| format!("{name} must not depend on {}", wrong.join(", ")))
}
