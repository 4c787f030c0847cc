//! `cargo durable-jobs wrangler`, run as users run it, on real files.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod append_only;
mod bindings;
mod environments;
mod failures;
mod files;
mod jsonc;
mod layout;
#[path = "../project/mod.rs"]
mod project;
mod renames;
mod storage;
mod usage;
mod whole;
mod write;
