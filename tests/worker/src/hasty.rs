//! Fixtures of the conformance suite with delays that a test can wait for.

use std::time::Duration;

use durable_jobs_runtime::{
    OnExhausted, RetryPolicy, continuous::ContinuousSpec, debounce::DebounceSpec, queue::QueueSpec,
};
use durable_jobs_testing::conformance::fixtures::{
    basket::BasketSettings, letter::LetterSettings, ticker::TickerSettings,
};

const HOUR: Duration = Duration::from_secs(3600);
const MOMENT: Duration = Duration::from_millis(50);

/// Every hour; retried every 50 ms, 19 times, then parked.
#[derive(Debug)]
pub enum Stubborn {}

impl TickerSettings for Stubborn {
    const SPEC: ContinuousSpec = ContinuousSpec::every("Stubborn", HOUR)
        .retry(RetryPolicy::fixed(20, MOMENT))
        .on_exhausted(OnExhausted::Park);
}

/// Flushed after 100 ms or at 20 events; retried every 50 ms.
#[derive(Debug)]
pub enum Hasty {}

impl BasketSettings for Hasty {
    const SPEC: DebounceSpec = DebounceSpec::new("Hasty")
        .flush_after(Duration::from_millis(100))
        .max_events(20)
        .retry(RetryPolicy::fixed(1000, MOMENT));
}

/// Every 200 ms; retried every 50 ms.
#[derive(Debug)]
pub enum Beating {}

impl TickerSettings for Beating {
    const SPEC: ContinuousSpec = ContinuousSpec::every("Beating", Duration::from_millis(200))
        .retry(RetryPolicy::fixed(1000, MOMENT));
}

/// Four at a time; retried every 50 ms.
#[derive(Debug)]
pub enum Rushed {}

impl LetterSettings for Rushed {
    const SPEC: QueueSpec = QueueSpec::new("Rushed")
        .concurrency(4)
        .retry(RetryPolicy::fixed(1000, MOMENT));
}
