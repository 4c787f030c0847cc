//! The embedded host of durable-jobs: one process, one SQLite file.
