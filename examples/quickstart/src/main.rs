//! Runs the jobs of the quickstart, and the world that they need, in one process.

#![forbid(unsafe_code)]

mod program;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use program::options::{self, Command};

fn main() -> ExitCode {
    match options::parse(std::env::args().skip(1)) {
        Ok(Command::Help) => {
            say(&mut io::stdout(), options::HELP);
            ExitCode::SUCCESS
        }
        Ok(Command::Run(options)) => run(options),
        Err(error) => {
            say(
                &mut io::stderr(),
                &format!("quickstart: {error}\n\n{}", options::HELP),
            );
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
            say(&mut io::stderr(), &format!("quickstart: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// A reader who has gone away is no reason to panic.
fn say(output: &mut impl Write, text: &str) {
    let _ = writeln!(output, "{text}");
}
