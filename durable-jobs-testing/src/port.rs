//! The simulated machine as the engine sees it.

use std::{sync::Arc, time::Duration};

use durable_jobs_runtime::{
    Address, BoxFuture, ListQuery, Listed, StorageError, StorageFault, Timestamp,
    storage::{Batch, Completion, Loaded, Port},
    telemetry::Telemetry,
};

use crate::machine::{Life, Machine, Store};

/// One life of the machine. What reaches it after its end goes nowhere.
pub(crate) struct LivePort {
    pub(crate) machine: Arc<Machine>,
    pub(crate) life: Life,
}

impl LivePort {
    fn alive<T>(&self, read: impl FnOnce(&Store) -> T) -> Result<T, StorageError> {
        let state = self.machine.lock();
        if state.is_alive(self.life) {
            return Ok(read(&state.store));
        }
        Err(StorageError::new(
            StorageFault::Closed,
            "the machine has crashed",
        ))
    }
}

impl Port for LivePort {
    fn now(&self) -> Timestamp {
        self.machine.lock().clock.now()
    }

    fn entropy(&self) -> u64 {
        self.machine.lock().rng.u64(..)
    }

    fn load<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, Result<Loaded, StorageError>> {
        Box::pin(async { self.alive(|store| store.load(address)) })
    }

    fn list(&self, query: ListQuery) -> BoxFuture<'_, Result<Vec<Listed>, StorageError>> {
        Box::pin(async move { self.alive(|store| store.list(&query)) })
    }

    fn commit(&self, batch: Batch, completion: Completion) {
        self.machine.commit(self.life, batch, completion);
    }

    fn spawn(&self, future: BoxFuture<'static, ()>) {
        self.machine.spawn(self.life, future);
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.machine.sleep(self.now() + duration)
    }

    fn observe(&self, event: Telemetry) {
        self.machine.observe(self.life, event);
    }
}
