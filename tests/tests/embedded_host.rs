//! The conformance suite on the embedded host.

durable_jobs_testing::conformance_tests!(durable_jobs_tests::EmbeddedHarness);
