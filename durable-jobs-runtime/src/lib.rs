//! The core of durable-jobs: traits, decisions, driver and clients, the same on every host.
