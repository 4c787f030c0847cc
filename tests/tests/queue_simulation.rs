//! Random stories of queues with crashes, bad disks and stray alarms: what was acknowledged is processed or a dead
//! letter, no message is processed beside itself, no more than the concurrency are in flight, and lanes keep their order.

#![expect(clippy::unwrap_used, reason = "a test that fails shall panic")]

use std::{collections::BTreeMap, time::Duration};

use durable_jobs_runtime::{
    ClientError, StorageFault,
    queue::{Envelope, QueueClient},
};
use durable_jobs_testing::{
    Span, TestHost, block_on,
    conformance::{
        Act, Facts, Program, Seen, World,
        fixtures::letter::{Letter, Ordered, Triple},
    },
};

const SEEDS: u64 = 80;
const STEPS: u32 = 80;

/// The queue of [`Triple`] whose letters follow one script, that of [`Triple`] whose letters each follow their own, and
/// that of [`Ordered`].
const SHARED: &str = "shared";
const APART: &str = "apart";
const ORDERED: &str = "ordered";

struct Simulation {
    host: TestHost,
    world: World,
    rng: fastrand::Rng,
    triples: QueueClient<Letter<Triple>>,
    ordered: QueueClient<Letter<Ordered>>,
    next: u64,
    /// What was acknowledged, with the place of its script.
    sent: Vec<(u64, String)>,
}

impl Simulation {
    async fn new(seed: u64) -> Self {
        let world = World::default();
        let builder = Program::First
            .enlist(TestHost::new(world.services()))
            .seed(seed);
        let host = builder.start().await.unwrap();
        Self {
            triples: QueueClient::new(&host),
            ordered: QueueClient::new(&host),
            host,
            world,
            rng: fastrand::Rng::with_seed(seed),
            next: 0,
            sent: Vec::new(),
        }
    }

    async fn step(&mut self) {
        let place = [SHARED, ORDERED][self.rng.usize(..2)];
        match self.rng.u32(..16) {
            0..=2 => self.send_shared().await,
            3..=4 if self.rng.bool() => self.send_several().await,
            3..=4 => self.send_apart().await,
            5..=7 => self.send_ordered().await,
            8 => self.world.script(place, [Act::Wait]),
            9 => self.world.release(place),
            10 => self.world.script(place, [Act::Fail, Act::Panic]),
            11 => self.fault().await,
            12 => {
                self.survive(self.triples.pause(SHARED).await.map(drop))
                    .await
            }
            13 => {
                self.survive(self.triples.resume(SHARED).await.map(drop))
                    .await
            }
            _ => {
                let span = Span::duration("1s") * self.rng.u32(..12);
                drop(self.host.advance(span).await);
            }
        }
        self.check_in_flight().await;
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    async fn send_shared(&mut self) {
        let number = self.number();
        let delay = Duration::from_secs(self.rng.u64(..20));
        let letter = Envelope::new(Letter::new(number)).priority(self.rng.i32(-2..2));
        let sent = self.triples.enqueue(SHARED, letter.delay(delay)).await;
        self.note(number, SHARED.to_owned(), sent.map(drop)).await;
    }

    async fn send_apart(&mut self) {
        let number = self.number();
        let place = format!("{APART}/{number}");
        let acts = [
            Act::Succeed,
            Act::Fail,
            Act::Wait,
            Act::FailTerminally,
            Act::Panic,
        ];
        self.world
            .script(&place, [acts[self.rng.usize(..5)].clone()]);
        let sent = self.triples.enqueue(APART, Letter::apart(number)).await;
        self.note(number, place, sent.map(drop)).await;
    }

    /// All of them, or none.
    async fn send_several(&mut self) {
        let numbers: Vec<u64> = (0..self.rng.u64(2..6)).map(|_| self.number()).collect();
        let letters = numbers.iter().map(|number| Letter::apart(*number));
        let sent = self.triples.enqueue_many(APART, letters).await;
        if sent.is_ok() {
            let place = |number: &u64| (*number, format!("{APART}/{number}"));
            self.sent.extend(numbers.iter().map(place));
        }
        self.survive(sent.map(drop)).await;
    }

    async fn send_ordered(&mut self) {
        let number = self.number();
        let key = self.rng.u32(..8).to_string();
        let sent = self
            .ordered
            .enqueue(ORDERED, Letter::new(number).keyed(&key))
            .await;
        self.note(number, ORDERED.to_owned(), sent.map(drop)).await;
    }

    async fn note(&mut self, number: u64, place: String, sent: Result<(), ClientError>) {
        if sent.is_ok() {
            self.sent.push((number, place));
        }
        self.survive(sent).await;
    }

    async fn fault(&mut self) {
        match self.rng.u32(..5) {
            0 => self.host.crash(),
            1 => self.host.crash_before_commit(self.rng.u32(1..6)),
            2 => self.host.crash_after_commit(self.rng.u32(1..6)),
            3 => self
                .host
                .fail_commits(self.rng.usize(1..3), StorageFault::Full),
            _ => {
                for instance in self.host.instances() {
                    self.host.wake_now(&instance.to_string()).await;
                }
            }
        }
    }

    /// A call may fail for reasons that the simulation made, and for no other.
    async fn survive(&self, answer: Result<(), ClientError>) {
        match answer {
            Ok(()) | Err(ClientError::Storage { .. }) => {}
            Err(ClientError::OutcomeUnknown { .. } | ClientError::ShuttingDown { .. }) => {
                self.host.restart().await.unwrap();
            }
            Err(error) => panic!("{error}"),
        }
    }

    async fn check_in_flight(&self) {
        for id in [SHARED, APART] {
            if let Ok(status) = self.triples.status(id).await {
                assert!(status.in_flight <= 3, "{status:?}");
            }
        }
        if let Ok(status) = self.ordered.status(ORDERED).await {
            assert!(status.in_flight <= 2, "{status:?}");
        }
    }

    /// The faults end, and time passes.
    async fn calm_down(&self) {
        let places = self.sent.iter().map(|(_, place)| place.as_str());
        for place in places.chain([SHARED, ORDERED]) {
            self.world.clear_script(place);
        }
        for number in 1..=self.next {
            self.world.release(&format!("{APART}/{number}"));
            self.world.release(SHARED);
            self.world.release(ORDERED);
        }
        for _ in 0..3 {
            self.host.restart().await.unwrap();
            let _ = self.triples.resume(SHARED).await;
            self.host.advance("1h").await;
        }
    }

    async fn check(&self, seed: u64) {
        let triples = [SHARED, APART];
        for id in triples {
            let status = self.triples.status(id).await.unwrap();
            let left = status.pending + status.in_flight + status.delayed;
            assert_eq!(left, 0, "seed {seed}: {status:?}");
        }
        let status = self.ordered.status(ORDERED).await.unwrap();
        let left = status.pending + status.in_flight + status.delayed;
        assert_eq!(left, 0, "seed {seed}: {status:?}");
        for (number, place) in &self.sent {
            let runs = self.world.runs(place);
            let processed = runs.iter().any(|run| run.state["number"] == *number);
            assert!(
                processed,
                "seed {seed}: message {number} was acknowledged and is lost"
            );
        }
        for number in 1..=self.next {
            let most = self.world.most_at_once(&format!("{APART}/{number}"));
            assert!(
                most <= 1,
                "seed {seed}: message {number} was processed beside itself"
            );
        }
        assert!(self.world.most_at_once(SHARED) <= 3, "seed {seed}");
        assert!(self.world.most_at_once(ORDERED) <= 2, "seed {seed}");
        self.check_order(seed);
    }

    /// In each lane a message begins once the one before it is done, and never again after the next has begun.
    fn check_order(&self, seed: u64) {
        let mut last = BTreeMap::new();
        for run in self.world.runs(ORDERED) {
            let number = run.state["number"].as_u64().unwrap();
            let last = last.entry(lane(&run)).or_insert(0);
            assert!(*last <= number, "seed {seed}: {number} after {last}");
            *last = number;
        }
    }
}

fn lane(run: &Seen) -> u32 {
    match run.facts {
        Facts::Queue { partition, .. } => partition,
        _ => panic!("not a message: {run:?}"),
    }
}

#[test]
fn whatever_happens_every_message_is_processed_or_given_up() {
    for seed in 0..SEEDS {
        block_on(async {
            let mut simulation = Simulation::new(seed).await;
            for _ in 0..STEPS {
                simulation.step().await;
            }
            simulation.calm_down().await;
            simulation.check(seed).await;
        });
    }
}
