//! Durations and cron schedules of durable-jobs, compiled to constants.
//!
//! A [`Cron`] is a handful of bit masks, a short table of clock changes and a rule for the
//! years after the table. The macros write it as a constant, so a program ships neither a
//! parser nor a time zone database.
//!
//! ```
//! use durable_jobs_schedule::{Cron, Fields, TimeOfDay, Zone};
//!
//! const WORKING_DAYS_AT_NINE: Cron<'_> = Cron::new(
//!     "0 9 * * MON-FRI",
//!     Fields {
//!         minutes: 1,
//!         hours: 1 << 9,
//!         days: 0,
//!         months: 0b1_1111_1111_1110,
//!         weekdays: 0x3e_3e3e_3e3e,
//!         time_of_day: TimeOfDay::Fixed,
//!     },
//!     Zone::UTC,
//! );
//!
//! let friday_at_ten = 1_704_448_800_000; // 2024-01-05T10:00:00Z
//! let monday_at_nine = 1_704_704_400_000; // 2024-01-08T09:00:00Z
//! assert_eq!(WORKING_DAYS_AT_NINE.next_after(friday_at_ten), Some(monday_at_nine));
//! ```
//!
//! The feature `parse` adds the grammar of durations and cron expressions, and the time zone
//! database: for the macros, and for schedules that are known only at run time.

#![forbid(unsafe_code)]

mod calendar;
mod cron;
mod fields;
#[cfg(feature = "parse")]
pub mod parse;
mod rule;
mod zone;

pub use cron::Cron;
pub use fields::{Fields, TimeOfDay};
pub use rule::{Daylight, Rule, YearlyChange};
pub use zone::{Transition, Zone};
