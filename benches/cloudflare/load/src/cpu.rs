//! Processor time. Only Linux tells it this way; elsewhere it is missing.

use std::{fs, thread, time::Instant};

/// Microseconds that all threads of a process have run.
pub(crate) fn of_process(id: u32) -> Option<f64> {
    let threads = fs::read_dir(format!("/proc/{id}/task")).ok()?;
    let spent = threads.flatten().filter_map(|thread| {
        let statistics = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        let nanoseconds: f64 = statistics.split(' ').next()?.parse().ok()?;
        Some(nanoseconds / 1_000.0)
    });
    Some(spent.sum())
}

/// What the processors do from now on, apart from this process and some others.
#[derive(Debug)]
pub(crate) struct Watch {
    processes: Vec<u32>,
    spent_us: f64,
    machine: Machine,
    started: Instant,
}

impl Watch {
    /// The processes are those whose time does not count, beside this one.
    pub(crate) fn start(processes: &[u32]) -> Self {
        let mut processes = processes.to_vec();
        processes.push(std::process::id());
        Self {
            spent_us: of_processes(&processes),
            machine: of_machine(),
            started: Instant::now(),
            processes,
        }
    }

    /// The share of processor time that others have used, from 0 to 1.
    pub(crate) fn others(&self) -> f64 {
        let spent_us = of_processes(&self.processes) - self.spent_us;
        let processors = thread::available_parallelism().map_or(1.0, |count| count.get() as f64);
        let known = spent_us / (self.started.elapsed().as_micros() as f64 * processors);
        (of_machine().used_since(self.machine) - known).max(0.0)
    }
}

fn of_processes(processes: &[u32]) -> f64 {
    processes.iter().filter_map(|id| of_process(*id)).sum()
}

/// Time of all processors together, in ticks.
#[derive(Clone, Copy, Debug, Default)]
struct Machine {
    busy: f64,
    all: f64,
}

/// What the processors have done since the machine was started.
fn of_machine() -> Machine {
    let statistics = fs::read_to_string("/proc/stat").unwrap_or_default();
    machine(statistics.lines().next().unwrap_or_default())
}

/// Fields: user, nice, system, idle, waiting for a disk, two kinds of interrupts, stolen.
fn machine(line: &str) -> Machine {
    let ticks: Vec<f64> = line
        .split_whitespace()
        .skip(1)
        .take(8)
        .filter_map(|field| field.parse().ok())
        .collect();
    let all: f64 = ticks.iter().sum();
    let idle: f64 = ticks.iter().skip(3).take(2).sum();
    Machine {
        busy: all - idle,
        all,
    }
}

impl Machine {
    /// The share of processor time that was used since `before`, from 0 to 1.
    fn used_since(self, before: Self) -> f64 {
        (self.busy - before.busy) / (self.all - before.all).max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Machine, machine};

    #[test]
    fn waiting_is_no_use() {
        let before = Machine::default();
        let after = machine("cpu  10 0 30 50 10 0 0 0 7 7");
        assert_eq!(after.used_since(before), 0.4);
    }
}
