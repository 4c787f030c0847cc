//! Objects that leave memory between any two calls.

#![expect(clippy::unwrap_used, reason = "a test that fails shall panic")]

use std::{fmt::Debug, time::Duration};

use durable_jobs_runtime::{
    continuous::ContinuousClient,
    debounce::DebounceClient,
    queue::{Envelope, QueueClient},
    rate_limit::RateLimitClient,
    semaphore::{Acquired, Permit, SemaphoreClient},
    task::TaskClient,
    telemetry::Telemetry,
};
use durable_jobs_testing::conformance::{
    Act, Harness, World,
    fixtures::{
        basket::{Basket, Item, Windowed},
        clerk::{Clerk, Line, Order},
        ledger::{Command, Ledger, Retried},
        letter::{Letter, Single, Triple},
        limits::{self, Bucket},
        ticker::{LaterHourly, Linear, Ticker},
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

    /// Lets time pass, and what is due on the way happen.
    async fn pass(&mut self, seconds: u64) {
        let until = self.host.now() + Duration::from_secs(seconds);
        self.host.advance_to(until).await;
        self.note(format_args!("{seconds} s later")).await;
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

    async fn letters(&mut self) {
        let letters = QueueClient::<Letter<Single>>::new(&self.host);
        self.world.script("d", [Act::Fail, Act::FailTerminally]);
        let later = |number| Envelope::new(Letter::new(number)).delay(Duration::from_secs(60));
        self.note(letters.enqueue("d", later(1).id("x")).await)
            .await;
        self.note(letters.enqueue("d", later(2).id("x")).await)
            .await;
        self.note(letters.peek("d", 9).await).await;
        self.note(letters.pause("d").await).await;
        let three = (3..6).map(Letter::new);
        self.note(letters.enqueue_many("d", three).await).await;
        self.note(letters.status("d").await).await;
        self.note(letters.cancel("d", "x").await).await;
        self.note(letters.resume("d").await).await;
        self.note(letters.status("d").await).await;
        self.pass(10).await;
        self.note(letters.status("d").await).await;
        self.note(letters.dead_letters("d", 9).await).await;
        self.note(letters.retry_all_dead("d").await).await;
        self.note(letters.status("d").await).await;
        self.note(letters.drain("d").await).await;
        self.note(letters.enqueue("d", Letter::new(6)).await).await;
        self.note(letters.terminate("d", "x").await).await;
    }

    async fn gates(&mut self) {
        let gates = RateLimitClient::<Bucket>::new(&self.host);
        for permits in [2, 2, 1] {
            self.note(gates.acquire("e", permits).await).await;
        }
        self.note(gates.peek("e").await).await;
        self.pass(4).await;
        self.note(gates.acquire("e", 1).await).await;
        self.note(gates.acquire("e", 1).await).await;
        self.note(gates.reset("e").await).await;
        self.note(gates.acquire("e", 3).await).await;
        self.note(gates.status("e").await).await;
        self.note(gates.terminate("e", "x").await).await;
    }

    /// Who holds a permit is proved by something random.
    async fn permit(&mut self, acquired: Acquired) -> Option<Permit> {
        let permit = acquired.permit.clone();
        let known = permit.map(|permit| (permit.fence, permit.permits, permit.expires_at));
        self.note((acquired.created, known)).await;
        acquired.permit
    }

    async fn desks(&mut self) {
        let desks = SemaphoreClient::<limits::Triple>::new(&self.host);
        let first = desks.try_acquire("f", 2).await.unwrap();
        let first = self.permit(first).await.unwrap();
        let refused = desks.try_acquire("f", 2).await.unwrap();
        self.permit(refused).await;
        let second = desks.try_acquire("f", 1).await.unwrap();
        let second = self.permit(second).await.unwrap();
        self.note(desks.status("f").await).await;
        self.pass(8).await;
        self.note(desks.renew("f", &first).await).await;
        self.pass(4).await;
        self.note(desks.renew("f", &second).await).await;
        self.note(desks.status("f").await).await;
        self.note(desks.release("f", &first).await).await;
        self.note(desks.release("f", &first).await).await;
        self.note(desks.status("f").await).await;
        self.note(desks.terminate("f", "x").await).await;
    }

    /// Messages arrive from instances that are not in memory, at some that are not either.
    async fn clerks(&mut self) {
        let clerks = TaskClient::<Clerk>::new(&self.host);
        let to = || "g".to_owned();
        let lines = || {
            vec![
                Line::Note(to(), "n".to_owned()),
                Line::Put(to(), 7),
                Line::Post(to(), vec![8]),
                Line::Start(to()),
                Line::Trigger(to()),
            ]
        };
        self.note(clerks.send("g", Order::Write(lines())).await)
            .await;
        self.note(clerks.send("g", Order::Execute(lines())).await)
            .await;
        self.note(clerks.send("g", Order::Fail(lines())).await)
            .await;
        let ledgers = TaskClient::<Ledger<Retried>>::new(&self.host);
        self.note(ledgers.state("g").await).await;
        let baskets = DebounceClient::<Basket<Windowed>>::new(&self.host);
        self.note(baskets.state("g").await).await;
        let letters = QueueClient::<Letter<Triple>>::new(&self.host);
        self.note(letters.status("g").await).await;
        let tickers = ContinuousClient::<Ticker<LaterHourly>>::new(&self.host);
        self.note(tickers.state("g").await).await;
        self.note(clerks.send("g", Order::End(lines())).await).await;
        self.note(ledgers.state("g").await).await;
        self.note(clerks.status("g").await).await;
    }

    /// All answers, what handlers saw, and what was told.
    fn end(self) -> (Vec<String>, Vec<String>) {
        let mut told = self.host.telemetry();
        // Objects to which one has written tell of it in any order.
        told.sort_by(|one, other| one.instance_id.cmp(&other.instance_id));
        (self.answers, told.into_iter().map(story).collect())
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
    script.letters().await;
    script.gates().await;
    script.desks().await;
    script.clerks().await;
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
