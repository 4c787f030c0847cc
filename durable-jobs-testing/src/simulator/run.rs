//! Many stories, the first one that fails, and the shortest form of it.

use std::{
    fmt::Debug,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use super::{
    Simulation,
    chaos::{Chaos, Plan},
    panics::{Panic, caught},
    seeds::{Seeds, Supply},
    shrink::shortest,
    trace::{self, Line, Unit},
};
use crate::block_on::block_on_alone;

/// How many parts of a story are tried to find the shortest one.
const MOST_TRIALS: u32 = 2_000;

/// What a story ends with: nothing, or a `Result` whose error is a failure.
pub trait Outcome {
    /// Why the story failed, if it did.
    fn failure(self) -> Option<String>;
}

impl Outcome for () {
    fn failure(self) -> Option<String> {
        None
    }
}

impl<T: Outcome, E: Debug> Outcome for Result<T, E> {
    fn failure(self) -> Option<String> {
        match self {
            Ok(outcome) => outcome.failure(),
            Err(error) => Some(format!("{error:?}")),
        }
    }
}

/// Runs a story once for each seed, on all cores, and panics with the shortest form of the first one that fails.
///
/// `#[durable_jobs_testing::test]` writes a test around it. With `DURABLE_JOBS_SEED` in the environment only that seed
/// is run; with `DURABLE_JOBS_SECONDS` other seeds for so long, from a random one or from `DURABLE_JOBS_SEED` on.
///
/// # Panics
///
/// When a story fails: it panics, returns an error, or waits for what never happens.
#[track_caller]
pub fn simulate<F>(seeds: impl IntoIterator<Item = u64>, story: impl Fn(Simulation) -> F + Sync)
where
    F: Future<Output: Outcome>,
{
    let supply = Supply::from_environment(seeds);
    if let Some((seed, failed)) = first_failure(&supply, &story) {
        let found = failed.shortest(seed, &story);
        panic!("{}", found.report(seed, &failed));
    }
    supply.tell();
}

/// A story that failed.
struct Failed {
    panic: Panic,
    trace: Vec<Line>,
}

/// Runs seeds on all cores until one fails; of several the lowest.
fn first_failure<F>(
    supply: &Supply,
    story: &(impl Fn(Simulation) -> F + Sync),
) -> Option<(u64, Failed)>
where
    F: Future<Output: Outcome>,
{
    let (next, first) = (AtomicU64::new(0), Mutex::new(None::<(u64, u64, Failed)>));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let work = || {
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(seed) = supply.get(place) else {
                return;
            };
            let Err(failed) = run(seed, Plan::Drawn, story) else {
                continue;
            };
            next.store(u64::MAX / 2, Ordering::Relaxed);
            let mut first = first.lock().unwrap_or_else(PoisonError::into_inner);
            if first.as_ref().is_none_or(|(known, ..)| place < *known) {
                *first = Some((place, seed, failed));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..cores.min(supply.most()) {
            scope.spawn(work);
        }
    });
    let first = first.into_inner().unwrap_or_else(PoisonError::into_inner);
    first.map(|(_, seed, failed)| (seed, failed))
}

/// Runs one story.
fn run<F>(seed: u64, plan: Plan, story: &impl Fn(Simulation) -> F) -> Result<(), Failed>
where
    F: Future<Output: Outcome>,
{
    let chaos = Chaos::new(seed, plan);
    let simulation = Simulation::new(chaos.clone());
    let ended = caught(|| block_on_alone(story(simulation)).failure());
    let panic = match ended {
        Ok(None) => return Ok(()),
        Ok(Some(error)) => Panic {
            message: error,
            place: "its end".to_owned(),
        },
        Err(panic) => panic,
    };
    Err(Failed {
        panic,
        trace: chaos.take_trace(),
    })
}

impl Failed {
    fn units(&self) -> Vec<Unit> {
        self.trace.iter().filter_map(|line| line.unit).collect()
    }

    /// The shortest story that fails at the same place.
    fn shortest<F>(&self, seed: u64, story: &impl Fn(Simulation) -> F) -> Self
    where
        F: Future<Output: Outcome>,
    {
        let mut found = None;
        let mut trials = 0;
        shortest(self.units(), |units| {
            trials += 1;
            if trials > MOST_TRIALS {
                return false;
            }
            match run(seed, trace::plan(units), story) {
                Err(failed) if failed.panic.place == self.panic.place => {
                    found = Some(failed);
                    true
                }
                _ => false,
            }
        });
        found.unwrap_or_else(|| Self {
            panic: self.panic.clone(),
            trace: self.trace.clone(),
        })
    }

    fn report(&self, seed: u64, whole: &Self) -> String {
        let Panic { message, place } = &self.panic;
        let (kept, all) = (self.units().len(), whole.units().len());
        let story = trace::text(&self.trace);
        let test = thread::current();
        let test = test.name().filter(|name| *name != "main").unwrap_or("NAME");
        format!(
            "seed {seed} fails: {message}\nat {place}\n\n\
             the shortest story that fails so, {kept} of its {all} steps and faults:\n{story}\n\
             replay it: {}={seed} cargo test {test}",
            Seeds::VARIABLE
        )
    }
}
