//! How many calls wait for their answers at a time: what bounds the memory of a host that cannot keep up.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// The calls that were taken and are not answered yet.
#[derive(Debug)]
pub(super) struct Admission {
    calls: AtomicUsize,
    bytes: AtomicUsize,
    most_calls: usize,
    most_bytes: usize,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asker {
    /// Somebody outside, who can come back.
    Outside,
    /// A handler: it is let in always, because what it holds is given back only when it ends.
    Handler,
}

/// The place of one call, given back when it is answered.
#[derive(Debug)]
pub(super) struct Admitted {
    admission: Arc<Admission>,
    bytes: usize,
}

impl Admission {
    pub(super) fn new(most_calls: usize, most_bytes: usize) -> Arc<Self> {
        Arc::new(Self {
            calls: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            most_calls,
            most_bytes,
        })
    }

    /// A place for a call of so many bytes. A call that is larger than all places together gets one when nobody else
    /// has any.
    pub(super) fn admit(self: &Arc<Self>, bytes: usize, asker: Asker) -> Option<Admitted> {
        let calls = self.calls.fetch_add(1, Ordering::Relaxed);
        let held = self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let admitted = Admitted {
            admission: Arc::clone(self),
            bytes,
        };
        let fits = held == 0 || held.saturating_add(bytes) <= self.most_bytes;
        (asker == Asker::Handler || (calls < self.most_calls && fits)).then_some(admitted)
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.admission.calls.fetch_sub(1, Ordering::Relaxed);
        self.admission
            .bytes
            .fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
