//! The memory of instances that have nothing to do.

use std::fs;

use super::{calls::start, folder, host};
use crate::{
    Failure,
    drive::{Until, drive},
    jobs::TokenClient,
    options::Options,
    report::{Figure, Goal, Report},
};

const NAME: &str = "memory_100000_idle_instances";
const INSTANCES: usize = 100_000;

/// An instance is a row in the file: what is in memory does not grow with their number.
const BYTES_EACH: f64 = 100.0;

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
    let full = resident_megabytes().unwrap_or(before);
    let (tasks, threads) = (tasks(), threads());
    let make_caller = || {
        let tokens = TokenClient::new(&host);
        move |number| start(tokens.clone(), INSTANCES + number)
    };
    drive(256, Until::Calls(INSTANCES), make_caller).await?;
    host.settled().await;
    let after = resident_megabytes().unwrap_or(full);
    report.add(&Figure::new(NAME, full - before, "MB"));
    let each = (after - full) * 1_048_576.0 / INSTANCES as f64;
    let bytes = Figure::new("memory_each_idle_instance", each, "bytes");
    report.add(
        &bytes
            .goal(Goal::ValueBelow(BYTES_EACH))
            .note("100,000 more beside 100,000"),
    );
    let more_tasks = tasks_now_beyond(tasks);
    let tasks = Figure::new("tasks_100000_idle_instances", more_tasks, "tasks");
    report.add(&tasks.goal(Goal::ValueBelow(1.0)));
    let more_threads = threads_now_beyond(threads);
    let threads = Figure::new("threads_100000_idle_instances", more_threads, "threads");
    report.add(&threads.goal(Goal::ValueBelow(1.0)));
    host.shutdown().await;
    Ok(())
}

fn tasks() -> usize {
    tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks()
}

fn tasks_now_beyond(before: usize) -> f64 {
    tasks() as f64 - before as f64
}

fn threads() -> usize {
    fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

fn threads_now_beyond(before: usize) -> f64 {
    threads() as f64 - before as f64
}

/// What the process has in memory, where the system tells: on Linux.
pub(super) fn resident_megabytes() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes / 1_024.0)
}
