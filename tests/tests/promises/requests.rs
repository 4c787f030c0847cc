//! A call with a request id takes effect once, wherever a crash meets it and however often it is repeated.

use durable_jobs_runtime::{
    ClientError,
    wire::{RequestId, Status},
};
use durable_jobs_testing::{
    block_on,
    conformance::fixtures::{basket::Item, ledger::Command, ticker::Ticker},
};

use super::{Crash, Stage};

/// More than the story below commits.
const COMMITS: u32 = 12;

/// What the calls of the story have answered, in words.
type Answers = Vec<String>;

impl Stage {
    /// Repeats a call until it is answered, and tells its answer.
    async fn told<T: std::fmt::Debug>(
        &self,
        call: impl AsyncFn() -> Result<T, ClientError>,
    ) -> String {
        format!("{:?}", self.insist(call).await)
    }

    /// Makes every call under a request id of its own, the same ones each time.
    async fn tell_the_story(&self) -> Answers {
        let request = RequestId::new;
        let mut answers = Vec::new();
        for number in 1..=2 {
            let baskets = self.baskets.clone().with_request(request(number));
            let add = async || baskets.add("a", Item::Put(number)).await;
            answers.push(self.told(add).await);
            let ledgers = self.ledgers.clone().with_request(request(number));
            let note = || Command::Note(number.to_string());
            answers.push(self.told(async || ledgers.send("a", note()).await).await);
        }
        let starting = self.tickers.clone().with_request(request(3));
        let start = async || starting.start("a", Ticker::from(0)).await;
        answers.push(self.told(start).await);
        let ending = self.tickers.clone().with_request(request(4));
        answers.push(
            self.told(async || ending.terminate("a", "done").await)
                .await,
        );
        let again = self.tickers.clone().with_request(request(5));
        let start = async || again.start("a", Ticker::from(7)).await;
        answers.push(self.told(start).await);
        answers
    }

    async fn check(&self, crash: Crash) {
        let basket = self.insist(async || self.baskets.state("a").await).await;
        assert_eq!(basket.unwrap().items, [1, 2], "{crash:?}");
        let ledger = self.insist(async || self.ledgers.state("a").await).await;
        assert_eq!(ledger.unwrap().state.notes, ["1", "2"], "{crash:?}");
        let ticker = self.insist(async || self.tickers.status("a").await).await;
        assert_ne!(
            ticker.status,
            Status::NotFound,
            "{crash:?}: the second life"
        );
    }
}

#[test]
fn a_request_takes_effect_once_wherever_a_crash_meets_it() {
    let undisturbed = block_on(async { Stage::new().await.tell_the_story().await });
    for crash in Crash::at_each_of(COMMITS) {
        block_on(async {
            let stage = Stage::new().await;
            crash.plan(&stage.host);
            for _ in 0..3 {
                assert_eq!(stage.tell_the_story().await, undisturbed, "{crash:?}");
                stage.check(crash).await;
            }
        });
    }
}
