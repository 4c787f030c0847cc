//! What the embedded host promises, seen from outside: through clients, through the file, through the clock.

mod file;
mod isolation;
mod jobs;
mod kill;
mod open;
mod schedules;
mod shutdown;
mod telemetry;
mod timers;
