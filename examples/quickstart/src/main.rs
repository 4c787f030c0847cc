//! Runs the jobs of the quickstart, and the world that they need, in one process.

#![forbid(unsafe_code)]

mod program;

use std::process::ExitCode;

use program::options::{self, Command};

fn main() -> ExitCode {
    match options::parse(std::env::args().skip(1)) {
        Ok(Command::Help) => {
            println!("{}", options::HELP);
            ExitCode::SUCCESS
        }
        Ok(Command::Run(options)) => run(options),
        Err(error) => {
            eprintln!("quickstart: {error}\n\n{}", options::HELP);
            ExitCode::from(2)
        }
    }
}

fn run(options: options::Options) -> ExitCode {
    let ended = tokio::runtime::Runtime::new()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(program::run(options)));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}
