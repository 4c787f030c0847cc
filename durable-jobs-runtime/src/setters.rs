//! The setters that the declared data of all kinds share.

/// Writes the setters of what bounds and repeats runs.
macro_rules! run_setters {
    ($version:literal) => {
        /// Sets how failed attempts are repeated.
        #[must_use]
        pub const fn retry(mut self, policy: RetryPolicy) -> Self {
            self.retry = Some(policy);
            self
        }

        /// Bounds one attempt.
        #[must_use]
        pub const fn timeout(mut self, timeout: Duration) -> Self {
            self.timeout = Some(timeout);
            self
        }

        /// Sets what happens when the attempts are used up.
        #[must_use]
        pub const fn on_exhausted(mut self, on_exhausted: OnExhausted) -> Self {
            self.on_exhausted = on_exhausted;
            self
        }

        /// Lets lines of `ctx.log` through from this level on.
        #[must_use]
        pub const fn log(mut self, least: $crate::telemetry::LogLevel) -> Self {
            self.log = Some(least);
            self
        }

        /// Lets no line of `ctx.log` through.
        #[must_use]
        pub const fn no_log(mut self) -> Self {
            self.log = None;
            self
        }

        #[doc = $version]
        #[must_use]
        pub const fn version(mut self, version: u32) -> Self {
            self.version = version;
            self
        }
    };
}
pub(crate) use run_setters;

/// Writes the setters of what takes events.
macro_rules! event_setters {
    () => {
        /// Sets how long an event id is remembered.
        #[must_use]
        pub const fn dedup_window(mut self, window: Duration) -> Self {
            self.dedup_window = window;
            self
        }

        /// Lets a failed attempt be the last one.
        #[must_use]
        pub const fn no_retry(mut self) -> Self {
            self.retry = None;
            self
        }
    };
}
pub(crate) use event_setters;
