//! Shows a changed schedule to the instances whose timers follow the old one.

use durable_jobs_runtime::Engine;
use rusqlite::Connection;

use crate::store::{ChangedJob, InstanceKey, instances_of};

/// How many instances are woken at a time: timers that are due go before the rest.
const CHUNK: u32 = 256;

/// Walks through the instances of the jobs whose schedules have changed.
pub(super) struct Revisit {
    changed: Vec<ChangedJob>,
    current: usize,
    after: InstanceKey,
}

impl Revisit {
    pub(super) fn new(changed: Vec<ChangedJob>) -> Self {
        Self {
            changed,
            current: 0,
            after: InstanceKey(i64::MIN),
        }
    }

    /// Whether instances are left.
    pub(super) fn goes_on(&self) -> bool {
        self.current < self.changed.len()
    }

    /// Wakes some instances. Whatever is not due for them, they read their schedule when they are loaded.
    pub(super) fn step(
        &mut self,
        connection: &Connection,
        engine: &Engine,
    ) -> rusqlite::Result<()> {
        let Some(job) = self.changed.get(self.current) else {
            return Ok(());
        };
        let instances = instances_of(connection, job.name, self.after, CHUNK)?;
        for (key, id) in &instances {
            self.after = *key;
            if let Some(address) = engine.address(job.name, id) {
                engine.wake(&address);
            }
        }
        if instances.is_empty() {
            self.current += 1;
            self.after = InstanceKey(i64::MIN);
        }
        Ok(())
    }

    /// The jobs that were walked through.
    pub(super) fn into_changed(self) -> Vec<ChangedJob> {
        self.changed
    }
}
