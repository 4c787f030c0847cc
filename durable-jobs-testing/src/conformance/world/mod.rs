//! The world around the fixtures: it notes what handlers see and tells them what to do.

mod act;
mod folds;
#[cfg(all(feature = "cloudflare", target_family = "wasm"))]
pub mod over_fetch;
mod services;

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    future::poll_fn,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Poll, Waker},
};

use durable_jobs_runtime::ErrorAction;

pub use self::{
    act::{Act, Facts, Handler, Seen},
    folds::FoldKey,
    services::{Elsewhere, Services},
};

/// What a case tells handlers to do, and what they have seen. Clones share one world, which outlives every crash.
#[derive(Clone, Default)]
pub struct World(Arc<Mutex<BTreeMap<String, Place>>>);

/// What belongs to one id.
#[derive(Default)]
struct Place {
    script: VecDeque<Act>,
    idle_script: VecDeque<Act>,
    hook_script: VecDeque<Act>,
    error_action: ErrorAction,
    seen: Vec<Seen>,
    inside: u32,
    most_inside: u32,
    permits: u32,
    waiting: u32,
    wakers: Vec<Waker>,
}

impl Place {
    fn script_of(&mut self, handler: Handler) -> &mut VecDeque<Act> {
        match handler {
            Handler::Start | Handler::Stop => &mut self.hook_script,
            _ => &mut self.script,
        }
    }
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

    /// Says what the next calls of `on_start` and `on_stop` of `id` do; later ones succeed.
    pub fn script_hooks(&self, id: &str, acts: impl IntoIterator<Item = Act>) {
        self.at(id, |place| place.hook_script.extend(acts));
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

    /// How many handlers of `id` were out at one time, at most.
    pub fn most_at_once(&self, id: &str) -> u32 {
        self.at(id, |place| place.most_inside)
    }

    /// The way of handlers to this world, for a host in this process.
    pub fn services(&self) -> Services {
        Services::here(self.clone())
    }

    /// Notes a call, then answers what the script says, after having waited if it says so.
    async fn perform(&self, id: &str, seen: Seen) -> Act {
        let handler = seen.handler;
        let _inside = self.enter(id, seen);
        loop {
            match self.at(id, |place| place.script_of(handler).pop_front()) {
                Some(Act::Wait) => self.released(id).await,
                Some(act) => return act,
                None => return Act::Succeed,
            }
        }
    }

    /// Notes a call of a handler that follows no script.
    fn note(&self, id: &str, seen: Seen) {
        drop(self.enter(id, seen));
    }

    fn idle_act(&self, id: &str) -> Act {
        self.at(id, |place| place.idle_script.pop_front())
            .unwrap_or(Act::Succeed)
    }

    fn error_action(&self, id: &str) -> ErrorAction {
        self.at(id, |place| place.error_action.clone())
    }

    /// Waits until a release is left for this call.
    async fn released(&self, id: &str) {
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
