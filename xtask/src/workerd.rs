//! Tests on real workerd: installs the tools, builds the Workers, runs what needs both.

use crate::{
    command::{Failure, Program, cargo},
    tools::{self, Tools},
    workers::{self, Finish, Profile, Worker},
};

/// The Workers that tests start.
const WORKERS: [Worker; 3] = [
    Worker {
        package: "durable-jobs-tests-worker",
        folder: "tests/worker",
        profile: Profile::Small,
    },
    Worker {
        package: "quickstart-worker",
        folder: "examples/quickstart-worker",
        profile: Profile::Small,
    },
    Worker {
        package: "webhook-delivery",
        folder: "examples/webhook-delivery",
        profile: Profile::Small,
    },
];

/// The tests that need them: package and name. Their manifests say `test = false`, so that nothing else runs them.
const TESTS: [(&str, &str); 6] = [
    ("cargo-durable-jobs", "deploy"),
    ("durable-jobs-workerd", "workerd"),
    ("durable-jobs-tests-cloudflare", "conformance"),
    ("durable-jobs-tests-cloudflare", "platform"),
    ("quickstart", "parity"),
    ("webhook-delivery", "worker"),
];

/// What runs nowhere else is linted nowhere else.
pub(crate) fn lint() -> Result<(), Failure> {
    for (package, test) in TESTS {
        cargo(&["clippy", "--package", package, "--test", test])
            .args(&["--", "-D", "warnings"])
            .run()?;
    }
    Ok(())
}

/// Runs all of them; `arguments` go to the test programs.
pub(crate) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let tools = tools()?;
    for (package, test) in TESTS {
        with(&tools, package, test)
            .args(&["--"])
            .args(arguments)
            .run()?;
    }
    Ok(())
}

/// One of them, ready to be run.
pub(crate) fn test(package: &str, test: &str) -> Result<Program, Failure> {
    Ok(with(&tools()?, package, test))
}

/// Installs what they need, and builds the Workers.
fn tools() -> Result<Tools, Failure> {
    let tools = tools::install()?;
    for worker in &WORKERS {
        workers::build(&tools, worker, Finish::Compiled)?;
    }
    Ok(tools)
}

fn with(tools: &Tools, package: &str, test: &str) -> Program {
    cargo(&["test", "--package", package, "--test", test])
        .env(tools::VARIABLE, tools.folder())
        .env(workers::VARIABLE, Finish::Compiled.folder())
}
