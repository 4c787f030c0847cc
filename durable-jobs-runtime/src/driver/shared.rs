//! What all slots of an engine share.

use std::{
    future::poll_fn,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    task::{Poll, Waker},
};

use super::{alarm::AlarmGate, delivery::MessageTransport};
use crate::{
    Address,
    core::{Attempts, Moment},
    hex,
    storage::{Activation, Port},
    telemetry::{Happening, Telemetry},
};

/// What all slots of an engine share.
pub(crate) struct Shared {
    pub(super) port: Arc<dyn Port>,
    pub(super) messages: Arc<dyn MessageTransport>,
    activations: AtomicU64,
    closed: AtomicBool,
    busy: AtomicUsize,
    quiet: Mutex<Vec<Waker>>,
    gate: Option<AlarmGate>,
    interruption: Mutex<Option<Arc<str>>>,
}

impl Shared {
    pub(super) fn new(port: Arc<dyn Port>, messages: Arc<dyn MessageTransport>) -> Self {
        Self {
            port,
            messages,
            activations: AtomicU64::new(0),
            closed: AtomicBool::new(false),
            busy: AtomicUsize::new(0),
            quiet: Mutex::new(Vec::new()),
            gate: None,
            interruption: Mutex::new(None),
        }
    }

    /// For a host on which attempts begin inside of its alarm only.
    pub(super) fn with_alarms(port: Arc<dyn Port>, messages: Arc<dyn MessageTransport>) -> Self {
        Self {
            gate: Some(AlarmGate::default()),
            ..Self::new(port, messages)
        }
    }

    /// Keeps what has ended the attempt that the rows may show as open.
    pub(super) fn note_interruption(&self, cause: &str) {
        *lock(&self.interruption) = Some(cause.into());
    }

    pub(super) fn take_interruption(&self) -> Option<Arc<str>> {
        lock(&self.interruption).take()
    }

    pub(super) fn gate(&self) -> Option<&AlarmGate> {
        self.gate.as_ref()
    }

    pub(super) fn moment(&self) -> Moment {
        let gate = self.gate();
        Moment {
            now: self.port.now(),
            entropy: self.port.entropy(),
            attempts: gate.map_or(Attempts::Now, AlarmGate::attempts),
        }
    }

    pub(super) fn next_activation(&self) -> Activation {
        Activation(self.activations.fetch_add(1, Ordering::Relaxed))
    }

    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Says that something goes on until the guard is dropped: a drive, or a commit that is not durable yet.
    pub(super) fn begin_work(self: &Arc<Self>) -> Work {
        self.busy.fetch_add(1, Ordering::AcqRel);
        Work {
            shared: Arc::clone(self),
        }
    }

    pub(super) fn busy(&self) -> usize {
        self.busy.load(Ordering::Acquire)
    }

    /// Waits until nothing goes on.
    pub(super) async fn drained(&self) {
        poll_fn(|cx| {
            let mut waiting = lock(&self.quiet);
            if self.busy.load(Ordering::Acquire) == 0 {
                return Poll::Ready(());
            }
            waiting.push(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// Something that goes on.
pub(crate) struct Work {
    shared: Arc<Shared>,
}

impl Drop for Work {
    fn drop(&mut self) {
        if self.shared.busy.fetch_sub(1, Ordering::AcqRel) == 1 {
            let waiting = std::mem::take(&mut *lock(&self.shared.quiet));
            waiting.into_iter().for_each(Waker::wake);
        }
    }
}

/// Nothing that holds a lock here can panic, so a poisoned one is as good as any.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hands one event out.
pub(crate) fn observe(port: &dyn Port, address: &Address, happening: Happening) {
    if !port.observes(&happening) {
        return;
    }
    port.observe(Telemetry {
        event_id: hex::digits(port.entropy()),
        timestamp: port.now(),
        job_type: address.kind,
        job_name: address.job.into(),
        id: address.id.as_str().to_owned(),
        instance_id: address.name(),
        happening,
    });
}
