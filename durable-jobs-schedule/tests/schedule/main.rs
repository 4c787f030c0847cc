//! Schedules through the public API, with croner and jiff as oracles.
#![cfg(feature = "parse")]

mod against_croner;
mod by_the_minute;
mod clock_changes;
mod cron_grammar;
mod durations;
mod expressions;
mod zone_tables;
