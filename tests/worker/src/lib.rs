//! A Worker for tests: the jobs of the conformance suite, and routes by which a test calls them and moves their time.

#![forbid(unsafe_code)]

pub mod hasty;
pub mod large;
pub mod relay;
pub mod tracked;
#[cfg(target_family = "wasm")]
mod worker;
