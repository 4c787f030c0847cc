//! How large wasm modules are: what a cron schedule adds, and whole Workers.

mod dependencies;
mod shares;
mod wasm;

use std::fs;

use crate::{
    command::{Failure, cargo, root},
    tools,
    workers::{self, Finish, Profile, Worker},
};

/// A cron job may add this many bytes to a release module.
const LIMIT: u64 = 3 * 1024;

/// Workers and how many bytes the gzip of their modules may have.
const WORKERS: [(Worker, u64); 1] = [(
    Worker {
        package: "quickstart-worker",
        folder: "examples/quickstart-worker",
        profile: Profile::Small,
    },
    250_000,
)];

pub(crate) fn run() -> Result<(), Failure> {
    schedules()?;
    workers()
}

/// Prints what each crate adds to the Workers, by the names that their modules have before they are optimised.
pub(crate) fn by_crate() -> Result<(), Failure> {
    let tools = tools::install()?;
    for (worker, _) in &WORKERS {
        workers::build(&tools, worker, Finish::Named)?;
        let folder = Finish::Named.folder().join(worker.package);
        shares::print(&folder.join("index_bg.wasm"))?;
    }
    Ok(())
}

/// Whole Workers, as they are deployed.
pub(crate) fn workers() -> Result<(), Failure> {
    if WORKERS.is_empty() {
        return Ok(());
    }
    let tools = tools::install()?;
    for (worker, limit) in &WORKERS {
        dependencies::check(worker.package)?;
        let gzip = workers::build(&tools, worker, Finish::Deployed)?.gzip;
        println!("{}: {gzip} bytes gzip, {limit} allowed", worker.package);
        if gzip > *limit {
            return Err(Failure::new(format!(
                "the module of {} has {gzip} bytes gzip",
                worker.package
            )));
        }
    }
    Ok(())
}

fn schedules() -> Result<(), Failure> {
    let without = module(&[])?;
    println!("wasm module without a schedule: {without} bytes");
    for zone in ["utc", "new-york"] {
        let added = module(&["--features", zone])?.saturating_sub(without);
        println!("a cron schedule ({zone}) adds {added} bytes, {LIMIT} allowed");
        if added > LIMIT {
            return Err(Failure::new(format!(
                "a cron schedule ({zone}) adds {added} bytes to a wasm module"
            )));
        }
    }
    Ok(())
}

fn module(features: &[&str]) -> Result<u64, Failure> {
    let folder = root().join("target/size");
    cargo(&[
        "build",
        "--quiet",
        "--manifest-path",
        "durable-jobs-schedule/size/Cargo.toml",
    ])
    .args(&[
        "--profile",
        "wasm-size",
        "--target",
        "wasm32-unknown-unknown",
    ])
    .args(&["--target-dir", &folder.to_string_lossy()])
    .args(features)
    .run()?;
    let file = folder.join("wasm32-unknown-unknown/wasm-size/durable_jobs_schedule_size.wasm");
    Ok(fs::metadata(file)?.len())
}
