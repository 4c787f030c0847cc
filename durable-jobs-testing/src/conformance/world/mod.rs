//! The services of the fixtures: they note what handlers see and tell them what to do.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    future::poll_fn,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Poll, Waker},
    time::Duration,
};

use durable_jobs_runtime::{
    ErrorAction, JobError, JobResult, Timestamp, continuous::Next, debounce::FlushReason,
};
use serde::{Deserialize, Serialize};

use super::fixtures::panics::When;

/// What a handler does when its turn comes.
#[derive(Clone, Debug)]
pub enum Act {
    /// Returns `Ok`.
    Succeed,
    /// Returns `Ok` and says when a continuous job runs next.
    Next(Next),
    /// Sets the timer of a task and returns `Ok`.
    Schedule(Duration),
    /// Terminates a task and returns `Ok`.
    Terminate,
    /// Returns an error.
    Fail,
    /// Returns an error that no further attempt can mend.
    FailTerminally,
    /// Returns an error that brings its own delay.
    FailWithRetryAfter(Duration),
    /// Panics.
    Panic,
    /// Makes the state panic at a time of its own, and returns `Ok`.
    PanicWhen(When),
    /// Waits for [`World::release`], then does what comes next in the script.
    Wait,
}

/// Which handler was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handler {
    /// `execute`.
    Execute,
    /// `on_event` of a task.
    Event,
    /// `on_idle`.
    Idle,
    /// `on_error`.
    Error,
}

/// What one call of a handler saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Which handler.
    pub handler: Handler,
    /// The state as the handler met it.
    pub state: serde_json::Value,
    /// `ctx.run_count()`.
    pub run_count: u64,
    /// `ctx.attempt()`.
    pub attempt: u32,
    /// `ctx.scheduled_for()`.
    pub scheduled_for: Timestamp,
    /// `ctx.started_at()`.
    pub started_at: Timestamp,
    /// `ctx.missed()`.
    pub missed: u64,
    /// `ctx.idempotency_key()`.
    pub idempotency_key: String,
    /// `ctx.execution_id()`.
    pub execution_id: String,
    /// What only one kind of job knows.
    pub facts: Facts,
}

/// What the contexts of the kinds differ in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Facts {
    /// Nothing more.
    Continuous,
    /// About a batch.
    Debounce {
        /// `ctx.event_count()`.
        event_count: u64,
        /// `ctx.flush_reason()`.
        reason: FlushReason,
        /// `ctx.first_event_at()`.
        first_event_at: Timestamp,
        /// `ctx.last_event_at()`.
        last_event_at: Timestamp,
        /// `ctx.total_events()`.
        total_events: u64,
        /// `ctx.flush_count()`.
        flush_count: u64,
    },
    /// About a task.
    Task {
        /// `ctx.event_count()`.
        event_count: u64,
        /// `ctx.execute_count()`.
        execute_count: u64,
        /// `ctx.scheduled_at()`.
        scheduled_at: Option<Timestamp>,
    },
}

/// The services of the fixtures. Clones share one world, which outlives every crash.
#[derive(Clone, Default)]
pub struct World(Arc<Mutex<BTreeMap<String, Place>>>);

/// Folds by key: `on_event` of a debounce job is given no services, so they are counted for the process.
static FOLDS: Mutex<BTreeMap<FoldKey, u64>> = Mutex::new(BTreeMap::new());

/// What the folds of some events are counted under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FoldKey(u64);

/// What belongs to one id.
#[derive(Default)]
struct Place {
    script: VecDeque<Act>,
    idle_script: VecDeque<Act>,
    error_action: ErrorAction,
    seen: Vec<Seen>,
    inside: u32,
    most_inside: u32,
    permits: u32,
    waiting: u32,
    wakers: Vec<Waker>,
}

impl World {
    fn at<T>(&self, id: &str, change: impl FnOnce(&mut Place) -> T) -> T {
        let mut places: MutexGuard<'_, _> = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(places.entry(id.to_owned()).or_default())
    }

    /// Says what the next runs of `id` do, one each; later ones succeed.
    pub fn script(&self, id: &str, acts: impl IntoIterator<Item = Act>) {
        self.at(id, |place| place.script.extend(acts));
    }

    /// Forgets what the next runs of `id` were to do: they succeed.
    pub fn clear_script(&self, id: &str) {
        self.at(id, |place| place.script.clear());
    }

    /// Says what the next calls of `on_idle` of `id` do; later ones do nothing.
    pub fn script_idle(&self, id: &str, acts: impl IntoIterator<Item = Act>) {
        self.at(id, |place| place.idle_script.extend(acts));
    }

    /// Says what `on_error` of `id` answers from now on.
    pub fn on_error(&self, id: &str, action: ErrorAction) {
        self.at(id, |place| place.error_action = action);
    }

    /// Lets one run of `id` that waits, or the next that will, go on.
    pub fn release(&self, id: &str) {
        let wakers = self.at(id, |place| {
            place.permits += 1;
            std::mem::take(&mut place.wakers)
        });
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Everything that handlers of `id` saw.
    pub fn seen(&self, id: &str) -> Vec<Seen> {
        self.at(id, |place| place.seen.clone())
    }

    /// What the calls of `execute` of `id` saw.
    pub fn runs(&self, id: &str) -> Vec<Seen> {
        self.calls(id, Handler::Execute)
    }

    /// What the calls of one handler of `id` saw.
    pub fn calls(&self, id: &str, handler: Handler) -> Vec<Seen> {
        self.seen(id)
            .into_iter()
            .filter(|seen| seen.handler == handler)
            .collect()
    }

    /// A key that no other case counts under.
    pub fn new_fold_key() -> FoldKey {
        static LAST: AtomicU64 = AtomicU64::new(0);
        FoldKey(LAST.fetch_add(1, Ordering::Relaxed))
    }

    /// How often events with a key were folded.
    pub fn folds(key: FoldKey) -> u64 {
        let folds = FOLDS.lock().unwrap_or_else(PoisonError::into_inner);
        folds.get(&key).copied().unwrap_or_default()
    }

    pub(super) fn note_fold(key: FoldKey) {
        let mut folds = FOLDS.lock().unwrap_or_else(PoisonError::into_inner);
        *folds.entry(key).or_default() += 1;
    }

    /// How many handlers of `id` were out at one time, at most.
    pub fn most_at_once(&self, id: &str) -> u32 {
        self.at(id, |place| place.most_inside)
    }

    /// Notes a call, then does what the script says.
    pub(super) async fn perform(&self, id: &str, seen: Seen) -> JobResult<Act> {
        let _inside = self.enter(id, seen);
        loop {
            match self
                .at(id, |place| place.script.pop_front())
                .unwrap_or(Act::Succeed)
            {
                Act::Wait => self.released(id).await,
                Act::Fail => return Err(JobError::from("scripted failure")),
                Act::FailTerminally => return Err(JobError::terminal("scripted terminal failure")),
                Act::FailWithRetryAfter(delay) => {
                    return Err(JobError::from("scripted failure").with_retry_after(delay));
                }
                Act::Panic => panic!("scripted panic"),
                act => return Ok(act),
            }
        }
    }

    /// Notes a call of a handler that follows no script.
    pub(super) fn note(&self, id: &str, seen: Seen) {
        drop(self.enter(id, seen));
    }

    pub(super) fn idle_act(&self, id: &str) -> Act {
        self.at(id, |place| place.idle_script.pop_front())
            .unwrap_or(Act::Succeed)
    }

    pub(super) fn error_action(&self, id: &str) -> ErrorAction {
        self.at(id, |place| place.error_action.clone())
    }

    /// Waits until a release is left for this call.
    pub(super) async fn released(&self, id: &str) {
        let mut waiting = Waiting::begin(self, id);
        poll_fn(|context| {
            self.at(id, |place| match place.permits.checked_sub(1) {
                Some(left) => {
                    place.permits = left;
                    // At once with the permit, or a settled host would seem to have a handler that waits.
                    waiting.end(place);
                    Poll::Ready(())
                }
                None => {
                    place.wakers.push(context.waker().clone());
                    Poll::Pending
                }
            })
        })
        .await;
    }

    /// How many handlers wait for a release: all that a settled host still has to do.
    pub fn waiting(&self) -> usize {
        let places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = |place: &Place| place.waiting.saturating_sub(place.permits);
        places.values().map(|place| waiting(place) as usize).sum()
    }

    fn enter(&self, id: &str, seen: Seen) -> Inside {
        self.at(id, |place| {
            place.seen.push(seen);
            place.inside += 1;
            place.most_inside = place.most_inside.max(place.inside);
        });
        Inside {
            world: self.clone(),
            id: id.to_owned(),
        }
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("World")
    }
}

/// A handler that is out. A crash or a timeout drops it, too.
struct Inside {
    world: World,
    id: String,
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.world.at(&self.id, |place| place.inside -= 1);
    }
}

/// A handler that waits for a release.
struct Waiting<'a> {
    world: &'a World,
    id: &'a str,
    counted: bool,
}

impl<'a> Waiting<'a> {
    fn begin(world: &'a World, id: &'a str) -> Self {
        world.at(id, |place| place.waiting += 1);
        let counted = true;
        Self { world, id, counted }
    }

    fn end(&mut self, place: &mut Place) {
        if std::mem::take(&mut self.counted) {
            place.waiting -= 1;
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let world = self.world;
        world.at(self.id, |place| self.end(place));
    }
}
