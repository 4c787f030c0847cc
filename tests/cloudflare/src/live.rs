//! A workerd in real time.

use std::{path::Path, sync::Arc, time::Duration};

use durable_jobs_runtime::{
    telemetry::Telemetry,
    wire::{Connect, Transport},
};
use durable_jobs_testing::conformance::{Program, World};
use tokio::time::Instant;

use crate::{
    http::Http,
    ingest::Ingest,
    settle::pause,
    stand::Stand,
    transport::Free,
    worker::{Entry, Idle, Setup, Time},
};

const SETUP: Setup = Setup {
    program: Program::First,
    time: Time::Real,
    idle: Idle::Leaves,
    entry: Entry::Plain,
};

/// A workerd whose clock is the real one. Calls that are made at the same time arrive in any order.
#[derive(Debug)]
pub struct Live {
    stand: Stand,
}

/// What a server answers to a request that no client makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawAnswer {
    /// The status, such as 404.
    pub status: u16,
    /// The body.
    pub body: String,
}

impl Live {
    /// Starts it on an empty storage.
    pub async fn start() -> Self {
        let stand = Stand::start(SETUP, World::default()).await;
        Self { stand }
    }

    /// Tells handlers what to do.
    pub fn world(&self) -> &World {
        &self.stand.world
    }

    /// Where a tracker posts to.
    pub fn ingest(&self) -> &Ingest {
        self.stand.server.ingest()
    }

    /// Kills it with whatever runs (SIGKILL), and starts it again on what is stored.
    pub async fn restart(&mut self) {
        self.stand.restart(SETUP).await;
    }

    /// Kills it with whatever runs (SIGKILL), until it is [revived](Self::revive).
    pub async fn kill(&mut self) {
        self.stand.kill().await;
    }

    /// Starts it again on what is stored.
    pub fn revive(&mut self) {
        self.stand.revive(SETUP);
    }

    /// The folder with the stored objects: `<class>/<object>.sqlite` for each.
    pub fn storage(&self) -> &Path {
        self.stand.storage()
    }

    /// What jobs have told since this was asked last.
    pub async fn telemetry(&self) -> Vec<Telemetry> {
        self.stand.link.telemetry().await
    }

    /// What workerd has printed.
    pub fn log(&self) -> String {
        self.stand.workerd().log()
    }

    /// How many calls have reached an object since the process began.
    pub async fn received(&self) -> u64 {
        self.stand.link.received().await
    }

    /// Posts a body to a path of the Worker, under the name of a host.
    pub async fn post(&self, path: &str, host: &str, body: &str) -> RawAnswer {
        let url = format!("{}{path}", self.stand.workerd().url());
        let answer = Http::new().post_as(host, &url, body.to_owned()).await;
        let (status, body) = answer.expect("an answer of the Worker");
        RawAnswer {
            status: status.as_u16(),
            body,
        }
    }
}

impl Connect for Live {
    fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(Free(self.stand.link.clone()))
    }
}

/// Waits until something holds, and says after how long.
///
/// # Panics
///
/// When it does not hold within `patience`.
pub async fn until(
    patience: Duration,
    what: &str,
    mut holds: impl AsyncFnMut() -> bool,
) -> Duration {
    let begun = Instant::now();
    while !holds().await {
        assert!(
            begun.elapsed() < patience,
            "{what}: not within {patience:?}"
        );
        pause().await;
    }
    begun.elapsed()
}
