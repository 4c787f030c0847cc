//! The port of the engine.

use std::{future::poll_fn, sync::Arc, task::Poll, time::Duration};

use durable_jobs_runtime::{
    Address, BoxFuture, ListQuery, Listed, StorageError, Timestamp,
    storage::{Batch, Completion, Loaded, Port},
    telemetry::{Happening, Telemetry},
};
use tokio::{runtime::Handle, sync::watch};

use crate::{
    clock::Clock,
    observe::Observers,
    reader::Reader,
    writer::{Submission, Writer},
};

/// Connects the engine to threads, clock, tokio and observers.
pub(super) struct EmbeddedPort {
    clock: Arc<dyn Clock>,
    runtime: Handle,
    writer: Writer,
    reader: Reader,
    observers: Observers,
    jumps: Arc<watch::Sender<()>>,
    closed: watch::Sender<bool>,
}

impl EmbeddedPort {
    pub(super) fn new(
        clock: Arc<dyn Clock>,
        runtime: Handle,
        writer: Writer,
        reader: Reader,
        observers: Observers,
    ) -> Self {
        let jumps = Arc::new(watch::Sender::new(()));
        let jumped = Arc::downgrade(&jumps);
        clock.on_jump(Box::new(move || {
            if let Some(jumps) = jumped.upgrade() {
                jumps.send_replace(());
            }
        }));
        let closed = watch::Sender::new(false);
        Self {
            clock,
            runtime,
            writer,
            reader,
            observers,
            jumps,
            closed,
        }
    }

    /// Drops every future that was spawned, at its next pause.
    pub(super) fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Waits until those futures are dropped.
    pub(super) async fn emptied(&self) {
        self.closed.closed().await;
    }

    /// Made for the host's runtime, because whoever waits may be on none.
    #[expect(clippy::disallowed_methods, reason = "this is the host's timer")]
    fn real_sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let _entered = self.runtime.enter();
        Box::pin(tokio::time::sleep(duration))
    }

    /// Where its futures run.
    pub(super) fn runtime(&self) -> &Handle {
        &self.runtime
    }
}

/// Moves a future on until the host is closed. Most end the first time, and need not be woken for that. Behind that the
/// closing goes before whatever else wakes it.
async fn until_closed(mut future: BoxFuture<'static, ()>, mut closed: watch::Receiver<bool>) {
    let begun = poll_fn(|cx| Poll::Ready(*closed.borrow() || future.as_mut().poll(cx).is_ready()));
    if begun.await {
        return;
    }
    tokio::select! {
        biased;
        _ = closed.wait_for(|closed| *closed) => {}
        () = future => {}
    }
}

impl Port for EmbeddedPort {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the host's entropy")]
    fn entropy(&self) -> u64 {
        fastrand::u64(..)
    }

    fn load<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, Result<Loaded, StorageError>> {
        Box::pin(self.reader.load(address.clone()))
    }

    fn list(&self, query: ListQuery) -> BoxFuture<'_, Result<Vec<Listed>, StorageError>> {
        Box::pin(self.reader.list(query))
    }

    fn commit(&self, batch: Batch, completion: Completion) {
        self.writer.submit(Submission { batch, completion });
    }

    fn spawn(&self, future: BoxFuture<'static, ()>) {
        let closed = self.closed.subscribe();
        self.runtime.spawn(until_closed(future, closed));
    }

    /// In real time by a clock that never steps back; by a clock that only jumps, until it has jumped far
    /// enough.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let until = self.clock.now() + duration;
        if self.clock.time_until(until).is_some() {
            return self.real_sleep(duration);
        }
        let (clock, mut jumps) = (Arc::clone(&self.clock), self.jumps.subscribe());
        Box::pin(async move {
            while clock.now() < until {
                if jumps.changed().await.is_err() {
                    // The host is gone, and with it whoever would move this future on.
                    std::future::pending().await
                }
            }
        })
    }

    fn observes(&self, _happening: &Happening) -> bool {
        !self.observers.is_empty()
    }

    fn observe(&self, event: Telemetry) {
        self.observers.observe(&event);
    }
}
