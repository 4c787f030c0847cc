//! The jobs in virtual time, with services that the test controls.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod orders;
mod tokens;
mod traffic;
mod webhooks;
mod world;
