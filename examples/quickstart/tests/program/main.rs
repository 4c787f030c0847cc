//! The program as its users run it: real processes, real HTTP, real files.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod answers;
mod endings;
mod kill;
mod process;
