//! The timers that are kept in memory: the nearest ones, up to a bound.

use std::collections::{BTreeMap, HashMap};

use durable_jobs_runtime::{Address, Timestamp};

use crate::store::{InstanceKey, Rearm, Slot};

/// All timers before the horizon are here; those behind it are only in the file.
#[derive(Debug)]
pub(super) struct NearTimers {
    by_slot: BTreeMap<Slot, Address>,
    due_of: HashMap<InstanceKey, Timestamp>,
    horizon: Option<Slot>,
    capacity: usize,
    reading: Option<BTreeMap<InstanceKey, Rearm>>,
}

impl NearTimers {
    /// None in memory: everything lies behind the horizon. `capacity` is at least 1.
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            by_slot: BTreeMap::new(),
            due_of: HashMap::new(),
            horizon: Some(Slot::FIRST),
            capacity: capacity.max(1),
            reading: None,
        }
    }

    /// When the nearest one is due.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.by_slot.first_key_value().map(|(slot, _)| slot.due)
    }

    /// Follows a committed row.
    pub(super) fn rearm(&mut self, rearm: &Rearm) {
        match &mut self.reading {
            // The page that is being read may have seen the row before this or after.
            Some(meanwhile) => {
                meanwhile.insert(rearm.key, rearm.clone());
            }
            None => self.set(rearm.key, &rearm.address, rearm.wake_at),
        }
    }

    /// Takes out a timer that is due.
    pub(super) fn pop_due(&mut self, now: Timestamp) -> Option<Address> {
        if self.next_due()? > now {
            return None;
        }
        let (slot, address) = self.by_slot.pop_first()?;
        self.due_of.remove(&slot.key);
        Some(address)
    }

    /// Where to read on, if nothing is left before the horizon. To be answered by [`Self::end_page`].
    pub(super) fn begin_page(&mut self) -> Option<Slot> {
        if !self.wants_page() {
            return None;
        }
        self.reading = Some(BTreeMap::new());
        self.horizon
    }

    /// Whether timers that are only in the file could be the next ones.
    pub(super) fn wants_page(&self) -> bool {
        self.by_slot.is_empty() && self.horizon.is_some()
    }

    /// How many timers a page may bring.
    pub(super) fn page_size(&self) -> usize {
        self.capacity
    }

    /// Takes in what was read; `horizon` is where the page ends, if the file has more.
    pub(super) fn end_page(
        &mut self,
        timers: impl IntoIterator<Item = (Slot, Address)>,
        horizon: Option<Slot>,
    ) {
        let meanwhile = self.reading.take().unwrap_or_default();
        self.horizon = horizon;
        for (slot, address) in timers {
            if !meanwhile.contains_key(&slot.key) {
                self.set(slot.key, &address, Some(slot.due));
            }
        }
        for rearm in meanwhile.values() {
            self.set(rearm.key, &rearm.address, rearm.wake_at);
        }
    }

    /// The page could not be read.
    pub(super) fn abandon_page(&mut self) {
        let horizon = self.horizon;
        self.end_page([], horizon);
    }

    fn set(&mut self, key: InstanceKey, address: &Address, due: Option<Timestamp>) {
        if let Some(due) = self.due_of.remove(&key) {
            self.by_slot.remove(&Slot { due, key });
        }
        let Some(due) = due else { return };
        let slot = Slot { due, key };
        if self.horizon.is_none_or(|horizon| slot < horizon) {
            self.by_slot.insert(slot, address.clone());
            self.due_of.insert(key, due);
            self.shrink();
        }
    }

    /// Whatever does not fit goes behind the horizon: the file has it.
    fn shrink(&mut self) {
        if self.by_slot.len() > self.capacity
            && let Some((last, _)) = self.by_slot.pop_last()
        {
            self.due_of.remove(&last.key);
            self.horizon = Some(last);
        }
    }
}
