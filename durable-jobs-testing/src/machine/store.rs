//! Rows in memory.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use durable_jobs_runtime::{
    Address, StorageError, Timestamp,
    storage::{Batch, Completion, InstanceRow, Stored, Write},
};

/// What survives a crash, what has been submitted since, and the timers of what survives.
#[derive(Default)]
pub(crate) struct Store {
    durable: BTreeMap<Address, Stored>,
    submitted: VecDeque<Submitted>,
    armed: BTreeSet<(Timestamp, Address)>,
}

/// A batch whose fate has not been told yet.
struct Submitted {
    batch: Batch,
    completion: Completion,
    result: Result<(), StorageError>,
}

impl Store {
    pub(crate) fn submit(
        &mut self,
        batch: Batch,
        completion: Completion,
        result: Result<(), StorageError>,
    ) {
        self.submitted.push_back(Submitted { batch, completion, result });
    }

    /// Makes the oldest submitted batch durable and hands out whom to tell.
    pub(crate) fn settle_one(&mut self) -> Option<(Completion, Result<(), StorageError>)> {
        let Submitted { batch, completion, result } = self.submitted.pop_front()?;
        if result.is_ok() {
            self.apply(&batch);
        }
        Some((completion, result))
    }

    /// Forgets every submitted batch, for a machine that dies.
    pub(crate) fn take_submitted(&mut self) -> impl Iterator<Item = Completion> {
        self.submitted.drain(..).map(|submitted| submitted.completion)
    }

    fn apply(&mut self, batch: &Batch) {
        let address = &batch.address;
        let mut rows = self.durable.remove(address);
        let wake_before = rows.as_ref().and_then(|rows| rows.row.wake_at);
        apply_writes(&mut rows, &batch.writes);
        if batch.writes.iter().any(sets_timer) {
            let wake_at = rows.as_ref().and_then(|rows| rows.row.wake_at);
            self.move_timer(address, wake_before, wake_at);
        }
        if let Some(rows) = rows {
            self.durable.insert(address.clone(), rows);
        }
    }

    /// An instance's rows with everything that was submitted.
    pub(crate) fn load(&self, address: &Address) -> Option<Stored> {
        let mut rows = self.durable.get(address).cloned();
        for Submitted { batch, result, .. } in &self.submitted {
            if batch.address == *address && result.is_ok() {
                apply_writes(&mut rows, &batch.writes);
            }
        }
        rows
    }

    /// The durable rows of every instance.
    pub(crate) fn durable(&self) -> &BTreeMap<Address, Stored> {
        &self.durable
    }

    fn move_timer(&mut self, address: &Address, from: Option<Timestamp>, to: Option<Timestamp>) {
        if let Some(at) = from {
            self.armed.remove(&(at, address.clone()));
        }
        if let Some(at) = to {
            self.armed.insert((at, address.clone()));
        }
    }

    /// Derives every timer from the rows, as a host does when it starts.
    pub(crate) fn rearm(&mut self) {
        let wakes = self.durable.iter().map(|(address, rows)| (address, rows.row.wake_at));
        self.armed =
            wakes.filter_map(|(address, at)| Some((at?, address.clone()))).collect();
    }

    /// The timer that is due first; of equal ones that of the lowest address.
    pub(crate) fn first_timer(&self) -> Option<&(Timestamp, Address)> {
        self.armed.first()
    }

    pub(crate) fn take_timer(&mut self) -> Option<(Timestamp, Address)> {
        self.armed.pop_first()
    }
}

fn sets_timer(write: &Write) -> bool {
    matches!(write, Write::Save(_) | Write::Erase)
}

fn apply_writes(rows: &mut Option<Stored>, writes: &[Write]) {
    for write in writes {
        match write {
            Write::Save(row) => save(rows, row),
            Write::Erase => *rows = None,
            other => change(rows, other),
        }
    }
}

fn save(rows: &mut Option<Stored>, row: &InstanceRow) {
    let mut row = row.clone();
    match rows {
        Some(stored) => {
            row.state = row.state.or_else(|| stored.row.state.take());
            stored.row = row;
        }
        None => *rows = Some(Stored { row, events: Vec::new(), event_ids: Vec::new() }),
    }
}

/// Changes the rows beside the instance's own one, which the first step of a life has saved before.
fn change(rows: &mut Option<Stored>, write: &Write) {
    let Some(rows) = rows else { return };
    match write {
        Write::AppendEvent(event) => rows.events.push(event.clone()),
        Write::DeleteEvents { generation } => {
            rows.events.retain(|event| event.generation != *generation);
        }
        Write::RememberEventId { event_id, expires_at } => {
            rows.event_ids.retain(|(id, _)| id != event_id);
            rows.event_ids.push((event_id.clone(), *expires_at));
        }
        Write::ForgetEventIds { now } => rows.event_ids.retain(|(_, expires)| expires > now),
        _ => {}
    }
}
