//! How a host ends.

use std::{future::Future, sync::Arc, time::Duration};

use super::{Host, Threads};

/// How long the last commits may take after the runs were released.
const FLUSH_DEADLINE: Duration = Duration::from_secs(10);

/// How long futures may take to be dropped after the host was closed.
const HANDLER_DEADLINE: Duration = Duration::from_secs(5);

/// How a shutdown went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ShutdownReport {
    /// What became of the runs that were out.
    pub runs: RunsAtShutdown,
}

/// What became of the runs that were out when a host was shut down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunsAtShutdown {
    /// All of them ended before the deadline.
    Finished,
    /// Some did not. They were released: the next start runs them again, and these attempts do not count.
    Released,
    /// Some could not even be released in time. The next start runs them again, as interrupted attempts.
    Abandoned,
}

impl Host {
    /// Ends the host in order, for all clones of this handle: takes no more calls but those that handlers make, begins
    /// no more runs, waits for handlers until the deadline, releases those that are still out, writes what is to be written, closes the file.
    ///
    /// When it returns, another process can open the file, and a tracker has sent what it could within its limit.
    pub async fn shutdown(self) -> ShutdownReport {
        let running = &self.0;
        running.engine.close();
        running.timers.stop();
        let runs = self.drain().await;
        self.clone().end(Threads::finish).await;
        #[cfg(feature = "tracker")]
        self.finish_tracking().await;
        ShutdownReport { runs }
    }

    /// Ends the host as `kill -9` ends its process: memory is gone, the file has what was committed.
    ///
    /// For tests of what happens after a crash: when it returns, the file can be opened again.
    #[doc(hidden)]
    pub async fn kill(self) {
        self.end(Threads::kill).await;
    }

    /// Away from tokio's threads, because it waits for the endpoint.
    #[cfg(feature = "tracker")]
    async fn finish_tracking(&self) {
        if let Some(tracking) = self.0.tracking.clone() {
            let runtime = self.0.port.runtime();
            let _ = runtime.spawn_blocking(move || tracking.finish()).await;
        }
    }

    async fn drain(&self) -> RunsAtShutdown {
        let engine = &self.0.engine;
        let finished = in_time(self.0.shutdown_deadline, engine.drained()).await;
        // Also when all runs have ended: somebody may wait for one that is still to come.
        engine.release();
        match in_time(FLUSH_DEADLINE, engine.drained()).await {
            true if finished => RunsAtShutdown::Finished,
            true => RunsAtShutdown::Released,
            false => RunsAtShutdown::Abandoned,
        }
    }

    /// Ends the threads away from tokio's, because it waits for the disk.
    async fn end(self, how: fn(&Threads)) {
        let running = &self.0;
        running.engine.close();
        running.port.close();
        let ending = Arc::clone(running);
        let ended = running
            .port
            .runtime()
            .spawn_blocking(move || how(&ending.threads));
        // It fails only when tokio itself shuts down; then dropping the host ends the threads.
        let _ = ended.await;
        // Whoever still waits for a run would wait for ever. Nothing that this decides is written any more.
        running.engine.release();
        // A handler that blocks its thread cannot be dropped; nothing that it does is written any more.
        let _ = in_time(HANDLER_DEADLINE, running.port.emptied()).await;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a deadline of the host, in real time"
)]
async fn in_time(deadline: Duration, done: impl Future<Output = ()>) -> bool {
    tokio::time::timeout(deadline, done).await.is_ok()
}
