//! What holds after every step, and in the end.

use std::time::Duration;

use durable_jobs::Timestamp;

use super::{Life, PERMITS};
use crate::steps::{Claim, Holds, Known};

impl Life {
    fn live(&self) -> u32 {
        let now = self.host.now();
        let is_live = |known: &&Known| matches!(known.holds, Holds::Until(at) if at > now);
        self.known
            .iter()
            .filter(is_live)
            .map(|known| known.permit.permits)
            .sum()
    }

    pub(super) async fn check(&mut self) {
        let status = self.status().await;
        let now = self.host.now();
        assert!(
            self.live() <= status.held,
            "a permit was lost: {} of {}",
            self.live(),
            status.held
        );
        assert!(
            status.held <= PERMITS,
            "{} of {PERMITS} are held",
            status.held
        );
        assert!(status.waiting >= self.waiting.len() as u64);
        let late = self
            .waiting
            .iter()
            .find(|waiting| waiting.claim.until.1 <= now);
        assert!(
            late.is_none(),
            "it still waits: {:?}",
            late.map(|late| late.claim)
        );
        self.check_first(PERMITS - status.held, now);
        let fence = self
            .known
            .iter()
            .map(|known| known.permit.fence)
            .max()
            .unwrap_or(0);
        assert!(fence >= self.last_fence);
        self.last_fence = fence;
        // Whoever is away for too long begins anew, also if the clock steps back.
        for claim in self.lost.iter_mut().filter(|claim| claim.kept_until <= now) {
            claim.place.1 = u64::MAX;
        }
        let old = self.known.len().saturating_sub(60);
        self.known.drain(..old);
        self.lost
            .retain(|claim| claim.kept_until + Duration::from_secs(60) > now);
    }

    /// Whoever is surely the first in the line waits only for what is not free.
    fn check_first(&self, free: u32, now: Timestamp) {
        let waiting = self.waiting.iter().map(|waiting| waiting.claim);
        let is_kept = |claim: &Claim| claim.kept_until > now;
        let kept = self.lost.iter().copied().filter(is_kept);
        let mut line: Vec<Claim> = waiting.chain(kept).collect();
        line.sort_by_key(|claim| claim.place.0);
        let Some((first, others)) = line.split_first() else {
            return;
        };
        let is_first = others.iter().all(|other| first.place.1 < other.place.0);
        let is_there = !self.lost.iter().any(|lost| lost.place == first.place);
        let is_stuck = is_first && is_there && first.permits <= free;
        assert!(!is_stuck, "it is stuck: {first:?}");
    }

    /// In the end everything comes back, and no row is left behind.
    pub(super) async fn end(mut self) {
        self.host.crash();
        self.restart().await;
        self.host.advance("1m").await;
        let status = self.desk.status("a").await.unwrap();
        assert_eq!((status.held, status.waiting), (0, 0));
        let all = self
            .desk
            .try_acquire("a", PERMITS)
            .await
            .unwrap()
            .permit
            .unwrap();
        self.desk.release("a", &all).await.unwrap();
        let rows = self.host.rows("semaphore:Desk:a").unwrap();
        assert_eq!(rows.items, []);
        assert!(self.granted > 1_000, "{} grants", self.granted);
    }
}
