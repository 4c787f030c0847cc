//! What a host gives the suite, and what the suite gives a case.

use std::{fmt, future::Future, pin::Pin, task::Poll};

use durable_jobs_runtime::{
    Timestamp,
    continuous::ContinuousClient,
    debounce::DebounceClient,
    queue::QueueClient,
    task::TaskClient,
    telemetry::{Happening, Telemetry},
    wire::Connect,
};

use super::{
    Departures, FoldKey, Listing, PanicEnds, Program, Starts, World,
    fixtures::{
        agenda::{Agenda, AgendaSettings},
        basket::{Basket, BasketSettings, Renamed},
        clerk::Clerk,
        hamper::{Hamper, HamperSettings},
        keeper::Keeper,
        ledger::{Ledger, LedgerSettings},
        letter::{Letter, LetterSettings, Stamped},
        reshaped::{Gauge, Journal},
        ticker::{Ticker, TickerSettings, Widened},
    },
};
use crate::Span;

/// A host under test, with a clock that the suite moves.
pub trait Harness: Connect + Sized {
    /// What a panic of user code ends on this host.
    const PANICS: PanicEnds = PanicEnds::Handler;

    /// Whether this host lists instances.
    const LISTING: Listing = Listing::Pages;

    /// Whether this host notices that a caller no longer waits.
    const DEPARTURES: Departures = Departures::Noticed;

    /// When attempts begin on this host that become due while others of their instance are out.
    const STARTS: Starts = Starts::BesideOthers;

    /// Runs a case to its end.
    fn block_on<F: Future>(future: F) -> F::Output;

    /// Starts the host on an empty store.
    fn start(program: Program, world: World) -> impl Future<Output = Self>;

    /// What the host's clock shows.
    fn now(&self) -> Timestamp;

    /// Sets the host's clock, also backwards, and runs nothing.
    fn set_clock(&self, time: Timestamp);

    /// Lets everything happen that is due until `time`, each at its time, and returns once every handler has
    /// ended or waits for the [`World`]. The clock then shows `time`, or what it showed if that is later.
    fn advance_to(&self, time: Timestamp) -> impl Future<Output = ()>;

    /// Kills the host, with whatever runs, and starts it again on what was durable, with the clock at `time`.
    fn restart(
        &mut self,
        program: Program,
        world: World,
        time: Timestamp,
    ) -> impl Future<Output = ()>;

    /// Wakes an instance for no reason, as a stray or repeated alarm does.
    fn wake(&self, job: &'static str, id: &str) -> impl Future<Output = ()>;

    /// Makes the store refuse what is written next, until [`mend_store`](Self::mend_store). Between the two a
    /// case lets one commit be made.
    fn break_store(&self);

    /// Ends what [`break_store`](Self::break_store) has begun.
    fn mend_store(&self);

    /// Everything that jobs have told since the start, across restarts.
    fn telemetry(&self) -> Vec<Telemetry>;

    /// How often the host has folded events with a key. A host of another process asks that one.
    fn folds(&self, key: FoldKey) -> impl Future<Output = u64> {
        std::future::ready(key.folds())
    }
}

/// One case's host and world.
#[derive(Debug)]
pub struct Stage<H> {
    /// The host.
    pub host: H,
    /// Its services.
    pub world: World,
}

/// Runs one case on a fresh host.
pub fn run<H: Harness, C: Future<Output = ()>>(case: impl FnOnce(Stage<H>) -> C) {
    H::block_on(async {
        let world = World::default();
        let host = H::start(Program::First, world.clone()).await;
        case(Stage { host, world }).await;
    });
}

impl<H: Harness> Stage<H> {
    pub(super) fn tickers<S: TickerSettings>(&self) -> ContinuousClient<Ticker<S>> {
        ContinuousClient::new(&self.host)
    }

    pub(super) fn keepers<S: TickerSettings>(&self) -> ContinuousClient<Keeper<S>> {
        ContinuousClient::new(&self.host)
    }

    pub(super) fn baskets<S: BasketSettings>(&self) -> DebounceClient<Basket<S>> {
        DebounceClient::new(&self.host)
    }

    pub(super) fn hampers<S: HamperSettings>(&self) -> DebounceClient<Hamper<S>> {
        DebounceClient::new(&self.host)
    }

    pub(super) fn ledgers<S: LedgerSettings>(&self) -> TaskClient<Ledger<S>> {
        TaskClient::new(&self.host)
    }

    pub(super) fn agendas<S: AgendaSettings>(&self) -> TaskClient<Agenda<S>> {
        TaskClient::new(&self.host)
    }

    pub(super) fn clerks(&self) -> TaskClient<Clerk> {
        TaskClient::new(&self.host)
    }

    pub(super) fn letters<S: LetterSettings>(&self) -> QueueClient<Letter<S>> {
        QueueClient::new(&self.host)
    }

    pub(super) fn stamped(&self) -> QueueClient<Stamped> {
        QueueClient::new(&self.host)
    }

    pub(super) fn widened(&self) -> ContinuousClient<Widened> {
        ContinuousClient::new(&self.host)
    }

    pub(super) fn renamed(&self) -> DebounceClient<Renamed> {
        DebounceClient::new(&self.host)
    }

    pub(super) fn gauges(&self) -> ContinuousClient<Gauge> {
        ContinuousClient::new(&self.host)
    }

    pub(super) fn journals(&self) -> TaskClient<Journal> {
        TaskClient::new(&self.host)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.host.now()
    }

    pub(super) async fn advance(&self, span: impl Span) {
        self.host.advance_to(self.now() + span.duration()).await;
    }

    /// Lets everything happen that is due now.
    pub(super) async fn settle(&self) {
        self.host.advance_to(self.now()).await;
    }

    pub(super) async fn restart(&mut self) {
        self.restart_as(Program::First).await;
    }

    pub(super) async fn restart_as(&mut self, program: Program) {
        self.restart_at(self.now(), program).await;
    }

    /// Restarts the host after it was down until `time`.
    pub(super) async fn restart_at(&mut self, time: Timestamp, program: Program) {
        self.host.restart(program, self.world.clone(), time).await;
        self.settle().await;
    }

    /// What was told of one id.
    pub(super) fn told(&self, id: &str) -> Vec<Happening> {
        let events = self
            .host
            .telemetry()
            .into_iter()
            .filter(|event| event.id == id);
        events.map(|event| event.happening).collect()
    }
}

/// A call that was sent and is not waited for yet; made by [`begin`].
pub struct Begun<F: Future> {
    future: Pin<Box<F>>,
    output: Option<F::Output>,
}

/// Sends a call without waiting for its answer.
pub async fn begin<F: Future>(future: F) -> Begun<F> {
    let mut begun = Begun {
        future: Box::pin(future),
        output: None,
    };
    begun.look().await;
    begun
}

impl<F: Future> Begun<F> {
    async fn look(&mut self) {
        std::future::poll_fn(|context| {
            if let Poll::Ready(output) = self.future.as_mut().poll(context) {
                self.output = Some(output);
            }
            Poll::Ready(())
        })
        .await;
    }

    /// Whether the answer is here.
    pub async fn answered(&mut self) -> bool {
        if self.output.is_none() {
            self.look().await;
        }
        self.output.is_some()
    }

    /// Waits for the answer.
    pub async fn answer(self) -> F::Output {
        match self.output {
            Some(output) => output,
            None => self.future.await,
        }
    }
}

impl<F: Future> fmt::Debug for Begun<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begun").finish_non_exhaustive()
    }
}
