//! The host: what users hold.

mod builder;
mod port;
mod shutdown;
mod threads;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use durable_jobs_runtime::{
    BoxFuture, ClientError, Engine, ListQuery, Page,
    wire::{Answer, Connect, Request, Transport},
};
use tokio::runtime::Handle;

pub use self::{
    builder::HostBuilder,
    shutdown::{RunsAtShutdown, ShutdownReport},
};
use self::{port::EmbeddedPort, threads::Threads};
use crate::{CommitStatistics, timer::Timers};

/// A running host. Clones are handles to the same one.
///
/// Clients are made from a reference to it. [`Host::shutdown`] ends it in order. When the last clone is dropped
/// without that, it stops as in a crash: what was acknowledged is in the file, runs that were out are repeated
/// after the next start, as attempts that were interrupted.
#[derive(Clone)]
pub struct Host(Arc<Running>);

struct Running {
    path: PathBuf,
    engine: Engine,
    port: Arc<EmbeddedPort>,
    timers: Arc<Timers>,
    threads: Threads,
    shutdown_deadline: Duration,
    #[cfg(feature = "tracker")]
    tracking: Option<Arc<crate::tracker::Tracking>>,
}

impl Host {
    /// Begins to describe a host that keeps its jobs in the SQLite file at `path`, which is created if it does
    /// not exist. Beside it lie `<path>.lock` and, while a host runs, SQLite's `<path>-wal` and `<path>-shm`.
    pub fn open(path: impl Into<PathBuf>) -> HostBuilder<()> {
        HostBuilder::new(path.into())
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Waits until nothing is left to do at the present time of the host's clock: every timer that is due was
    /// delivered, no handler is out, no commit is in flight.
    ///
    /// With a [`ManualClock`](crate::clock::ManualClock) this is how a test lets the host catch up after
    /// `advance`. While calls keep coming it may never return.
    pub async fn settled(&self) {
        loop {
            let deliveries = self.0.timers.settled().await;
            self.0.engine.drained().await;
            if self.0.timers.deliveries_if_quiet() == Some(deliveries) {
                return;
            }
        }
    }

    /// Like [`settled`](Self::settled), but as many things may go on as `handlers` says: handlers that
    /// the caller keeps waiting. For the conformance suite.
    #[doc(hidden)]
    pub async fn settled_except(&self, handlers: impl Fn() -> usize) {
        let engine = &self.0.engine;
        loop {
            let deliveries = self.0.timers.settled().await;
            yield_while(|| engine.busy() > handlers()).await;
            // A drive that waits for its handlers may not have seen yet that something is due.
            engine.look_around();
            yield_while(|| engine.has_inputs()).await;
            let quiet = self.0.timers.deliveries_if_quiet() == Some(deliveries);
            if quiet && engine.busy() <= handlers() {
                return;
            }
        }
    }

    /// Wakes an instance for no reason, as a stray alarm does. For the conformance suite.
    #[doc(hidden)]
    pub fn wake(&self, job: &str, id: &str) {
        if let Some(address) = self.0.engine.address(job, id) {
            self.0.engine.wake(&address);
        }
    }
}

async fn yield_while(goes_on: impl Fn() -> bool) {
    while goes_on() {
        tokio::task::yield_now().await;
    }
}

impl Host {
    /// How the commits so far were grouped: for benchmarks, which compare with groups of the same size.
    #[doc(hidden)]
    pub fn commit_statistics(&self) -> CommitStatistics {
        self.0.threads.commit_statistics()
    }
}

impl Connect for Host {
    fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(Entered {
            engine: self.0.engine.clone(),
            runtime: self.0.port.runtime().clone(),
        })
    }
}

/// A call may drive an instance on the thread of the caller, who may be on another runtime, or on none.
struct Entered {
    engine: Engine,
    runtime: Handle,
}

impl Transport for Entered {
    fn call(&self, request: Request) -> BoxFuture<'static, Result<Answer, ClientError>> {
        let _entered = self.runtime.enter();
        self.engine.call(request)
    }

    fn list(&self, query: ListQuery) -> BoxFuture<'static, Result<Page, ClientError>> {
        self.engine.list(query)
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("path", &self.0.path)
            .finish_non_exhaustive()
    }
}

/// As a crash would, but without leaving a thread behind.
impl Drop for Running {
    fn drop(&mut self) {
        self.engine.close();
        self.port.close();
        self.threads.kill();
        // Whoever still waits for a run would wait for ever. Nothing that this decides is written any more.
        self.engine.release();
    }
}
