//! Durations and cron schedules of durable-jobs, compiled to constants.
