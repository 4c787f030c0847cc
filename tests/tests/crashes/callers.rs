//! Those who call the program. Each calls one instance with the numbers from 1 on, notes a number when it was acknowledged,
//! and after a crash repeats the call whose answer it has not seen.

use std::fmt;

use durable_jobs::{ClientError, Envelope, Host, RequestId};

use crate::{
    Place,
    jobs::{BatchClient, ErrandClient, Parcel, ParcelClient, PulseClient},
    record::{Record, last_number},
};

/// A queue has the numbers of several callers; this tells them apart.
const CALLERS_NUMBERS: u64 = 1_000_000_000;

/// What a caller calls, and which one of those it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Caller {
    Batch(u64),
    Errand(u64),
    Parcel(u64),
}

/// All of them.
pub(crate) const CALLERS: [Caller; 11] = [
    Caller::Batch(0),
    Caller::Batch(1),
    Caller::Batch(2),
    Caller::Batch(3),
    Caller::Errand(0),
    Caller::Errand(1),
    Caller::Errand(2),
    Caller::Parcel(1),
    Caller::Parcel(2),
    Caller::Parcel(3),
    Caller::Parcel(4),
];

/// The instances that nobody calls once they are started.
pub(crate) const PULSES: [&str; 2] = ["pulse-0", "pulse-1"];

/// As its instance is called, except for queues, which callers share.
impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Batch(which) => write!(f, "batch-{which}"),
            Self::Errand(which) => write!(f, "errand-{which}"),
            Self::Parcel(which) => write!(f, "parcel-{which}"),
        }
    }
}

/// The clients of a host.
#[derive(Clone)]
pub(crate) struct Clients {
    pub(crate) batches: BatchClient,
    pub(crate) errands: ErrandClient,
    pub(crate) pulses: PulseClient,
    pub(crate) parcels: ParcelClient,
}

impl Clients {
    pub(crate) fn new(host: &Host) -> Self {
        Self {
            batches: BatchClient::new(host),
            errands: ErrandClient::new(host),
            pulses: PulseClient::new(host),
            parcels: ParcelClient::new(host),
        }
    }
}

impl Caller {
    /// The queue of a caller of queues.
    pub(crate) fn queue(which: u64) -> String {
        format!("queue-{}", which % 2)
    }

    /// What a caller of queues calls its number there.
    pub(crate) fn parcel(which: u64, number: u64) -> u64 {
        which * CALLERS_NUMBERS + number
    }

    /// Makes one call. Its repetition has no second effect: every other caller names the event, the others the request.
    pub(crate) async fn call(self, clients: &Clients, number: u64) -> Result<(), ClientError> {
        let (id, event) = (self.to_string(), number.to_string());
        let request = RequestId::new(number);
        match self {
            Self::Batch(which) if which % 2 == 0 => {
                let batches = clients.batches.clone().with_request(request);
                batches.add(&id, number).await.map(drop)
            }
            Self::Batch(_) => {
                let added = clients.batches.add_once(&id, &event, number).await;
                added.map(drop)
            }
            Self::Errand(which) if which % 2 == 0 => {
                let errands = clients.errands.clone().with_request(request);
                errands.send(&id, number).await.map(drop)
            }
            Self::Errand(_) => {
                let sent = clients.errands.send_once(&id, &event, number).await;
                sent.map(drop)
            }
            Self::Parcel(which) => {
                let number = Self::parcel(which, number);
                let queue = Self::queue(which);
                let parcel = Envelope::new(Parcel { number });
                if which <= 2 {
                    let request = RequestId::new(number);
                    let parcels = clients.parcels.clone().with_request(request);
                    return parcels.enqueue(&queue, parcel).await.map(drop);
                }
                let parcel = parcel.id(&number.to_string());
                clients.parcels.enqueue(&queue, parcel).await.map(drop)
            }
        }
    }

    /// Makes one call until it is acknowledged, and answers the errors before that.
    pub(crate) async fn insist(self, clients: &Clients, number: u64) -> Vec<ClientError> {
        let mut errors = Vec::new();
        while let Err(error) = self.call(clients, number).await {
            errors.push(error);
            tokio::task::yield_now().await;
        }
        errors
    }

    /// The last number that was acknowledged.
    pub(crate) fn acknowledged(self, place: &Place) -> u64 {
        last_number(&place.calls(&self.to_string()))
    }

    /// Notes acknowledgements.
    pub(crate) fn record(self, place: &Place) -> Record {
        Record::open(&place.calls(&self.to_string()))
    }

    /// Calls from where it was, without end.
    pub(crate) async fn call_on(self, place: Place, clients: Clients) {
        let record = self.record(&place);
        for number in self.acknowledged(&place) + 1.. {
            let errors = self.insist(&clients, number).await;
            assert!(errors.is_empty(), "{self} {number}: {errors:?}");
            record.append(&number.to_string());
            if number % 50 == 0
                && let Self::Batch(_) = self
            {
                // Whatever it answers: it waits for a run, and that is what a crash shall meet.
                let _ = clients.batches.flush(&self.to_string()).await;
            }
        }
    }
}
