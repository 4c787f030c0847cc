//! `cargo durable-jobs`: keeps the wrangler configuration of a Worker in step with its durable jobs.
//!
//! ```text
//! cargo durable-jobs wrangler --check      what is missing, as lines to add; exit code 1 if anything is
//! cargo durable-jobs wrangler --write      adds them
//! ```
//!
//! A job is a Durable Object class. Cloudflare has to be told of each: a binding under which the Worker finds
//! it, and how it stores. What is forgotten shows late, as an error of a deployed Worker; what is renamed
//! carelessly leaves stored state behind. The command finds both before anything is deployed.
//!
//! # What it knows
//!
//! **The jobs** come from the built Worker, never from source text: for each job the WebAssembly module exports a
//! function `__durable_job_<Class>`. So `worker-build` has to run first.
//!
//! **The configuration** is found and read as Wrangler does it. `wrangler.json` here or in any folder above wins
//! over `wrangler.jsonc`, and that over `wrangler.toml`. An environment (`--env`, or `CLOUDFLARE_ENV`) has its own
//! bindings or none; it inherits `main`, the compatibility date, `migrations` and `exports` unless it sets them.
//!
//! # What it wants
//!
//! - `main`, and a `compatibility_date` of 2026-02-24 or later.
//! - For each job a binding of its class. By convention its name is the class in upper case with `_` between
//!   words: `TokenRefresher` is bound as `TOKEN_REFRESHER`. Any other name is only noted, because the client then
//!   has to be told it. A binding whose `script_name` is another Worker is not the job's.
//! - For each job SQLite storage: by `migrations`, which are followed through renames, transfers and deletions in
//!   their order, or by an `exports` entry. Key-value storage is an error, as it cannot be changed in place.
//! - Of other classes nothing, unless one of them has storage, is not exported any more, and a job is new: then it
//!   asks whether that was a rename, because to create the new class would leave the stored state behind.
//!
//! # What it writes
//!
//! `--write` adds what is missing and replaces a compatibility date that is too old. Nothing else changes, in
//! `wrangler.toml` as in `wrangler.json` and `wrangler.jsonc`: comments, layout, line endings and the migrations
//! that are there stay as they are. New classes go into a migration of their own with the next free tag: `v3` after
//! `v2`, or `durable-jobs-1` where tags look otherwise. What moves or ends stored state is never written, only
//! shown. The file is replaced in one step, and then checked again. To write twice changes nothing.
//!
//! Where there is no configuration it creates `wrangler.toml`, named after the package.
//!
//! # Exit codes
//!
//! | code | meaning |
//! |---|---|
//! | 0 | nothing is wrong |
//! | 1 | something is wrong, also after `--write` |
//! | 2 | nothing could be checked: no configuration, no built Worker, a file that cannot be parsed |

#![forbid(unsafe_code)]

mod arguments;
#[cfg(test)]
mod attack;
mod change;
mod check;
mod class;
mod configuration;
mod document;
mod edit;
mod error;
mod lifecycle;
mod locate;
mod problem;
mod report;
mod worker;
mod wrangler;
mod write;

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
};

use arguments::{Command, HELP};
use error::Error;
use wrangler::Outcome;

/// What Wrangler itself takes an environment from if none is named.
const ENVIRONMENT: &str = "CLOUDFLARE_ENV";

fn main() -> ExitCode {
    match run() {
        Ok(Outcome::Right) => ExitCode::SUCCESS,
        Ok(Outcome::Wrong) => ExitCode::from(1),
        Err(error) => {
            say(&mut io::stderr(), &format!("error: {error}"));
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<Outcome, Error> {
    match arguments::parse(env::args_os().skip(1))? {
        Command::Help => say(&mut io::stdout(), HELP),
        Command::Version => say(&mut io::stdout(), env!("CARGO_PKG_VERSION")),
        Command::Wrangler(arguments) => {
            let scope = arguments.scope(env::var(ENVIRONMENT).ok());
            return wrangler::run(&arguments, scope);
        }
    }
    Ok(Outcome::Right)
}

/// A reader who has gone away is no reason to panic.
fn say(output: &mut impl Write, text: &str) {
    let _ = writeln!(output, "{text}");
}
