//! The grammar of durations, sizes and cron expressions, and the time zone database.

mod compiled;
mod cron;
mod cron_error;
mod duration;
mod field;
mod posix;
mod quartz;
mod size;
mod tzif;
mod zone;

pub use compiled::CompiledCron;
pub use cron::cron;
pub use cron_error::{CronError, FieldProblem, Impossible, Subject};
pub use duration::{DurationError, MINIMUM, duration, format_duration};
pub use field::Field;
pub use size::{SizeError, size};
