//! Looks whether the threads that handlers run on are free.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::runtime::Handle;

/// How long a task may wait for a thread before somebody is told.
const PATIENCE: Duration = Duration::from_secs(3);

/// Gives the runtime a task with nothing to do, and looks when it was done: handlers that never let go of their
/// threads cannot tell so themselves.
#[derive(Debug, Default)]
pub(super) struct FreeThreads {
    waiting: Option<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    since: Instant,
    done: Arc<AtomicBool>,
    told: bool,
}

impl FreeThreads {
    /// To be called again and again, at least once a second.
    #[expect(
        clippy::disallowed_methods,
        reason = "threads are blocked in real time"
    )]
    pub(super) fn look(&mut self, runtime: &Handle) {
        match &mut self.waiting {
            Some(waiting) if !waiting.done.load(Ordering::Acquire) => {
                if !waiting.told && waiting.since.elapsed() >= PATIENCE {
                    waiting.told = true;
                    tracing::error!(
                        target: "durable_jobs",
                        seconds = PATIENCE.as_secs(),
                        "handlers block all threads of the runtime: nothing is answered until one lets go; leave what blocks to `spawn_blocking`"
                    );
                }
            }
            _ => {
                let done = Arc::new(AtomicBool::new(false));
                let by_task = Arc::clone(&done);
                runtime.spawn(async move { by_task.store(true, Ordering::Release) });
                self.waiting = Some(Waiting {
                    since: Instant::now(),
                    done,
                    told: false,
                });
            }
        }
    }
}
