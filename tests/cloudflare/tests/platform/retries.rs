//! Our retries, beside those of the platform.

use std::time::Duration;

use durable_jobs_runtime::{continuous::ContinuousClient, telemetry::Happening, wire::Status};
use durable_jobs_testing::conformance::{Act, fixtures::ticker::Ticker};
use durable_jobs_tests_cloudflare::{Live, block_on, until};
use durable_jobs_tests_worker::hasty::Stubborn;

/// The platform retries an alarm six times, which takes it more than two minutes.
#[test]
fn a_run_that_always_fails_is_retried_by_its_policy_past_the_six_times_of_the_platform() {
    block_on(async {
        let live = Live::start().await;
        live.world()
            .script("a", std::iter::repeat_n(Act::Fail, 100));
        let tickers = ContinuousClient::<Ticker<Stubborn>>::new(&live);
        tickers.start("a", Ticker::from(7)).await.unwrap();
        let is_parked = async || tickers.status("a").await.unwrap().status == Status::Parked;
        until(Duration::from_secs(30), "it is parked", is_parked).await;
        let runs = live.world().runs("a");
        let made: Vec<_> = runs.iter().map(|run| run.attempt).collect();
        assert_eq!(made, (1..=20).collect::<Vec<_>>());
        for pair in runs.windows(2) {
            let delay = pair[1].started_at.since(pair[0].started_at);
            assert!(delay >= Duration::from_millis(50), "{delay:?}");
        }
        let told = live.telemetry().await;
        let exhausted = |happening: &Happening| {
            matches!(happening, Happening::RetryExhausted { attempts: 20, .. })
        };
        assert!(told.iter().any(|event| exhausted(&event.happening)));
        assert_eq!(tickers.state("a").await.unwrap().unwrap().count, 7);
    });
}
