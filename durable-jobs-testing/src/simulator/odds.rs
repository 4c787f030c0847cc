//! How likely what is, and what a seed says about one place of its story.

use std::time::Duration;

use durable_jobs_runtime::StorageFault;

use super::fault::{ServiceFault, StepFault, Strike};
use crate::machine::{CallFault, CommitFault, CrashPoint, WakeFault};

/// A place of a story at which something can go wrong. It stays the same when other steps are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) step: u32,
    pub(super) site: Site,
    /// Which one of its kind within the step, from 0.
    pub(super) nth: u32,
}

/// What happens at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Site {
    Step,
    Commit,
    Wake,
    Call,
    /// A call with a request id, which may arrive twice without a second effect.
    NamedCall,
    Service,
}

/// One seed in four does nothing but crash at one commit: before it, and four seeds later after it.
const SINGLE_CRASHES: u64 = 4;
/// How many commits are tried in that way before the first one has its turn again.
const SINGLE_COMMITS: u64 = 128;

/// An odd number whose products differ in all bits.
const MIXER: u64 = 0x9e37_79b9_7f4a_7c15;

/// What a seed thinks of everything that can go wrong.
#[derive(Clone, Copy, Debug)]
pub(super) enum Odds {
    /// The host crashes at one commit of the story, counted from 0.
    Once(u64, CrashPoint),
    /// Each of these happens with so many in a thousand.
    Often(Rates),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Rates {
    crash: u32,
    storage: u32,
    alarm: u32,
    call: u32,
    clock: u32,
    service: u32,
}

impl Odds {
    pub(super) fn of(seed: u64) -> Self {
        if seed.is_multiple_of(SINGLE_CRASHES) {
            let nth = seed / SINGLE_CRASHES;
            let point = match nth.is_multiple_of(2) {
                true => CrashPoint::Before,
                false => CrashPoint::After,
            };
            return Self::Once(nth / 2 % SINGLE_COMMITS, point);
        }
        let mut rng = fastrand::Rng::with_seed(seed);
        // What is never or often tells more than what is always seldom.
        let mut rate = |rates: [u32; 4]| rates[rng.usize(..4)];
        Self::Often(Rates {
            crash: rate([0, 15, 50, 150]),
            storage: rate([0, 0, 15, 60]),
            alarm: rate([0, 30, 100, 250]),
            call: rate([0, 30, 100, 250]),
            clock: rate([0, 0, 50, 150]),
            service: rate([0, 50, 150, 400]),
        })
    }

    /// What happens at a place, which is the `commits`-th commit of the story if it is one.
    pub(super) fn at(self, seed: u64, place: Place, commits: u64) -> Option<Strike> {
        match self {
            Self::Once(nth, point) => (place.site == Site::Commit && commits == nth)
                .then_some(Strike::Commit(CommitFault::Crash(point))),
            Self::Often(rates) => rates.at(place.site, &mut place.rng(seed)),
        }
    }
}

impl Place {
    /// Numbers that belong to this place of this seed.
    pub(super) fn rng(self, seed: u64) -> fastrand::Rng {
        let parts = [u64::from(self.step), u64::from(self.nth), self.site as u64];
        let mixed = parts.into_iter().fold(seed, |mixed, part| {
            let mut rng = fastrand::Rng::with_seed(mixed ^ part.wrapping_mul(MIXER));
            rng.u64(..)
        });
        fastrand::Rng::with_seed(mixed)
    }
}

impl Rates {
    fn at(self, site: Site, rng: &mut fastrand::Rng) -> Option<Strike> {
        match site {
            Site::Step => self.at_step(rng),
            Site::Commit => self.at_commit(rng),
            Site::Wake => happens(self.alarm, rng).then(|| at_wake(rng)),
            Site::Call => happens(self.call, rng).then(|| at_call(rng, 2)),
            Site::NamedCall => happens(self.call, rng).then(|| at_call(rng, 4)),
            Site::Service => happens(self.service, rng).then(|| at_service(rng)),
        }
    }

    fn at_step(self, rng: &mut fastrand::Rng) -> Option<Strike> {
        if happens(self.crash / 2, rng) {
            return Some(Strike::Step(StepFault::Crash));
        }
        if happens(self.alarm, rng) {
            return Some(Strike::Step(StepFault::Wake(rng.usize(..))));
        }
        if !happens(self.clock, rng) {
            return None;
        }
        let longest = [10_000, 100_000, 10_000_000][rng.usize(..3)];
        let by = Duration::from_millis(rng.u64(1..longest));
        Some(Strike::Step(match rng.bool() {
            true => StepFault::Forward(by),
            false => StepFault::Back(by),
        }))
    }

    fn at_commit(self, rng: &mut fastrand::Rng) -> Option<Strike> {
        if happens(self.crash, rng) {
            let point = match rng.u32(..3) {
                0 => CrashPoint::Before,
                1 => CrashPoint::After,
                _ => CrashPoint::Inside {
                    stored: rng.usize(..4),
                },
            };
            return Some(Strike::Commit(CommitFault::Crash(point)));
        }
        happens(self.storage, rng).then(|| {
            let fault = [StorageFault::Full, StorageFault::Other][rng.usize(..2)];
            Strike::Commit(CommitFault::Refuse(fault))
        })
    }
}

fn happens(per_mille: u32, rng: &mut fastrand::Rng) -> bool {
    rng.u32(..1000) < per_mille
}

fn at_wake(rng: &mut fastrand::Rng) -> Strike {
    Strike::Wake(match rng.u32(..4) {
        0 => WakeFault::Lost,
        1 | 2 => WakeFault::Twice,
        _ => WakeFault::Late(Duration::from_millis(rng.u64(1..60_000))),
    })
}

fn at_call(rng: &mut fastrand::Rng, kinds: u32) -> Strike {
    Strike::Call(match rng.u32(..kinds) {
        0 => CallFault::Unsent,
        1 => CallFault::Unanswered,
        _ => CallFault::Twice,
    })
}

fn at_service(rng: &mut fastrand::Rng) -> Strike {
    Strike::Service(match rng.u32(..10) {
        0..=3 => ServiceFault::Fails,
        4 => ServiceFault::FailsForGood,
        5 | 6 => ServiceFault::Panics,
        _ => ServiceFault::Slow(Duration::from_millis(rng.u64(1..20_000))),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Place, Site};

    #[test]
    fn every_place_of_every_seed_has_numbers_of_its_own() {
        let mut drawn = BTreeSet::new();
        for seed in 0..20 {
            for step in 0..40 {
                for site in [Site::Step, Site::Commit, Site::Service] {
                    for nth in [0, 1, 2, u32::MAX] {
                        let place = Place { step, site, nth };
                        drawn.insert(place.rng(seed).u64(..));
                    }
                }
            }
        }
        assert_eq!(drawn.len(), 20 * 40 * 3 * 4);
    }
}
