//! Permits that are held, each grant in a row of its own.

use std::time::Duration;

use super::{Out, put};
use crate::{
    Timestamp,
    json::{self, json_fields},
    semaphore::Permit,
    storage::{Collection, ItemRow, Write},
    wire::RequestId,
};

/// The rows of permits, each with its fencing number, which grows. One whose lease has ended is not held, whether or not
/// it is still here.
///
/// What is noted of all of them together spares most steps a walk through the rows.
#[derive(Debug)]
pub(super) struct HeldPermits {
    rows: Vec<(u64, Held)>,
    permits: u32,
    /// No lease ends before.
    none_ends_before: Timestamp,
    /// No lease was begun later.
    none_begun_after: Timestamp,
}

/// What a row says.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) owner: String,
    pub(super) permits: u32,
    pub(super) expires_at: Timestamp,
    pub(super) lease_ms: u64,
    /// The request that it was given to, whose repetition is answered with it.
    pub(super) request: Option<RequestId>,
}
json_fields!(Held {
    owner,
    permits,
    expires_at,
    lease_ms,
    request: default
});

impl Held {
    fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at > now
    }

    fn begun_at(&self) -> Timestamp {
        self.expires_at - Duration::from_millis(self.lease_ms)
    }

    pub(super) fn permit(&self, fence: u64) -> Permit {
        Permit {
            fence,
            owner: self.owner.clone(),
            permits: self.permits,
            expires_at: self.expires_at,
        }
    }
}

impl Default for HeldPermits {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            permits: 0,
            none_ends_before: Timestamp::from_millis(i64::MAX),
            none_begun_after: Timestamp::from_millis(i64::MIN),
        }
    }
}

impl HeldPermits {
    pub(super) fn restore(items: &[ItemRow]) -> Self {
        let rows = items
            .iter()
            .filter(|item| item.collection == Collection::Permit);
        let held = rows.filter_map(|row| Some((row.number, json::read(&row.value).ok()?)));
        Self::of(held.collect())
    }

    fn of(rows: Vec<(u64, Held)>) -> Self {
        let mut all = Self::default();
        rows.iter().for_each(|(_, held)| all.note(held));
        Self { rows, ..all }
    }

    fn note(&mut self, held: &Held) {
        self.permits = self.permits.saturating_add(held.permits);
        self.none_ends_before = self.none_ends_before.min(held.expires_at);
        self.none_begun_after = self.none_begun_after.max(held.begun_at());
    }

    /// Notes anew what holds of all rows.
    fn take_stock(&mut self) {
        *self = Self::of(std::mem::take(&mut self.rows));
    }

    fn live(&self, now: Timestamp) -> impl Iterator<Item = &Held> {
        let held = self.rows.iter().map(|(_, held)| held);
        held.filter(move |held| held.is_live(now))
    }

    /// How many permits are held.
    pub(super) fn count(&self, now: Timestamp) -> u32 {
        if self.none_ends_before > now && self.permits < u32::MAX {
            return self.permits;
        }
        let permits = self.live(now).map(|held| held.permits);
        permits.fold(0, u32::saturating_add)
    }

    /// When the next ones return by themselves.
    pub(super) fn first_expires_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.live(now).map(|held| held.expires_at).min()
    }

    /// No lease ends later than it would if it had begun now: a clock that ran ahead has set it.
    pub(super) fn distrust_the_clock(&mut self, now: Timestamp, out: &mut Out) {
        if self.none_begun_after <= now {
            return;
        }
        for (fence, held) in &mut self.rows {
            let latest = now + Duration::from_millis(held.lease_ms);
            if held.expires_at > latest {
                held.expires_at = latest;
                out.write(put(Collection::Permit, *fence, held));
            }
        }
        self.take_stock();
    }

    /// Deletes the rows whose leases have ended.
    pub(super) fn forget_expired(&mut self, now: Timestamp, out: &mut Out) {
        if self.none_ends_before > now {
            return;
        }
        self.rows.retain(|(fence, held)| {
            if !held.is_live(now) {
                out.write(delete(*fence));
            }
            held.is_live(now)
        });
        self.take_stock();
    }

    pub(super) fn hold(&mut self, fence: u64, held: Held, out: &mut Out) {
        out.write(put(Collection::Permit, fence, &held));
        match self.place(fence) {
            Ok(there) => {
                self.rows[there].1 = held;
                self.take_stock();
            }
            Err(place) => {
                self.note(&held);
                self.rows.insert(place, (fence, held));
            }
        }
    }

    /// The permit, if it is held by this owner.
    pub(super) fn find(&self, fence: u64, owner: &str, now: Timestamp) -> Option<&Held> {
        let (_, held) = self.rows.get(self.place(fence).ok()?)?;
        (held.owner == owner && held.is_live(now)).then_some(held)
    }

    /// What was given to a request and is still held.
    pub(super) fn of_request(&self, request: RequestId, now: Timestamp) -> Option<Permit> {
        let mut held = self.rows.iter();
        let (fence, held) =
            held.find(|(_, held)| held.request == Some(request) && held.is_live(now))?;
        Some(held.permit(*fence))
    }

    pub(super) fn give_back(&mut self, fence: u64, out: &mut Out) {
        if let Ok(place) = self.place(fence) {
            let (_, held) = self.rows.remove(place);
            match self.permits.checked_sub(held.permits) {
                Some(permits) if self.permits < u32::MAX => self.permits = permits,
                _ => self.take_stock(),
            }
            out.write(delete(fence));
        }
    }

    /// Where the permit is, or belongs.
    fn place(&self, fence: u64) -> Result<usize, usize> {
        self.rows.binary_search_by_key(&fence, |(fence, _)| *fence)
    }
}

fn delete(number: u64) -> Write {
    Write::DeleteItem {
        collection: Collection::Permit,
        number,
    }
}
