//! Objects that leave memory between any two calls.

use std::fmt::Debug;

use durable_jobs_runtime::{
    continuous::ContinuousClient, debounce::DebounceClient, task::TaskClient, telemetry::Telemetry,
};
use durable_jobs_testing::conformance::{
    Act, Harness, World,
    fixtures::{
        basket::{Basket, Item, Windowed},
        ledger::{Command, Ledger, Retried},
        ticker::{Linear, Ticker},
    },
};
use durable_jobs_tests_cloudflare::{CloudflareHarness, block_on};

/// What becomes of the objects after each call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Memory {
    Stays,
    Leaves,
}

/// Calls jobs, and writes down what they answer.
struct Script {
    host: CloudflareHarness,
    world: World,
    memory: Memory,
    answers: Vec<String>,
}

impl Script {
    async fn begin(memory: Memory) -> Self {
        let world = World::default();
        Self {
            host: CloudflareHarness::evictable(world.clone()).await,
            world,
            memory,
            answers: Vec::new(),
        }
    }

    async fn note(&mut self, answer: impl Debug) {
        self.answers.push(format!("{answer:?}"));
        if self.memory == Memory::Leaves {
            assert_ne!(self.host.evict_all().await, 0, "after {:?}", self.answers);
        } else {
            self.host.advance_to(self.host.now()).await;
        }
    }

    async fn tickers(&mut self) {
        let tickers = ContinuousClient::<Ticker<Linear>>::new(&self.host);
        self.world.script("a", [Act::Succeed, Act::Fail]);
        self.note(tickers.start("a", Ticker::from(0)).await).await;
        self.note(tickers.start("a", Ticker::from(9)).await).await;
        self.note(tickers.trigger("a").await).await;
        self.note(tickers.status("a").await).await;
        self.note(tickers.trigger("a").await).await;
        self.note(tickers.pause("a").await).await;
        self.note(tickers.state("a").await).await;
        self.note(tickers.resume("a").await).await;
        self.note(tickers.stop("a", "enough").await).await;
        self.note(tickers.status("a").await).await;
        self.note(tickers.start("a", Ticker::from(5)).await).await;
        self.note(tickers.terminate("a", "x").await).await;
        self.note(tickers.terminate("a", "x").await).await;
    }

    async fn baskets(&mut self) {
        let baskets = DebounceClient::<Basket<Windowed>>::new(&self.host);
        self.world.script("b", [Act::Fail]);
        self.note(baskets.add("b", Item::Put(1)).await).await;
        self.note(baskets.add_once("b", "x", Item::Put(2)).await)
            .await;
        self.note(baskets.add_once("b", "x", Item::Put(2)).await)
            .await;
        self.note(baskets.add("b", Item::Refuse).await).await;
        self.note(baskets.state("b").await).await;
        self.note(baskets.flush("b").await).await;
        self.note(baskets.add("b", Item::Put(3)).await).await;
        self.note(baskets.status("b").await).await;
        self.note(baskets.flush("b").await).await;
        self.note(baskets.flush("b").await).await;
        self.note(baskets.clear("b").await).await;
        self.note(baskets.status("b").await).await;
    }

    async fn ledgers(&mut self) {
        let ledgers = TaskClient::<Ledger<Retried>>::new(&self.host);
        self.world.script("c", [Act::Fail]);
        self.note(ledgers.send("c", Command::In(60)).await).await;
        self.note(ledgers.send_once("c", "x", Command::Note("n".into())).await)
            .await;
        self.note(ledgers.send_once("c", "x", Command::Note("n".into())).await)
            .await;
        self.note(ledgers.send("c", Command::Fail).await).await;
        self.note(ledgers.trigger("c").await).await;
        self.note(ledgers.status("c").await).await;
        self.note(ledgers.trigger("c").await).await;
        self.note(ledgers.send("c", Command::Cancel).await).await;
        self.note(ledgers.state("c").await).await;
        self.note(ledgers.terminate("c", "x").await).await;
    }

    /// All answers, what handlers saw, and what was told.
    fn end(self) -> (Vec<String>, Vec<String>) {
        let told = self.host.telemetry().into_iter().map(story);
        (self.answers, told.collect())
    }
}

/// An event without what is random in it.
fn story(event: Telemetry) -> String {
    format!(
        "{} {}: {:?}",
        event.timestamp, event.instance_id, event.happening
    )
}

async fn whole(memory: Memory) -> (Vec<String>, Vec<String>) {
    let mut script = Script::begin(memory).await;
    script.tickers().await;
    script.baskets().await;
    script.ledgers().await;
    script.end()
}

#[test]
fn objects_that_leave_memory_after_every_call_answer_as_those_that_stay() {
    block_on(async {
        let (stayed, told_by_stayed) = whole(Memory::Stays).await;
        let (left, told_by_left) = whole(Memory::Leaves).await;
        assert_eq!(left, stayed);
        assert_eq!(told_by_left, told_by_stayed);
    });
}
