//! Futures that run when somebody drives them, in the order in which they became ready.

use std::{
    collections::{BTreeMap, VecDeque},
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Wake, Waker},
};

use durable_jobs_runtime::BoxFuture;

pub(crate) type TaskId = u64;

/// The futures that wait, and the order in which the others shall be polled.
#[derive(Default)]
pub(crate) struct Tasks {
    next: TaskId,
    waiting: BTreeMap<TaskId, BoxFuture<'static, ()>>,
    ready: Arc<Ready>,
}

impl Tasks {
    pub(crate) fn spawn(&mut self, future: BoxFuture<'static, ()>) {
        self.next += 1;
        self.waiting.insert(self.next, future);
        self.ready.push(self.next);
    }

    /// The next future to poll. Whoever polls it and finds it pending puts it back.
    pub(crate) fn take_ready(&mut self) -> Option<(TaskId, BoxFuture<'static, ()>)> {
        loop {
            let id = self.ready.pop()?;
            if let Some(future) = self.waiting.remove(&id) {
                return Some((id, future));
            }
        }
    }

    pub(crate) fn put_back(&mut self, id: TaskId, future: BoxFuture<'static, ()>) {
        self.waiting.insert(id, future);
    }

    pub(crate) fn waker(&self, id: TaskId) -> Waker {
        Waker::from(Arc::new(TaskWaker {
            id,
            ready: self.ready.clone(),
        }))
    }

    /// Has `waker` called when a future becomes ready; answers `false` when one is ready now.
    pub(crate) fn watch(&self, waker: &Waker) -> bool {
        self.ready.watch(waker)
    }

    /// Every future, for a machine that dies. Nothing woken from now on finds its future again.
    pub(crate) fn take_all(&mut self) -> BTreeMap<TaskId, BoxFuture<'static, ()>> {
        mem::take(&mut self.waiting)
    }
}

/// What wakers reach without the machine's lock, because they are called under all sorts of locks.
#[derive(Default)]
struct Ready(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    ids: VecDeque<TaskId>,
    watchers: Vec<Waker>,
}

impl Ready {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, id: TaskId) {
        let watchers = {
            let mut queue = self.lock();
            queue.ids.push_back(id);
            mem::take(&mut queue.watchers)
        };
        watchers.into_iter().for_each(Waker::wake);
    }

    fn pop(&self) -> Option<TaskId> {
        self.lock().ids.pop_front()
    }

    fn watch(&self, waker: &Waker) -> bool {
        let mut queue = self.lock();
        if !queue.ids.is_empty() {
            return false;
        }
        if !queue.watchers.iter().any(|known| known.will_wake(waker)) {
            queue.watchers.push(waker.clone());
        }
        true
    }
}

struct TaskWaker {
    id: TaskId,
    ready: Arc<Ready>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.ready.push(self.id);
    }
}
