//! The conformance suite on the test host.

durable_jobs_testing::conformance_tests!(durable_jobs_testing::TestHost);
