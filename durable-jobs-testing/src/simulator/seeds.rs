//! Which seeds are run.

use std::{
    env,
    str::FromStr,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant, SystemTime},
};

/// The seeds of a test, or those that the environment asks for.
pub(super) enum Seeds {
    These(Vec<u64>),
    /// From this one on, until then.
    Until(u64, Instant),
}

impl Seeds {
    pub(super) const VARIABLE: &'static str = "DURABLE_JOBS_SEED";
    const SECONDS: &'static str = "DURABLE_JOBS_SECONDS";
}

/// Hands seeds out.
pub(super) struct Supply {
    seeds: Seeds,
    given: AtomicU64,
}

impl Supply {
    pub(super) fn from_environment(seeds: impl IntoIterator<Item = u64>) -> Self {
        let seeds = match (number(Seeds::VARIABLE), number(Seeds::SECONDS)) {
            (Some(seed), None) => Seeds::These(vec![seed]),
            (seed, Some(seconds)) => {
                let from = seed.unwrap_or_else(any_seed);
                Seeds::Until(from, now() + Duration::from_secs(seconds))
            }
            (None, None) => Seeds::These(seeds.into_iter().collect()),
        };
        let given = AtomicU64::new(0);
        Self { seeds, given }
    }

    /// The seed at a place, from 0; `None` if there is none, or the time is over.
    pub(super) fn get(&self, place: u64) -> Option<u64> {
        let seed = match &self.seeds {
            Seeds::These(seeds) => seeds.get(usize::try_from(place).ok()?).copied()?,
            Seeds::Until(from, until) if now() < *until => from.checked_add(place)?,
            Seeds::Until(..) => return None,
        };
        self.given.fetch_add(1, Ordering::Relaxed);
        Some(seed)
    }

    /// How many there are, at most.
    pub(super) fn most(&self) -> usize {
        match &self.seeds {
            Seeds::These(seeds) => seeds.len(),
            Seeds::Until(..) => usize::MAX,
        }
    }

    /// Says what was run, where that is not known beforehand.
    pub(super) fn tell(&self) {
        if let Seeds::Until(from, _) = self.seeds {
            let given = self.given.load(Ordering::Relaxed);
            println!("{given} seeds from {from} on: every story holds");
        }
    }
}

fn number<T: FromStr>(variable: &str) -> Option<T> {
    let text = env::var(variable).ok()?;
    let number = text.trim().parse().ok();
    assert!(number.is_some(), "{variable} is no number: {text:?}");
    number
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long people want to search is measured by their clock"
)]
fn now() -> Instant {
    Instant::now()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a search shall not look where the last one did"
)]
fn any_seed() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    // Large enough for no two searches to meet, and small enough to be typed.
    since.map_or(0, |since| since.as_millis() as u64 % 1_000_000_000 * 1_000)
}
