//! Behaviour across the crates of durable-jobs: what its tests share.

mod embedded;

pub use self::embedded::EmbeddedHarness;
