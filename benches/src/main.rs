//! Measures the embedded host beside what SQLite itself can do on the same disk, in the same run.
//!
//! Every rate stands beside its limit: one thread that writes the same rows with the same bytes by the same
//! statements, in transactions as large as those that the host made on average. Host and limit take short turns, so that
//! other work on the machine hits both alike, and the turns with the median ratio are those that are shown.
//!
//! ```text
//! cargo run --release -p durable-jobs-bench -- [--json] [--quick] [--only NAME] [--dir PATH]
//! ```

#![forbid(unsafe_code)]
#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures real time, with tasks and threads of its own"
)]

mod cpu;
mod drive;
mod jobs;
mod measure;
mod options;
mod raw;
mod report;
mod stats;

use std::process::ExitCode;

use crate::{options::Options, report::Report};

/// Whatever stops a measurement.
type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("a measurement failed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let mut report = Report::new(options.format);
    report.begin();
    let measured = runtime.block_on(measure::all(options, &mut report));
    report.end();
    measured
}
