//! What the jobs do to the outside, and what the outside sees of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use durable_jobs::{JobResult, Timestamp};
use durable_jobs_testing::simulator::Unreliable;

/// The services of all jobs: every run works here.
#[derive(Clone, Debug)]
pub(crate) struct Office {
    unreliable: Unreliable,
    log: Arc<Mutex<Log>>,
}

/// What was seen, in order.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) runs: Vec<Run>,
    inside: BTreeMap<String, usize>,
    /// The places in `runs` of those that are out.
    out: BTreeSet<usize>,
    /// What must not be, as it was seen.
    pub(crate) wrong: Vec<String>,
}

/// One attempt.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// The instance, as in `continuous:Pulse:a`.
    pub(crate) instance: String,
    pub(crate) number: u64,
    pub(crate) key: String,
    pub(crate) attempt: u32,
    pub(crate) slot: Timestamp,
    pub(crate) began: Timestamp,
    /// What it was about.
    pub(crate) items: Vec<u64>,
    /// What may not run beside itself, and the most that may.
    pub(crate) place: (String, usize),
    pub(crate) done: bool,
}

/// What a context tells of an attempt.
macro_rules! run {
    ($ctx:expr, $items:expr) => {
        $crate::office::Run {
            instance: $ctx.instance_id().to_string(),
            number: $ctx.run_count(),
            key: $ctx.idempotency_key(),
            attempt: $ctx.attempt(),
            slot: $ctx.scheduled_for(),
            began: $ctx.now(),
            items: $items,
            place: ($ctx.instance_id().to_string(), 1),
            done: false,
        }
    };
}
pub(crate) use run;

impl Office {
    pub(crate) fn new(unreliable: Unreliable) -> Self {
        let log = Arc::default();
        Self { unreliable, log }
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works: what is asked for arrives, sometimes, and the answer comes back, sometimes.
    pub(crate) async fn work(&self, run: Run) -> JobResult {
        let inside = self.enter(run);
        self.unreliable.call().await?;
        self.log().runs[inside.run].done = true;
        self.unreliable.call().await
    }

    fn enter(&self, run: Run) -> Inside {
        let mut log = self.log();
        let (place, most) = run.place.clone();
        let inside = log.inside.entry(place.clone()).or_default();
        *inside += 1;
        if *inside > most {
            log.wrong.push(format!("more than {most} at once: {run:?}"));
        }
        let run_number = log.runs.len();
        log.out.insert(run_number);
        log.runs.push(run);
        Inside {
            office: self.clone(),
            run: run_number,
            place,
        }
    }
}

impl Log {
    /// The attempts that are out: keys and numbers.
    pub(crate) fn out(&self) -> impl Iterator<Item = (String, u32)> {
        let out = self.out.iter().map(|place| &self.runs[*place]);
        out.map(|run| (run.key.clone(), run.attempt))
    }

    /// What was done for an instance.
    pub(crate) fn done(&self, instance: &str) -> impl Iterator<Item = u64> {
        let done = move |run: &&Run| run.done && run.instance == instance;
        let runs = self.runs.iter().filter(done);
        runs.flat_map(|run| run.items.iter().copied())
    }
}

/// An attempt that is out. A crash ends it, too.
struct Inside {
    office: Office,
    run: usize,
    place: String,
}

impl Drop for Inside {
    fn drop(&mut self) {
        let mut log = self.office.log();
        log.out.remove(&self.run);
        if let Some(inside) = log.inside.get_mut(&self.place) {
            *inside -= 1;
        }
    }
}
