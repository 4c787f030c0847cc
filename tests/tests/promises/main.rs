//! What durable-jobs promises: one test for each promise, named after it.

#![expect(clippy::unwrap_used, reason = "a test that fails shall panic")]

mod batches;
mod crashes;
mod ends;
mod exclusive;
mod messages;
mod requests;
mod time;
mod timers;

use durable_jobs_runtime::{
    ClientError, continuous::ContinuousClient, debounce::DebounceClient, task::TaskClient,
};
use durable_jobs_testing::{
    TestHost,
    conformance::{
        Program, World,
        fixtures::{
            basket::{self, Basket},
            ledger::{self, Ledger},
            ticker::{self, Ticker},
        },
    },
};

type Tickers = ContinuousClient<Ticker<ticker::Exponential>>;
type Baskets = DebounceClient<Basket<basket::Counted>>;
type Ledgers = TaskClient<Ledger<ledger::Retried>>;

/// A host with one job of each kind to call.
struct Stage {
    host: TestHost,
    world: World,
    tickers: Tickers,
    baskets: Baskets,
    ledgers: Ledgers,
}

impl Stage {
    async fn new() -> Self {
        let world = World::default();
        let host = Program::First
            .enlist(TestHost::new(world.services()))
            .start()
            .await
            .unwrap();
        Self {
            tickers: Tickers::new(&host),
            baskets: Baskets::new(&host),
            ledgers: Ledgers::new(&host),
            host,
            world,
        }
    }

    /// Repeats a call until it is answered, and restarts the host whenever it has crashed.
    async fn insist<T>(&self, call: impl AsyncFn() -> Result<T, ClientError>) -> T {
        loop {
            match call().await {
                Ok(answer) => return answer,
                Err(ClientError::OutcomeUnknown { .. } | ClientError::ShuttingDown { .. }) => {
                    self.host.restart().await.unwrap();
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Moves the clock, and restarts the host if it crashes on the way.
    async fn advance(&self, span: &str) {
        self.host.advance(span).await;
        self.insist(async || self.tickers.status("any").await).await;
        self.host.advance("0s").await;
    }
}

/// A crash at one commit.
#[derive(Clone, Copy, Debug)]
enum Crash {
    Before(u32),
    After(u32),
}

impl Crash {
    /// Crashes before and after each of the first `commits` commits.
    fn at_each_of(commits: u32) -> impl Iterator<Item = Self> {
        (1..=commits).flat_map(|commit| [Self::Before(commit), Self::After(commit)])
    }

    fn plan(self, host: &TestHost) {
        match self {
            Self::Before(commit) => host.crash_before_commit(commit),
            Self::After(commit) => host.crash_after_commit(commit),
        }
    }
}
