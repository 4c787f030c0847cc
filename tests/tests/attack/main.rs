//! Input that attacks: whatever comes, there is an answer or a typed error, and neither a panic nor a hang.
//!
//! `cargo xtask fuzz` runs these with many more cases and with random seeds.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "this is a test, also outside of its test functions"
)]

mod calls;
mod effort;
mod endpoint;
mod everything;
mod file;
mod found;
mod growth;
mod jobs;
mod mutation;
mod rows;
mod wire;
