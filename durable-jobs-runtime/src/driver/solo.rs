//! One instance by itself, for a host that has a place of its own for each.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_channel::oneshot;

use super::{
    delivery::{DeliveryCallback, MessageTransport},
    registry::Entry,
    request::answer_within,
    shared::{Shared, lock},
    slot::{Input, Reply, Slot},
};
use crate::{
    Address, ClientError, InstanceId,
    storage::Port,
    wire::{Answer, Call, MessageId, Request, RequestId, Transport},
};

/// How long the answer to a message is waited for, before it is sent again.
const MOST_PATIENCE: Duration = Duration::from_secs(30);

/// Runs one instance of one job, and begins attempts only inside of [`alarm`](Self::alarm).
///
/// What becomes due otherwise is committed with a `wake_at` that has come: the host answers it with an alarm.
pub struct Solo {
    entry: Entry,
    address: Address,
    shared: Arc<Shared>,
    slot: Mutex<Arc<Slot>>,
}

impl Solo {
    /// The instance `id` of a job; nothing of it is read before it is needed.
    ///
    /// `transport` is the way of its messages to other instances.
    pub fn new(
        entry: Entry,
        id: InstanceId,
        port: Arc<dyn Port>,
        transport: Arc<dyn Transport>,
    ) -> Self {
        let address = entry.address(id);
        let messages = Arc::new(Outside {
            port: Arc::clone(&port),
            transport,
        });
        let shared = Arc::new(Shared::with_alarms(port, messages));
        let slot = Mutex::new(entry.slot(address.clone(), &shared));
        Self {
            entry,
            address,
            shared,
            slot,
        }
    }

    /// Which instance it is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Reads the text of a call as it has arrived.
    pub fn read_call(&self, text: &str) -> Result<Call, ClientError> {
        self.entry.read_call(&self.address, text)
    }

    /// Answers a call. It takes effect also when the answer is not waited for.
    pub fn call(
        &self,
        call: Call,
        request: Option<RequestId>,
        message: Option<MessageId>,
        timeout: Option<Duration>,
    ) -> impl Future<Output = Result<Answer, ClientError>> + use<> {
        let (reply, answer) = oneshot::channel();
        let reply = Reply::Caller(reply, None);
        self.deliver(match message {
            Some(message) => Input::Message(call, reply, message),
            None => Input::Call(call, reply, request),
        });
        let deadline = timeout.map(|timeout| self.shared.port.sleep(timeout));
        answer_within(answer, deadline, self.address.clone(), request)
    }

    /// Does what is due: the attempts of one step begin, and this ends when they have. Too early, too late or too
    /// often does no harm.
    pub fn alarm(&self) -> impl Future<Output = ()> + use<> {
        if let Some(gate) = self.shared.gate() {
            gate.open();
        }
        self.deliver(Input::Alarm);
        let shared = Arc::clone(&self.shared);
        async move {
            if let Some(gate) = shared.gate() {
                gate.closed().await;
            }
        }
    }

    /// Says what has ended the attempt that the rows may show as open.
    pub fn was_cut_off_by(&self, cause: &str) {
        self.shared.note_interruption(cause);
    }

    /// Tells whether something goes on.
    pub fn pulse(&self) -> Pulse {
        let (address, shared) = (self.address.clone(), Arc::clone(&self.shared));
        Pulse { address, shared }
    }

    fn deliver(&self, mut input: Input) {
        loop {
            let slot = Arc::clone(&lock(&self.slot));
            match slot.deliver(input) {
                Ok(()) => return,
                Err(back) => input = back,
            }
            *lock(&self.slot) = self.entry.slot(self.address.clone(), &self.shared);
        }
    }
}

/// Instances that live elsewhere.
struct Outside {
    port: Arc<dyn Port>,
    transport: Arc<dyn Transport>,
}

impl MessageTransport for Outside {
    fn deliver(&self, request: Request, callback: Box<dyn DeliveryCallback>) {
        let answer = self.transport.call(Request {
            timeout: Some(MOST_PATIENCE),
            ..request
        });
        self.port.spawn(Box::pin(async move {
            callback.take(answer.await);
        }));
    }
}

/// Tells whether something goes on in a [`Solo`].
pub struct Pulse {
    address: Address,
    shared: Arc<Shared>,
}

impl Pulse {
    /// Which instance it is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// How many things go on: a drive, a handler that is out included, and commits on their way.
    pub fn busy(&self) -> usize {
        self.shared.busy()
    }
}

impl fmt::Debug for Pulse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pulse")
            .field("address", &self.address)
            .field("busy", &self.busy())
            .finish()
    }
}

impl fmt::Debug for Solo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Solo")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
