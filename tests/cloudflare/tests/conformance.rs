//! The conformance suite on real workerd.

durable_jobs_testing::conformance_tests!(durable_jobs_tests_cloudflare::CloudflareHarness);
