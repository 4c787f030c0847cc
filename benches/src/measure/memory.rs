//! The memory of instances that have nothing to do.

use std::fs;

use super::{calls::start, folder, host};
use crate::{
    Failure,
    drive::{Until, drive},
    jobs::TokenClient,
    options::Options,
    report::{Figure, Report},
};

const NAME: &str = "memory_100000_idle_instances";
const INSTANCES: usize = 100_000;

pub(super) async fn measure(options: &Options, report: &mut Report) -> Result<(), Failure> {
    let Some(before) = resident_megabytes().filter(|_| options.wants(NAME)) else {
        return Ok(());
    };
    let folder = folder(options)?;
    let host = host(&folder, "host.db").await?;
    let make_caller = || {
        let tokens = TokenClient::new(&host);
        move |number| start(tokens.clone(), number)
    };
    drive(256, Until::Calls(INSTANCES), make_caller).await?;
    host.settled().await;
    let after = resident_megabytes().unwrap_or(before);
    host.shutdown().await;
    report.add(&Figure::new(NAME, after - before, "MB"));
    Ok(())
}

/// What the process has in memory, where the system tells: on Linux.
fn resident_megabytes() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes / 1_024.0)
}
