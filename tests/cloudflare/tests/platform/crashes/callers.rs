//! Those who call. Each calls one instance with the numbers from 1 on, notes a number when it was acknowledged, and
//! repeats a call whose answer was lost.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use durable_jobs_runtime::{
    ClientError,
    continuous::ContinuousClient,
    debounce::DebounceClient,
    queue::{Envelope, QueueClient},
    task::TaskClient,
    wire::RequestId,
};
use durable_jobs_testing::conformance::fixtures::{
    basket::{Basket, Item},
    letter::Letter,
    ticker::Ticker,
};
use durable_jobs_tests_cloudflare::Live;
use durable_jobs_tests_worker::{
    hasty::{Beating, Hasty, Rushed},
    relay::{Relay, Sink},
};
use tokio::task::JoinHandle;

use crate::wait;

/// A queue has the numbers of several callers; this tells them apart.
const CALLERS_NUMBERS: u64 = 1_000_000_000;

/// How many letters one call brings that brings several.
const TOGETHER: u64 = 5;

/// What a caller calls, and which one of those it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Caller {
    Batch(u64),
    Relay(u64),
    Letter(u64),
    /// Several letters with each call.
    Letters(u64),
}

/// All of them.
pub(super) const CALLERS: [Caller; 11] = [
    Caller::Batch(0),
    Caller::Batch(1),
    Caller::Batch(2),
    Caller::Batch(3),
    Caller::Relay(0),
    Caller::Relay(1),
    Caller::Relay(2),
    Caller::Letter(1),
    Caller::Letter(2),
    Caller::Letters(3),
    Caller::Letters(4),
];

/// The instances that nobody calls once they are started.
pub(super) const PULSES: [&str; 2] = ["pulse-0", "pulse-1"];

/// As its instance is called, except for queues, which callers share.
impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Batch(which) => write!(f, "batch-{which}"),
            Self::Relay(which) => write!(f, "relay-{which}"),
            Self::Letter(which) | Self::Letters(which) => write!(f, "letter-{which}"),
        }
    }
}

#[derive(Clone)]
pub(super) struct Clients {
    pub(super) batches: DebounceClient<Basket<Hasty>>,
    pub(super) relays: TaskClient<Relay>,
    pub(super) sinks: TaskClient<Sink>,
    pub(super) letters: QueueClient<Letter<Rushed>>,
    pub(super) pulses: ContinuousClient<Ticker<Beating>>,
}

impl Clients {
    pub(super) fn new(live: &Live) -> Self {
        Self {
            batches: DebounceClient::new(live),
            relays: TaskClient::new(live),
            sinks: TaskClient::new(live),
            letters: QueueClient::new(live),
            pulses: ContinuousClient::new(live),
        }
    }
}

impl Caller {
    /// The queue of a caller of queues.
    pub(super) fn queue(which: u64) -> String {
        format!("queue-{}", which % 2)
    }

    /// What the letters of one call are called; none if it brings none.
    pub(super) fn letters(self, number: u64) -> impl Iterator<Item = u64> {
        let (which, together) = match self {
            Self::Letter(which) => (which, 1),
            Self::Letters(which) => (which, TOGETHER),
            Self::Batch(_) | Self::Relay(_) => (0, 0),
        };
        let first = which * CALLERS_NUMBERS + number * together;
        first..first + together
    }

    /// Makes one call. Its repetition has no second effect: every other caller names the event, the others the request.
    async fn call(self, clients: &Clients, number: u64) -> Result<(), ClientError> {
        let (id, event) = (self.to_string(), number.to_string());
        let request = RequestId::new(number);
        match self {
            Self::Batch(which) if which % 2 == 0 => {
                let batches = clients.batches.clone().with_request(request);
                batches.add(&id, Item::Put(number)).await.map(drop)
            }
            Self::Batch(_) => {
                let item = Item::Put(number);
                clients.batches.add_once(&id, &event, item).await.map(drop)
            }
            Self::Relay(which) if which % 2 == 0 => {
                let relays = clients.relays.clone().with_request(request);
                relays.send(&id, number).await.map(drop)
            }
            Self::Relay(_) => {
                let sent = clients.relays.send_once(&id, &event, number).await;
                sent.map(drop)
            }
            Self::Letter(which) | Self::Letters(which) => {
                let letters = self.letters(number).map(Letter::new);
                let queue = Self::queue(which);
                if which <= 2 {
                    let named = |letter: Letter<_>| {
                        let name = letter.number.to_string();
                        Envelope::new(letter).id(&name)
                    };
                    let posted = clients.letters.enqueue_many(&queue, letters.map(named));
                    return posted.await.map(drop);
                }
                let request = RequestId::new(which * CALLERS_NUMBERS + number);
                let queues = clients.letters.clone().with_request(request);
                queues.enqueue_many(&queue, letters).await.map(drop)
            }
        }
    }

    /// Makes one call until it is acknowledged, and answers whether its answer was lost before that.
    async fn insist(self, clients: &Clients, number: u64) -> bool {
        let mut was_lost = false;
        while let Err(error) = self.call(clients, number).await {
            let unknown = matches!(error, ClientError::OutcomeUnknown { .. });
            assert!(unknown, "{self} {number}: {error}");
            was_lost = true;
            wait(Duration::from_millis(10)).await;
        }
        was_lost
    }
}

/// What was acknowledged, and whether callers go on.
#[derive(Debug, Default)]
pub(super) struct Calls {
    acknowledged: Mutex<BTreeMap<Caller, u64>>,
    is_over: AtomicBool,
}

impl Calls {
    fn note(&self, caller: Caller, number: u64) {
        let mut acknowledged = self.acknowledged.lock();
        let acknowledged = acknowledged.as_mut().unwrap();
        acknowledged.insert(caller, number);
    }

    /// The last number that was acknowledged.
    pub(super) fn of(&self, caller: Caller) -> u64 {
        let acknowledged = self.acknowledged.lock();
        let acknowledged = acknowledged.unwrap_or_else(PoisonError::into_inner);
        acknowledged.get(&caller).copied().unwrap_or_default()
    }

    /// How many calls were acknowledged.
    pub(super) fn acknowledged(&self) -> u64 {
        CALLERS.into_iter().map(|caller| self.of(caller)).sum()
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    pub(super) fn begin(self: &Arc<Self>, clients: &Clients) -> Vec<JoinHandle<u64>> {
        let call = |caller| tokio::spawn(call_on(caller, self.clone(), clients.clone()));
        CALLERS.map(call).into()
    }

    /// Lets callers make the call that they are at, and answers how many were repeated.
    pub(super) async fn end(&self, callers: Vec<JoinHandle<u64>>) -> u64 {
        self.is_over.store(true, Ordering::Relaxed);
        let mut repeated = 0;
        for caller in callers {
            repeated += caller.await.unwrap();
        }
        repeated
    }
}

/// Calls until all is over, and once more.
async fn call_on(caller: Caller, calls: Arc<Calls>, clients: Clients) -> u64 {
    let mut repeated = 0;
    for number in 1.. {
        let is_last = calls.is_over();
        repeated += u64::from(caller.insist(&clients, number).await);
        calls.note(caller, number);
        if is_last {
            break;
        }
        if number % 50 == 0
            && let Caller::Batch(_) = caller
        {
            // Whatever it answers: it waits for a run, and that is what a crash shall meet.
            let _ = clients.batches.flush(&caller.to_string()).await;
        }
    }
    repeated
}
