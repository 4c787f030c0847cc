//! Shows a changed schedule to the instances whose timers follow the old one.

use durable_jobs_runtime::Engine;
use rusqlite::Connection;

use crate::store::{ChangedJob, instances_of};

/// How many instances are woken at a time: timers that are due go before the rest.
const CHUNK: u32 = 256;

/// Walks through the instances of the jobs whose schedules have changed.
pub(super) struct Revisit {
    changed: Vec<ChangedJob>,
    current: usize,
    after: String,
}

impl Revisit {
    pub(super) fn new(changed: Vec<ChangedJob>) -> Self {
        Self {
            changed,
            current: 0,
            after: String::new(),
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
        let instances = instances_of(connection, job.name, &self.after, CHUNK)?;
        for id in &instances {
            if let Some(address) = engine.address(job.name, id) {
                engine.wake(&address);
            }
        }
        match instances.into_iter().next_back() {
            Some(last) if last > self.after => self.after = last,
            // Or a damaged file shows the same ones again.
            _ => {
                self.current += 1;
                self.after.clear();
            }
        }
        Ok(())
    }

    /// The jobs that were walked through.
    pub(super) fn into_changed(self) -> Vec<ChangedJob> {
        self.changed
    }
}
