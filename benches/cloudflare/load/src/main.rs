//! Measures jobs on local workerd beside a hand-written Durable Object in JavaScript: the floor.
//!
//! Both run in a workerd of their own and take short turns, so that other work on the machine hits both alike; the
//! turns with the median ratio are those that are shown. The processor time of workerd for each request, which other
//! work changes least, stands beside. The environment tells where tools and built Workers are: `cargo xtask bench
//! --cloudflare` sets it up and runs this program.
//!
//! ```text
//! durable-jobs-bench-cloudflare [--json] [--quick] [--disk] [--only NAME]
//! ```

#![forbid(unsafe_code)]
#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures real time, with tasks of its own"
)]

mod cold;
mod compare;
mod contender;
mod cpu;
mod http;
mod load;
mod options;
mod report;
mod scenario;
mod statistics;

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
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut report = Report::new(options.format);
    report.begin(options);
    let measured = runtime.block_on(measure(options, &mut report));
    report.end();
    measured
}

async fn measure(options: &Options, report: &mut Report) -> Result<(), Failure> {
    compare::measure(options, report).await?;
    cold::measure(options, report).await
}
