//! What the compiler says to a user of the attributes: one file for each mistake, with exactly one
//! error on the token that is wrong, and jobs that must compile without any.
//!
//! The expected output is that of one compiler; with another one the comparison is left out.
//! `cargo xtask ui --bless` writes it anew.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// Files with more than one mistake, to show that all of them are told at once.
const SEVERAL: [(&str, usize); 4] = [
    ("continuous/fail/cron_two_fields_out_of_range", 2),
    ("continuous/fail/three_mistakes", 3),
    ("debounce/fail/two_mistakes", 2),
    ("rate_limit/fail/two_mistakes", 2),
];

/// Whose words the expected output repeats.
const COMPILER: &str = "rustc 1.95.";

#[test]
fn mistakes_are_told_as_expected() {
    if !compiler().starts_with(COMPILER) {
        println!("left out: the expected output is that of {COMPILER}");
        return;
    }
    // Without any that compile: then all of them are checked at once.
    trybuild::TestCases::new().compile_fail("tests/ui/*/fail/*.rs");
}

/// What must compile without a word, and run.
macro_rules! right {
    ($($name:ident: $file:literal),* $(,)?) => {
        const RIGHT: &[&str] = &[$($file),*];

        $(
            #[path = $file]
            #[allow(dead_code, missing_docs, unused_qualifications, unreachable_pub)]
            mod $name;
        )*

        #[test]
        fn what_is_right_compiles_and_runs() {
            $($name::main();)*
        }
    };
}

right! {
    calendar: "ui/continuous/pass/calendar.rs",
    hooks: "ui/continuous/pass/hooks.rs",
    interval: "ui/continuous/pass/interval.rs",
    batch: "ui/debounce/pass/batch.rs",
    every_hook: "ui/debounce/pass/every_hook.rs",
    messages: "ui/queue/pass/messages.rs",
    limiter: "ui/rate_limit/pass/limiter.rs",
    semaphore: "ui/semaphore/pass/semaphore.rs",
    state_machine: "ui/task/pass/state_machine.rs",
    timers: "ui/task/pass/timers.rs",
    writes_to_others: "ui/task/pass/writes_to_others.rs",
}

#[test]
fn nothing_that_is_right_is_left_out() -> Result<(), Box<dyn Error>> {
    let folder = folder();
    let mut found = 0;
    for kind in fs::read_dir(&folder)? {
        // Some kinds have none.
        for file in files(&kind?.path().join("pass"), "rs").unwrap_or_default() {
            let name = Path::new("ui").join(file.strip_prefix(&folder)?);
            let is_listed = RIGHT.iter().any(|right| name == Path::new(right));
            assert!(is_listed, "{}", name.display());
            found += 1;
        }
    }
    assert_eq!(found, RIGHT.len());
    Ok(())
}

#[test]
fn each_mistake_is_one_error() -> Result<(), Box<dyn Error>> {
    let folder = folder();
    let mut checked = 0;
    for kind in fs::read_dir(&folder)? {
        for file in files(&kind?.path().join("fail"), "rs")? {
            let name = file.strip_prefix(&folder)?.with_extension("");
            let several = SEVERAL
                .iter()
                .find(|(several, _)| name == Path::new(several));
            let mistakes = several.map_or(1, |(_, mistakes)| *mistakes);
            let output = fs::read_to_string(file.with_extension("stderr"))?;
            assert_eq!(lines_with(&output, "error"), mistakes, "{}", name.display());
            assert_eq!(lines_with(&output, "warning"), 0, "{}", name.display());
            checked += 1;
        }
    }
    assert!(checked > SEVERAL.len(), "only {checked} files");
    Ok(())
}

fn compiler() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = std::process::Command::new(rustc).arg("--version").output();
    version.map_or_else(
        |_| String::new(),
        |version| String::from_utf8_lossy(&version.stdout).into_owned(),
    )
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui")
}

fn files(folder: &Path, extension: &str) -> std::io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let paths = entries.into_iter().map(|entry| entry.path());
    Ok(paths
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect())
}

fn lines_with(output: &str, start: &str) -> usize {
    output
        .lines()
        .filter(|line| line.starts_with(start))
        .count()
}
