//! The attributes of durable-jobs.
