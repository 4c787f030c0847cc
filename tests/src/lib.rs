//! Behaviour across the crates of durable-jobs.
