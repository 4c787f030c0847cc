//! The engine: every instance that is in memory, found by its address.

use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, Weak},
};

use futures_channel::oneshot;

use super::{
    admission::{Admission, Asker},
    delivery::{DeliveryCallback, MessageTransport},
    inline::Inline,
    line::Place,
    registry::Registry,
    request::answer_within,
    shared::{Shared, lock},
    slot::{Input, Reply, Slot},
};
use crate::{
    Address, BoxFuture, ClientError, InstanceId, ListQuery, Page,
    storage::Port,
    wire::{Answer, Call, Connect, MessageId, Request, Transport},
};

const SHARDS: usize = 16;

/// How an engine is set up.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// About how many instances stay in memory while nothing goes on in them; the others are read from
    /// the store when they are needed. 10,000 unless set.
    pub max_resident: usize,
    /// How many calls may wait for their answers; further ones are refused as
    /// [`Overloaded`](ClientError::Overloaded). Those of handlers are always taken. 100,000 unless set.
    pub max_calls: usize,
    /// How many bytes of states, events and messages these calls may bring. 256 MiB unless set.
    pub max_call_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_resident: 10_000,
            max_calls: 100_000,
            max_call_bytes: 256 << 20,
        }
    }
}

/// Runs the jobs of a registry on a host. Clones share everything.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    registry: Registry,
    shared: Arc<Shared>,
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
    most_in_shard: usize,
    admission: Arc<Admission>,
}

#[derive(Default)]
struct Shard {
    slots: HashMap<Address, Arc<Slot>>,
    sweep_at: usize,
}

impl Engine {
    /// An engine without instances in memory.
    pub fn new(registry: Registry, port: Arc<dyn Port>, settings: Settings) -> Self {
        let most_in_shard = settings.max_resident.div_ceil(SHARDS).max(1);
        let shard = || {
            Mutex::new(Shard {
                slots: HashMap::new(),
                sweep_at: most_in_shard,
            })
        };
        let shards = std::array::from_fn(|_| shard());
        let inner = Arc::new_cyclic(|inner: &Weak<Inner>| Inner {
            registry,
            shared: Arc::new(Shared::new(port, Arc::new(Local(Weak::clone(inner))))),
            hasher: RandomState::new(),
            shards,
            most_in_shard,
            admission: Admission::new(settings.max_calls, settings.max_call_bytes),
        });
        Self { inner }
    }

    /// The address of an instance; `None` for a job that is not registered or an id that cannot be.
    pub fn address(&self, job: &str, id: &str) -> Option<Address> {
        self.inner.registry.address(job, InstanceId::new(id).ok()?)
    }

    /// Tells an instance that a timer of it may be due. Too early, too late or too often does no harm.
    pub fn wake(&self, address: &Address) {
        self.inner.deliver(address, Input::Alarm);
    }

    /// Takes no more calls: they are answered [`ClientError::ShuttingDown`]. Those that handlers make are
    /// still taken, so that the handlers can end; no further run begins behind one that has ended.
    pub fn close(&self) {
        self.inner.shared.close();
    }

    /// Waits until no handler is out and no commit is on its way.
    pub fn drained(&self) -> impl Future<Output = ()> + use<> {
        let shared = Arc::clone(&self.inner.shared);
        async move { shared.drained().await }
    }

    /// How many things go on: instances that are driven, a handler that is out included, and commits on
    /// their way. [`drained`](Self::drained) waits for 0.
    pub fn busy(&self) -> usize {
        self.inner.shared.busy()
    }

    /// Drops the runs that are out, and commits that they are due at once, as if their attempts had not
    /// begun. Whoever still waits for a run is told that the host stops. For the end of a host, after
    /// [`close`](Self::close).
    pub fn release(&self) {
        for slot in self.slots() {
            let _ = slot.deliver(Input::Release);
        }
    }

    /// Lets the instances that are driven look around. Once they have, which [`has_inputs`](Self::has_inputs) tells,
    /// they have also seen whatever has come for them before: for the conformance suite.
    #[doc(hidden)]
    pub fn look_around(&self) {
        let slots = self.slots().into_iter();
        for slot in slots.filter(|slot| slot.is_driven()) {
            let _ = slot.deliver(Input::Look);
        }
    }

    /// Whether an instance has not taken yet what it was told.
    #[doc(hidden)]
    pub fn has_inputs(&self) -> bool {
        self.slots().iter().any(|slot| slot.has_inputs())
    }

    /// What is in memory, in the order of addresses: two runs of one simulation shall be the same, though they hash
    /// otherwise.
    fn slots(&self) -> Vec<Arc<Slot>> {
        let shards = self.inner.shards.iter();
        let mut all: Vec<_> = shards.flat_map(|shard| lock(shard).all()).collect();
        all.sort_by(|one, other| one.address.cmp(&other.address));
        all
    }
}

impl Shard {
    #[expect(clippy::disallowed_methods, reason = "whoever asks sorts them")]
    fn all(&self) -> Vec<Arc<Slot>> {
        self.slots.values().cloned().collect()
    }

    /// Lets idle instances go. The next sweep is due when a quarter of the limit has come anew, so that
    /// a shard full of busy instances is not gone through for every new one.
    fn sweep(&mut self, limit: usize) {
        self.slots.retain(|_, slot| !slot.retire());
        self.sweep_at = limit.max(self.slots.len() + limit / 4 + 1);
    }
}

impl Inner {
    fn deliver(&self, address: &Address, mut input: Input) {
        while let Some(slot) = self.slot(address) {
            match Arc::clone(&slot).deliver(input) {
                Ok(()) => return,
                Err(back) => {
                    // It was retired after it was found; the next one will be new.
                    self.forget(address, &slot);
                    input = back;
                }
            }
        }
    }

    fn forget(&self, address: &Address, retired: &Arc<Slot>) {
        let Some(shard) = self.shard(address) else {
            return;
        };
        let mut shard = lock(shard);
        let kept = shard.slots.get(address);
        if kept.is_some_and(|kept| Arc::ptr_eq(kept, retired)) {
            shard.slots.remove(address);
        }
    }

    fn shard(&self, address: &Address) -> Option<&Mutex<Shard>> {
        let index = self.hasher.hash_one(address) as usize % SHARDS;
        self.shards.get(index)
    }

    fn slot(&self, address: &Address) -> Option<Arc<Slot>> {
        let mut shard = lock(self.shard(address)?);
        if let Some(slot) = shard.slots.get(address) {
            return Some(Arc::clone(slot));
        }
        if shard.slots.len() >= shard.sweep_at {
            shard.sweep(self.most_in_shard);
        }
        let slot = self.registry.slot(address, &self.shared)?;
        shard.slots.insert(address.clone(), Arc::clone(&slot));
        Some(slot)
    }

    fn call(&self, request: Request) -> BoxFuture<'static, Result<Answer, ClientError>> {
        let Request {
            job,
            id,
            call,
            timeout,
            request,
            ..
        } = request;
        let name = (job.to_owned(), id.as_str().to_owned());
        let refused = |error| -> BoxFuture<'static, _> { Box::pin(std::future::ready(Err(error))) };
        if self.shared.is_closed() && !Inline::is_on() {
            return refused(ClientError::ShuttingDown {
                job: name.0,
                id: name.1,
            });
        }
        let Some(address) = self.registry.address(job, id) else {
            return refused(ClientError::JobNotFound { job: name.0 });
        };
        let asker = match Inline::is_on() {
            true => Asker::Handler,
            false => Asker::Outside,
        };
        let Some(admitted) = self.admission.admit(call.bytes(), asker) else {
            return refused(ClientError::Overloaded {
                job: name.0,
                id: name.1,
            });
        };
        let (reply, answer) = oneshot::channel();
        let reply = Reply::Caller(reply, Some(admitted));
        self.deliver(&address, Input::Call(call, reply, request));
        let deadline = timeout.map(|timeout| self.shared.port.sleep(timeout));
        Box::pin(answer_within(answer, deadline, address, request))
    }
}

/// The instances of the same engine, as messages between them find them.
struct Local(Weak<Inner>);

impl MessageTransport for Local {
    fn deliver(&self, request: Request, callback: Box<dyn DeliveryCallback>) {
        let (job, id) = (request.job.to_owned(), request.id.as_str().to_owned());
        let inner = self.0.upgrade();
        let Some(inner) = inner.filter(|inner| !inner.shared.is_closed()) else {
            return callback.take(Err(ClientError::ShuttingDown { job, id }));
        };
        match inner.incoming(request) {
            Ok((address, call, message)) => {
                let reply = Reply::Sender(callback);
                inner.deliver(&address, Input::Message(call, reply, message));
            }
            Err(error) => callback.take(Err(error)),
        }
    }
}

impl Inner {
    /// A message as the instance that it is for takes it.
    fn incoming(&self, request: Request) -> Result<(Address, Call, MessageId), ClientError> {
        let not_found = || ClientError::JobNotFound {
            job: request.job.to_owned(),
        };
        let address = self.registry.address(request.job, request.id.clone());
        let (address, message) = address.zip(request.message).ok_or_else(not_found)?;
        let call = match request.call.unread() {
            Some(text) => self.registry.read_call(&address, &text.0)?,
            None => request.call,
        };
        Ok((address, call, message))
    }

    async fn list(self: Arc<Self>, query: ListQuery) -> Result<Page, ClientError> {
        if !self.registry.has(&query.job) {
            return Err(ClientError::JobNotFound { job: query.job });
        }
        let (job, limit) = (query.job.clone(), query.limit);
        let listed = self.shared.port.list(query).await;
        let instances = listed.map_err(|error| ClientError::Storage {
            job,
            id: String::new(),
            reason: error.to_string(),
        })?;
        Ok(Page::new(instances, limit))
    }
}

impl Transport for Engine {
    fn call(&self, request: Request) -> BoxFuture<'static, Result<Answer, ClientError>> {
        if !request.call.stands_in_line() {
            return self.inner.call(request);
        }
        let address = self.inner.registry.address(request.job, request.id.clone());
        let inner = Arc::downgrade(&self.inner);
        let place = Place::new(move || {
            if let Some((inner, address)) = inner.upgrade().zip(address) {
                inner.deliver(&address, Input::Look);
            }
        });
        Box::pin(place.hold(self.inner.call(request)))
    }

    fn list(&self, query: ListQuery) -> BoxFuture<'static, Result<Page, ClientError>> {
        Box::pin(Arc::clone(&self.inner).list(query))
    }
}

impl Connect for Engine {
    fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(self.clone())
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("jobs", &self.inner.registry)
            .finish()
    }
}
