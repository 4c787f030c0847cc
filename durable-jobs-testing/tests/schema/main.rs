//! What the schema lock makes of changes of stored types.

mod changes;
mod events;
mod files;
mod migrations;
mod samples;
mod stored;
