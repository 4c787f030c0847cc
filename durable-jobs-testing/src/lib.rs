//! The test host of durable-jobs: a clock that the test moves, and the conformance suite of all hosts.
