//! What time it is: the platform's, or in tests the one that they set.

use std::time::Duration;

use durable_jobs_runtime::Timestamp;

use crate::platform;

/// The time now.
pub(crate) fn now() -> Timestamp {
    #[cfg(feature = "testing")]
    if let Some(set) = crate::testing::clock() {
        return set;
    }
    Timestamp::from_millis(platform::now() as i64)
}

/// The real time, in milliseconds, at which the clock will show `at`: the same whenever it is asked, or the alarm would be
/// set again for the millisecond that passes between two looks.
pub(crate) fn real_ms(at: Timestamp) -> f64 {
    #[cfg(feature = "testing")]
    if let Some(set) = crate::testing::clock() {
        return platform::now() + millis(at.since(set));
    }
    at.as_millis() as f64
}

/// A duration in whole milliseconds. Not by `Duration::as_millis`, whose 128 bits are arithmetic of their own.
pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_secs() as f64 * 1000.0 + f64::from(duration.subsec_millis())
}
