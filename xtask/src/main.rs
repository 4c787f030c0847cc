//! The project's own commands: `cargo xtask test`, `cargo xtask bench` and their parts.

#![forbid(unsafe_code)]

mod bench;
mod command;
mod crashes;
mod flags;
mod fuzz;
mod mutants;
mod simulate;
mod size;
mod test;
mod tidy;
mod tools;
mod workerd;
mod workers;

use std::{env, process::ExitCode};

use command::{Failure, cargo};

const HELP: &str = "\
cargo xtask test              everything that CI checks
cargo xtask tidy              the rules that no lint knows: sizes of files, docs, forbidden words
cargo xtask size              what a cron schedule adds to a wasm module, and how large Workers are, in bytes
cargo xtask size --by-crate   what each crate adds to the Workers
cargo xtask tools             installs what builds and runs Workers, and prints the folder
cargo xtask simulate [ARGS]   random stories of all kinds of jobs: --seconds N under new seeds, --seed N that one
cargo xtask ui [--bless]      the compiler's messages to users; --bless writes them anew
cargo xtask crashes [ARGS]    kills a program under load, tears its file, fills its disk, fails its system calls;
                              --kills N so often; with --cloudflare it is workerd that is killed
cargo xtask fuzz [--seconds N] input that attacks, with random seeds; for a minute unless told otherwise
cargo xtask workerd [ARGS]    the tests on real workerd; ARGS go to the test programs
cargo xtask mutants [NAME]    the project broken on purpose, and the test that notices each time
cargo xtask bench [ARGS]      speed beside the raw limit; --json, --quick, --only NAME; with --cloudflare that of
                              Workers beside a hand-written one, and --disk";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), Failure> {
    match arguments {
        ["test"] => test::run(),
        ["tidy"] => tidy::run(),
        ["size"] => size::run(),
        ["size", "--by-crate"] => size::by_crate(),
        ["tools"] => {
            println!("{}", tools::install()?.folder().display());
            Ok(())
        }
        ["crashes", rest @ ..] => crashes::run(rest),
        ["fuzz", rest @ ..] => fuzz::run(rest),
        ["simulate", rest @ ..] => simulate::run(rest),
        ["workerd", rest @ ..] => workerd::run(rest),
        ["ui"] => cargo(&["test", "--package", "durable-jobs", "--test", "ui"]).run(),
        ["ui", "--bless"] => cargo(&["test", "--package", "durable-jobs", "--test", "ui"])
            .env("TRYBUILD", "overwrite")
            .run(),
        ["mutants"] => mutants::run(""),
        ["mutants", name] => mutants::run(name),
        ["bench", rest @ ..] => bench::run(rest),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        [unknown, ..] => Err(Failure::new(format!(
            "there is no command `{unknown}`\n\n{HELP}"
        ))),
    }
}
