//! Those who wait, the first one first.

use std::{collections::VecDeque, time::Duration};

use super::{Out, put};
use crate::{
    Timestamp,
    core::{Caller, Waiter},
    json::{self, json_fields},
    storage::{Collection, ItemRow, Write},
    wire::RequestId,
};

/// How long a place is kept for a caller who is not there: whoever repeats a lost call does so within seconds.
const KEPT_FOR: Duration = Duration::from_secs(10);

/// The line. Places of calls with a request id have rows: they can be found again.
#[derive(Debug, Default)]
pub(super) struct Line(VecDeque<Place>);

#[derive(Debug)]
struct Place {
    number: u64,
    /// Who is to be answered; `None` while its call is lost.
    waiter: Option<Waiter>,
    leaves_at: Timestamp,
    claim: Claim,
}

/// What somebody waits for, as it is stored.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) permits: u32,
    pub(super) until: Timestamp,
    pub(super) wait_ms: u64,
    pub(super) request: Option<RequestId>,
}
json_fields!(Claim {
    permits,
    until,
    wait_ms,
    request: default
});

impl Place {
    /// Until when the place is kept.
    fn kept_until(&self, now: Timestamp) -> Timestamp {
        match self.waiter {
            Some(_) => self.claim.until,
            None => self.leaves_at.min(self.claim.until).min(now + KEPT_FOR),
        }
    }

    fn keep(&self, out: &mut Out) {
        if self.claim.request.is_some() {
            out.write(put(Collection::Waiter, self.number, &self.claim));
        }
    }

    fn forget(&self, out: &mut Out) {
        if self.claim.request.is_some() {
            out.write(Write::DeleteItem {
                collection: Collection::Waiter,
                number: self.number,
            });
        }
    }
}

impl Line {
    /// Whoever stood here when the host ended has ten seconds to come back.
    pub(super) fn restore(items: &[ItemRow], now: Timestamp) -> Self {
        let rows = items
            .iter()
            .filter(|item| item.collection == Collection::Waiter);
        let place = |row: &ItemRow| {
            let claim: Claim = json::read(&row.value).ok()?;
            Some(Place {
                number: row.number,
                waiter: None,
                leaves_at: claim.until.min(now + KEPT_FOR),
                claim,
            })
        };
        Self(rows.filter_map(place).collect())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many have not waited long enough yet.
    pub(super) fn waiting(&self, now: Timestamp) -> usize {
        self.0.iter().filter(|place| place.leaves_at > now).count()
    }

    /// When the first one leaves who is not served before.
    pub(super) fn first_leaves_at(&self) -> Option<Timestamp> {
        self.0.iter().map(|place| place.leaves_at).min()
    }

    /// Goes to the end of the line.
    pub(super) fn join(&mut self, claim: Claim, waiter: Waiter, out: &mut Out) {
        let place = Place {
            number: self.0.back().map_or(1, |last| last.number + 1),
            waiter: Some(waiter),
            leaves_at: claim.until,
            claim,
        };
        place.keep(out);
        self.0.push_back(place);
    }

    /// Takes the place that a request has, if it has one.
    pub(super) fn find_again(&mut self, request: RequestId, waiter: Waiter) -> bool {
        let mut places = self.0.iter_mut();
        let Some(place) = places.find(|place| place.claim.request == Some(request)) else {
            return false;
        };
        place.waiter = Some(waiter);
        place.leaves_at = place.claim.until;
        true
    }

    /// A caller no longer waits: its place is kept for a while if it can be found again.
    pub(super) fn left(&mut self, waiter: Waiter, now: Timestamp) {
        let mut places = self.0.iter_mut();
        if let Some(place) = places.find(|place| place.waiter == Some(waiter)) {
            place.waiter = None;
            place.leaves_at = match place.claim.request {
                Some(_) => place.kept_until(now),
                None => Timestamp::from_millis(i64::MIN),
            };
        }
    }

    /// What the first one waits for and who it is, unless its call is lost.
    pub(super) fn head(&self) -> Option<(&Claim, Caller)> {
        let place = self.0.front()?;
        let (waiter, request) = (place.waiter?, place.claim.request);
        Some((&place.claim, Caller { waiter, request }))
    }

    pub(super) fn pop_head(&mut self, out: &mut Out) {
        if let Some(place) = self.0.pop_front() {
            place.forget(out);
        }
    }

    /// Lets those leave whose time is over, and says who of them is still there to be told.
    pub(super) fn leave(
        &mut self,
        is_over: impl Fn(Timestamp) -> bool,
        out: &mut Out,
    ) -> Vec<Waiter> {
        let mut left = Vec::new();
        self.0.retain(|place| {
            let stays = !is_over(place.leaves_at);
            if !stays {
                place.forget(out);
                left.extend(place.waiter);
            }
            stays
        });
        left
    }

    /// Nobody is there any more; those who were.
    pub(super) fn part(&mut self) -> impl Iterator<Item = Waiter> {
        self.0.iter_mut().filter_map(|place| place.waiter.take())
    }

    /// Nobody waits longer than if it had begun now: a clock that ran ahead has set the end.
    pub(super) fn distrust_the_clock(&mut self, now: Timestamp, out: &mut Out) {
        for place in &mut self.0 {
            let latest = now + Duration::from_millis(place.claim.wait_ms);
            if place.claim.until > latest {
                place.claim.until = latest;
                place.keep(out);
            }
            place.leaves_at = place.kept_until(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_in_a_line_counts() {
        let (mut line, mut out) = (Line::default(), Out::none());
        for number in 0..3 {
            assert_eq!(line.len(), number);
            let claim = Claim {
                permits: 1,
                until: Timestamp::default() + KEPT_FOR,
                wait_ms: 10_000,
                request: None,
            };
            line.join(claim, Waiter(number as u64), &mut out);
        }
        assert_eq!(line.len(), 3);
    }
}
