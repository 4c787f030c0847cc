//! Schedules through the public API, with croner and jiff as oracles.
#![cfg(feature = "parse")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod against_croner;
mod attack;
mod by_the_minute;
mod clock_changes;
mod cron_grammar;
mod durations;
mod expressions;
mod sizes;
mod zone_tables;
