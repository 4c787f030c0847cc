//! What a cron schedule adds to a wasm module, measured.

use std::fs;

use crate::command::{Failure, cargo, root};

/// A cron job may add this many bytes to a release module.
const LIMIT: u64 = 3 * 1024;

pub(crate) fn run() -> Result<(), Failure> {
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
