//! Processor time, which other work on the machine does not change.

use std::{fs, path::Path};

/// Microseconds that all threads of the process have run, where the system tells: on Linux.
pub(crate) fn of_process() -> Option<f64> {
    let threads = fs::read_dir("/proc/self/task").ok()?;
    Some(
        threads
            .flatten()
            .filter_map(|thread| of(&thread.path()))
            .sum(),
    )
}

/// Microseconds that this thread has run.
pub(crate) fn of_thread() -> Option<f64> {
    of(Path::new("/proc/thread-self"))
}

fn of(task: &Path) -> Option<f64> {
    let statistics = fs::read_to_string(task.join("schedstat")).ok()?;
    let nanoseconds: f64 = statistics.split(' ').next()?.parse().ok()?;
    Some(nanoseconds / 1_000.0)
}
