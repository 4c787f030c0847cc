//! Random stories with crashes, bad disks and stray alarms: what was acknowledged is never lost, nothing runs
//! beside itself, and once the faults end everything gets done.

#![expect(clippy::unwrap_used, reason = "a test that fails shall panic")]

use std::collections::BTreeSet;

use durable_jobs_runtime::{
    ClientError, StorageFault, continuous::ContinuousClient, debounce::DebounceClient,
    task::TaskClient, wire::Status,
};
use durable_jobs_testing::{
    Span, TestHost, block_on,
    conformance::{
        Act, Program, World, begin,
        fixtures::{
            basket::{Basket, Counted, Item},
            clerk::{Clerk, Line, Order},
            ledger::{Command, Ledger, Retried},
            ticker::{Exponential, Ticker},
        },
    },
};

const SEEDS: u64 = 300;
const STEPS: u32 = 80;
const TICKERS: [&str; 2] = ["ticker 1", "ticker 2"];
const BASKETS: [&str; 2] = ["basket 1", "basket 2"];
const LEDGERS: [&str; 2] = ["ledger 1", "ledger 2"];
const CLERKS: [&str; 2] = ["clerk 1", "clerk 2"];
/// The ledgers that only clerks write to.
const BOOKS: [&str; 2] = ["book 1", "book 2"];

struct Simulation {
    host: TestHost,
    world: World,
    rng: fastrand::Rng,
    tickers: ContinuousClient<Ticker<Exponential>>,
    baskets: DebounceClient<Basket<Counted>>,
    ledgers: TaskClient<Ledger<Retried>>,
    clerks: TaskClient<Clerk>,
    next_item: u64,
    added: BTreeSet<(&'static str, u64)>,
    noted: Vec<(&'static str, String)>,
    ordered: Vec<u64>,
}

impl Simulation {
    async fn new(seed: u64) -> Self {
        let world = World::default();
        let builder = Program::First
            .enlist(TestHost::new(world.services()))
            .seed(seed);
        let host = builder.start().await.unwrap();
        Self {
            tickers: ContinuousClient::new(&host),
            baskets: DebounceClient::new(&host),
            ledgers: TaskClient::new(&host),
            clerks: TaskClient::new(&host),
            host,
            world,
            rng: fastrand::Rng::with_seed(seed),
            next_item: 0,
            added: BTreeSet::new(),
            noted: Vec::new(),
            ordered: Vec::new(),
        }
    }

    async fn step(&mut self) {
        let number = self.rng.usize(..2);
        let (ticker, basket, ledger) = (TICKERS[number], BASKETS[number], LEDGERS[number]);
        let clerk = CLERKS[number];
        let any = [ticker, basket, ledger, clerk][self.rng.usize(..4)];
        match self.rng.u32(..17) {
            14..=16 => self.order(clerk).await,
            0 => {
                self.survive(self.tickers.start(ticker, Ticker::from(0)).await.map(drop))
                    .await
            }
            1..=3 => self.add(basket).await,
            4 | 5 => self.note(ledger).await,
            6 => {
                self.survive(
                    attempt(self.ledgers.send(ledger, Command::In(20)))
                        .await
                        .map(drop),
                )
                .await
            }
            7 => {
                self.survive(attempt(self.tickers.trigger(ticker)).await.map(drop))
                    .await
            }
            8 => {
                self.survive(attempt(self.baskets.flush(basket)).await.map(drop))
                    .await
            }
            9 => self.fault(any).await,
            10 => self.world.script(any, [Act::Wait]),
            11 => self.world.release(any),
            12 => drop(
                self.host
                    .advance(Span::duration("1s") * self.rng.u32(..9))
                    .await,
            ),
            _ => drop(
                self.host
                    .advance(Span::duration("1s") * self.rng.u32(..900))
                    .await,
            ),
        }
    }

    async fn add(&mut self, id: &'static str) {
        self.next_item += 1;
        let item = self.next_item;
        let added = self.baskets.add(id, Item::Put(item)).await;
        if added.is_ok() {
            self.added.insert((id, item));
        }
        self.survive(added.map(drop)).await;
    }

    async fn note(&mut self, id: &'static str) {
        self.next_item += 1;
        let text = self.next_item.to_string();
        let noted = attempt(self.ledgers.send(id, Command::Note(text.clone()))).await;
        if let Ok(Some(_)) = noted {
            self.noted.push((id, text));
        }
        self.survive(noted.map(drop)).await;
    }

    /// Has a clerk write to both books, at once or in a run.
    async fn order(&mut self, id: &'static str) {
        self.next_item += 1;
        let item = self.next_item;
        let note = |book: &str| Line::Note(book.to_owned(), format!("{id} {item:04}"));
        let lines = BOOKS.map(note).to_vec();
        let order = match self.rng.bool() {
            true => Order::Write(lines),
            false => Order::Execute(lines),
        };
        let ordered = attempt(self.clerks.send(id, order)).await;
        if let Ok(Some(_)) = ordered {
            self.ordered.push(item);
        }
        self.survive(ordered.map(drop)).await;
    }

    async fn fault(&mut self, id: &str) {
        match self.rng.u32(..6) {
            0 => self.host.crash(),
            1 => self.host.crash_before_commit(self.rng.u32(1..6)),
            2 => self.host.crash_after_commit(self.rng.u32(1..6)),
            3 => self
                .host
                .fail_commits(self.rng.usize(1..3), StorageFault::Full),
            4 => self.world.script(id, [Act::Fail, Act::Panic]),
            _ => self.wake_everything().await,
        }
    }

    async fn wake_everything(&self) {
        for instance in self.host.instances() {
            self.host.wake_now(&instance.to_string()).await;
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

    /// The faults end, and time passes.
    async fn calm_down(&self) {
        let all = TICKERS.into_iter().chain(BASKETS);
        for id in all.chain(LEDGERS).chain(CLERKS).chain(BOOKS) {
            self.world.clear_script(id);
            (0..STEPS).for_each(|_| self.world.release(id));
        }
        for _ in 0..3 {
            self.host.restart().await.unwrap();
            self.host.advance("6h").await;
            self.resume().await;
        }
        self.host.advance("6h").await;
    }

    /// What a crash or a full disk leaves undone is done in the next round.
    async fn resume(&self) {
        for number in 0..2 {
            let _ = self.tickers.resume(TICKERS[number]).await;
            let _ = self.baskets.flush(BASKETS[number]).await;
            let _ = self.ledgers.resume(LEDGERS[number]).await;
            let _ = self.clerks.resume(CLERKS[number]).await;
        }
    }

    async fn check(&self, seed: u64) {
        for id in TICKERS {
            let status = self.tickers.status(id).await.unwrap().status;
            assert!(
                matches!(status, Status::Waiting | Status::NotFound),
                "seed {seed}: {status}"
            );
        }
        for id in BASKETS {
            let basket = self.baskets.status(id).await.unwrap();
            assert_eq!(basket.event_count, 0, "seed {seed}: {basket:?}");
            self.check_items(id, seed);
        }
        for id in LEDGERS {
            let status = self.ledgers.status(id).await.unwrap().status;
            assert!(
                matches!(status, Status::Idle | Status::NotFound),
                "seed {seed}: {status}"
            );
            self.check_notes(id, seed).await;
        }
        for book in BOOKS {
            self.check_book(book, seed).await;
        }
        for id in TICKERS.into_iter().chain(BASKETS).chain(LEDGERS) {
            assert!(
                self.world.most_at_once(id) <= 1,
                "seed {seed}: {id} ran beside itself"
            );
        }
    }

    fn check_items(&self, id: &str, seed: u64) {
        let mut processed = BTreeSet::new();
        for run in self.world.runs(id) {
            let items = run.state.get("items").cloned().unwrap_or_default();
            processed.extend(serde_json::from_value::<Vec<u64>>(items).unwrap_or_default());
        }
        for (_, item) in self.added.iter().filter(|(of, _)| *of == id) {
            assert!(
                processed.contains(item),
                "seed {seed}: item {item} was acknowledged and is lost"
            );
        }
    }

    /// Each message has arrived once; those of one clerk in order, as far as it wrote them itself in order.
    async fn check_book(&self, id: &str, seed: u64) {
        let book = self.ledgers.state(id).await.unwrap();
        let notes = book.map(|book| book.state.notes).unwrap_or_default();
        let once: BTreeSet<&String> = notes.iter().collect();
        assert_eq!(once.len(), notes.len(), "seed {seed}: twice in {notes:?}");
        for item in &self.ordered {
            let item = format!(" {item:04}");
            assert!(
                notes.iter().any(|note| note.ends_with(&item)),
                "seed {seed}: message{item} was acknowledged and is lost"
            );
        }
    }

    async fn check_notes(&self, id: &str, seed: u64) {
        let noted = self.noted.iter().filter(|(of, _)| *of == id);
        let stored = self
            .ledgers
            .state(id)
            .await
            .unwrap()
            .map(|kept| kept.state.notes);
        let mut stored = stored.unwrap_or_default().into_iter();
        for (_, text) in noted {
            assert!(
                stored.any(|kept| kept == *text),
                "seed {seed}: note {text} was acknowledged and is lost"
            );
        }
    }
}

/// Sends a call, and gives up waiting if it is not answered at once.
async fn attempt<T>(
    call: impl Future<Output = Result<T, ClientError>>,
) -> Result<Option<T>, ClientError> {
    let mut call = begin(call).await;
    if call.answered().await {
        call.answer().await.map(Some)
    } else {
        Ok(None)
    }
}

#[test]
fn whatever_happens_nothing_acknowledged_is_lost_and_everything_gets_done() {
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
