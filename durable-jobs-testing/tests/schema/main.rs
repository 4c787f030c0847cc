//! What the schema lock makes of changes of stored types.

#![expect(clippy::unwrap_used, reason = "a test that fails shall panic")]

mod changes;
mod events;
mod files;
mod migrations;
mod samples;
mod stored;
