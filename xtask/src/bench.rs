//! Benchmarks: the embedded host beside SQLite, and Workers beside a hand-written one.

use crate::{
    command::{Failure, Program, cargo},
    size, tools,
    workers::{self, Finish, Profile, Worker},
};

/// The Workers that are measured.
const WORKERS: [Worker; 2] = [
    Worker {
        package: "durable-jobs-bench-worker",
        folder: "benches/cloudflare/worker",
        profile: Profile::Quick,
    },
    Worker {
        package: "durable-jobs-bench-bare",
        folder: "benches/cloudflare/bare",
        profile: Profile::Quick,
    },
];

/// Runs the benchmark of a host; `arguments` go to it, apart from the one that chooses Cloudflare.
pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let others: Vec<&str> = arguments
        .iter()
        .copied()
        .filter(|argument| *argument != "--cloudflare")
        .collect();
    match others.len() == arguments.len() {
        true => embedded(arguments),
        false => cloudflare(&others),
    }
}

fn embedded(arguments: &[&str]) -> Result<(), Failure> {
    program("durable-jobs-bench").args(arguments).run()
}

fn cloudflare(arguments: &[&str]) -> Result<(), Failure> {
    let tools = tools::install()?;
    for worker in &WORKERS {
        workers::build(&tools, worker, Finish::Deployed)?;
    }
    program("durable-jobs-bench-cloudflare")
        .args(arguments)
        .env(tools::VARIABLE, tools.folder())
        .env(workers::VARIABLE, Finish::Deployed.folder())
        .run()?;
    match arguments {
        [] | ["--disk"] => sizes(),
        _ => Ok(()),
    }
}

/// How large the quickstart is belongs to the picture, but not to a part of it.
fn sizes() -> Result<(), Failure> {
    println!();
    size::workers()?;
    size::by_crate()
}

fn program(package: &str) -> Program {
    cargo(&["run", "--quiet", "--release", "--package", package, "--"])
}
